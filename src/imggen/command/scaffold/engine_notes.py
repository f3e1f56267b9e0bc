"""Sentences on what a configuration does otherwise than the engine that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from imggen.assets.weights import MARK
from imggen.command.scaffold.picks import flat_weight
from imggen.command.scaffold.project import Project
from imggen.command.scaffold.stack import BEHIND
from imggen.command.scaffold.stacked import LayerStack, Stacked
from imggen.command.scaffold.toml import quote
from imggen.config import NONE
from imggen.config.plain import BLENDS

ATOP = "source-atop"
# Settings of the engines that mean something here, or nothing for datasets.
KNOWN = {
    "background", "baseUri", "buildDir", "debugLogs", "description", "emptyLayerName",
    "forcedCombinations", "format", "gif", "incompatible", "layerConfigurations", "layersDir",
    "namePrefix", "network", "outputJPEG", "pixelFormat", "preview", "preview_gif",
    "rarityDelimiter", "shuffleLayerConfigurations", "solanaMetadata", "startIndex", "text",
    "uniqueDnaTorrance", "useRootTraitType",
}  # fmt: skip
NOT_CARRIED = {
    "baseExternalUrl": "tokens have no address of their own; see external_url",
    "hashImages": "metadata have no hash of the image; see docs/howto/collection.md",
    "extraMetadata": "further metadata of tokens are left out",
    "extraAttributes": "further attributes of tokens are left out",
    "traitValueOverrides": "variants are called as their files",
}
OF_TOKENS = ("nameSuffix", "resetNameIndex", "descriptionOverwrite")


def project_notes(project: Project, stack: LayerStack, *, opaque: bool) -> Iterator[str]:
    """Yield sentences on settings that mean something that the configuration does not."""
    for name in sorted({member.root.folder for member in stack.members if member.root.bypass}):
        yield (
            f"{name} has bypassDNA, and combinations are unique with it: two images may differ in "
            "it alone."
        )
    if project.setting("background", {}).get("generate") and not opaque:
        yield "background.generate: what no layer covers has no colour here."
        if not project.is_fork and any(member.root.blend == BEHIND for member in stack.members):
            yield f'"{BEHIND}": the engine draws such layers behind its own background, unseen.'
    tied = [layer.name for layer in stack.layers if layer.is_conditional]
    if tied:
        yield f"Drawn only with certain files of other layers, by rules: {', '.join(tied)}."
    yield from setting_notes(project)


def setting_notes(project: Project) -> Iterator[str]:
    """Yield sentences on settings that are left out."""
    for name, sentence in NOT_CARRIED.items():
        if project.settings.get(name) not in (None, False, "", {}, []):
            yield f"{name}: {sentence}."
    for name in sorted({*project.exported} - KNOWN - NOT_CARRIED.keys()):
        yield f"{name} is no setting that imggen knows, and is left out."
    if project.setting("shuffleLayerConfigurations") is True and len(project.editions) > 1:
        yield "shuffleLayerConfigurations: images of the splits follow one another."
    editions = project.setting("layerConfigurations", [])
    for key in OF_TOKENS:
        if any(one.get(key) for one in editions if isinstance(one, dict)):
            yield f"layerConfigurations: {key} is left out, which is about names of tokens."
    for setting, key in (("gif", "export"), ("text", "only")):
        if project.setting(setting, {}).get(key):
            yield f"{setting}.{key} is not carried over."


def notes_on(layer: Stacked, stack: LayerStack, project: Project, *, opaque: bool) -> Iterator[str]:
    """Yield sentences on a layer."""
    yield from blank_notes(layer, stack.blanks)
    modes = {pick.blend for pick in layer.picks} - {"source-over", BEHIND, *BLENDS}
    for mode in sorted(modes):
        if mode != ATOP or not opaque:
            yield f"its blend mode {quote(mode)} is none of imggen's, so it is drawn as normal."
    yield from weight_notes(layer, project)


def weight_notes(layer: Stacked, project: Project) -> Iterator[str]:
    """Yield sentences on weights that the engine reads or draws in its own way."""
    delimiter = project.setting("rarityDelimiter", "#")
    paths = [pick.path for pick in layer.picks if pick.path is not None]
    if project.is_fork:
        return
    weights = {path: flat_weight(path, delimiter) for path in paths}
    if any(weight.denominator != 1 for weight in weights.values()):
        yield (
            "it has weights with fractions, which the engine rounds as it draws; here they count "
            "exactly."
        )
    for path, weight in weights.items():
        if delimiter not in path.stem and weight != 1:
            yield f"{quote(path.stem)} is a number, which the engine takes for its weight."
    if delimiter != MARK and any(delimiter in path.stem for path in paths):
        yield f"names keep the {quote(delimiter)} and weight; their weights are written here."


def blank_notes(layer: Stacked, blanks: Iterable[Path]) -> Iterator[str]:
    """Yield a sentence on each transparent file of a layer that becomes none."""
    own = {pick.path for pick in layer.slot.picks if pick.path is not None}
    for path in sorted(own & set(blanks)):
        name = layer.names.get(path, path.stem)
        if name != NONE and not layer.before:
            yield f"{quote(name)} is transparent, so it is the variant none, which draws nothing."
