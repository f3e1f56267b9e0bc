"""Croissant RAI (responsible AI): how a dataset came about, and what it is fit for.

Source: Croissant RAI Specification 1.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imggen import __version__
from imggen.store.layout import CONFIG

if TYPE_CHECKING:
    from imggen.formats.info import DatasetInfo

COLLECTION = (
    f"No data was collected. imggen {__version__} composited each image from layers of art that "
    f"{CONFIG} names, with seed {{seed}}; the same art and {CONFIG} give the same images and "
    "labels again."
)
PREPROCESSING = (
    "Art is decoded, trimmed to what it shows and resized once, before any image is made."
)
MANIPULATION = (
    f"Variants, places and looks of each layer are drawn at random or counted out as {CONFIG} "
    "says, then blended from back to front."
)
ANNOTATION = (
    "Labels ({layers}) are computed from where each sprite was drawn and what covers it; they are "
    "exact, and nobody annotated or reviewed them."
)
BIASES = (
    f"How often variants occur, where, and together with which others is designed: {CONFIG} "
    "states it. It says nothing about how often they do in the world."
)
LIMITATIONS = (
    "Images are composites: light, shadows, perspective and the context of what they show are "
    "those of the art and of its places, not of a scene."
)
MAINTENANCE = f"A changed dataset is made anew from {CONFIG}; run.json names versions and digests."


def responsible(info: DatasetInfo) -> dict[str, Any]:
    """Return the properties of the dataset in terms of Croissant RAI."""
    layers = ", ".join(dict.fromkeys(info.classes.layers)) or "no layer"
    return {
        "rai:dataCollection": COLLECTION.format(seed=info.seed),
        "rai:dataCollectionType": ["Others", "Synthetic"],
        "rai:dataCollectionRawData": say_art(info),
        "rai:dataPreprocessingProtocol": [PREPROCESSING],
        "rai:dataManipulationProtocol": MANIPULATION,
        "rai:dataAnnotationProtocol": [ANNOTATION.format(layers=layers)],
        "rai:machineAnnotationTools": [f"imggen {__version__}"],
        "rai:dataBiases": [BIASES],
        "rai:dataLimitations": [LIMITATIONS],
        "rai:dataUseCases": ["Training", "Testing", "Validation"],
        "rai:personalSensitiveInformation": ["None besides what the art itself shows."],
        "rai:dataReleaseMaintenancePlan": MAINTENANCE,
    }


def say_art(info: DatasetInfo) -> str:
    """Return the sentence on where the art of each layer is from, as far as that is known."""
    art = []
    for one in info.origin.art:
        known = one.author, one.source, one.licence.name if one.licence else None
        art.append(f"{one.layer}: {', '.join(filter(None, known))}")
    return f"Images of art, by layer. {'; '.join(art)}".strip()
