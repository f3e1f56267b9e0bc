"""`[[layer]]`: a folder of art, how likely each variant is, and how it is drawn."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from imggen.config.base import Model, Share, Weight
from imggen.config.canvas import RESAMPLE, Canvas, Resample
from imggen.config.chances import CHANCES, REST, check_probabilities, check_some, check_weights
from imggen.config.composed import composed, find_path
from imggen.config.ignored import is_ignored
from imggen.config.instances import INSTANCES, Instances
from imggen.config.keypoints import Keypoints
from imggen.config.layer_class import CLASS, CLASSES_FROM, Class, ClassesFrom
from imggen.config.licences import LayerArt
from imggen.config.place import Place, PlaceWhen
from imggen.config.plain import EDGES, NONE, OPAQUE
from imggen.config.sentences import show
from imggen.config.shadow import SHADOW, Shadow
from imggen.config.vary import Vary
from imggen.config.vary_when import Variation, VaryWhen
from imggen.errors import ConfigError

Fit = Literal["stretch", "cover", "contain", "none"]
Count = Annotated[int, Field(ge=0, le=10**12)]
Depth = Annotated[int, Field(ge=-1000, le=1000)]

PARTS = "a whole number from -1000 to 1000 per part, like { back = -1, front = 0 }"


class Layer(Model):
    """One layer of art: a folder with one image file per variant.

    With a `size`, art is scaled so that its longer side is that share of the canvas's shorter one.
    The first of `place_when` that matches what an image shows replaces `place`, and the first of
    `vary_when` replaces `vary`. With `parts`, a
    variant is a folder with one image file per part; a part's number says how many layers further
    to the front it is drawn. With `instances`, an image shows several of its sprites, each with a
    variant, a place and a variation of its own; `depth` says which of them, and of all layers of
    a `depth_group`, lies in front: the one listed last, any, or the one that reaches lowest.
    `class` and `classes_from` say what labels call its sprites; `threshold` takes the place of that
    of labels. `feather` softens the edges of its sprites, and `shadow` lies under them. `art` says
    whose the art is, and `keypoints` where its named points are.
    """

    name: str = Field(description="a name in quotes")
    folder: str = Field(min_length=1, description="a folder with one image file per variant")
    fit: Fit | None = Field(None, description='"stretch", "cover", "contain" or "none"')
    size: Annotated[float, Field(gt=0, le=1)] | None = Field(
        None, description="a share of the canvas's shorter side, above 0 and at most 1, like 0.25"
    )
    resample: Resample | None = Field(None, description=RESAMPLE)
    trim: bool = Field(default=False, description="true or false")
    probabilities: dict[str, Share] | None = Field(
        None, description="numbers from 0 to 1 that sum to 1, like { a = 0.3, b = 0.7 }"
    )
    weights: dict[str, Weight] | None = Field(
        None, description="numbers from 0 to 1e15, like { a = 3, b = 7 }"
    )
    counts: dict[str, Count | Literal["rest"]] | None = Field(
        None, description='whole numbers, 0 or more, or "rest", like { a = 100, b = "rest" }'
    )
    parts: dict[str, Depth] | None = Field(None, description=PARTS)
    instances: Instances | None = Field(None, description=INSTANCES)
    depth: Literal["listed", "random", "bottom"] | None = Field(
        None, description='"listed", "random" or "bottom"'
    )
    depth_group: str | None = Field(
        None, min_length=1, description="a name in quotes, shared by layers listed side by side"
    )
    own_class: Class | None = Field(None, alias="class", description=CLASS)
    classes_from: ClassesFrom | None = Field(None, description=CLASSES_FROM)
    threshold: Annotated[int, Field(ge=1, le=OPAQUE)] | None = Field(
        None, description=f"a whole number from 1 to {OPAQUE}"
    )
    feather: Annotated[float, Field(gt=0, le=200)] | None = Field(
        None, description="px, above 0 and at most 200"
    )
    shadow: Shadow | None = Field(None, description=SHADOW)
    art: LayerArt | None = Field(None, description='a table, like { licence = "CC-BY-4.0" }')
    keypoints: Keypoints | None = Field(None, description="a table of names and points")
    place: Place = Place()
    place_when: Annotated[tuple[PlaceWhen, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    vary: Vary = Vary()
    vary_when: Annotated[tuple[VaryWhen, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )

    def fit_on(self, depth: int) -> Fit:
        """Return how its art is fitted where it is the layer at `depth`."""
        return self.fit or ("stretch" if depth == 0 and self.size is None else "none")

    def resample_on(self, canvas: Canvas) -> Resample:
        """Return how its art is scaled and turned on `canvas`."""
        return self.resample or canvas.resample

    @property
    def places(self) -> tuple[Place, ...]:
        """`place`, then those of `place_when`, each completed from `place`."""
        return (self.place, *(special.over(self.place) for special in self.place_when))

    @property
    def variation(self) -> Variation:
        """`vary`, then those of `vary_when`, completed from `vary`, and all from the layer."""
        special = (special.over(self.vary) for special in self.vary_when)
        own, *others = (vary.with_edges(self.edges) for vary in (self.vary, *special))
        return Variation(own, tuple(others))

    @property
    def edges(self) -> dict[str, float]:
        """The values of EDGES that its sprites have where `vary` gives none."""
        shadow = self.shadow or Shadow(offset=(0, 0))
        values = self.feather or 0.0, *shadow.offset, shadow.blur, shadow.opacity
        return dict(zip(EDGES, values, strict=True))

    @property
    def placed_at_random(self) -> bool:
        """True if images may draw their own position."""
        return any(place.axes for place in self.places)


def check_chances(layer: Layer, root: Path) -> None:
    """Refuse numbers that are no distribution, and two kinds of them."""
    called = f"layer.{layer.name}"
    given = [key for key in CHANCES if getattr(layer, key) is not None]
    if len(given) > 1:
        message = f"{called} has both {given[0]} and {given[1]}; expected one of them."
        raise ConfigError(message)
    hint = " Remove it to draw all equally."
    if layer.probabilities is not None:
        missing = forgotten(layer, root)
        check_probabilities(f"{called}.probabilities", layer.probabilities.values(), hint, missing)
    if layer.weights is not None:
        check_weights(f"{called}.weights", layer.weights.values(), hint)


def forgotten(layer: Layer, root: Path) -> str:
    """Return a hint at the files without a probability, if there are any."""
    try:
        folder = find_path(root / layer.folder)
        files = [path for path in folder.iterdir() if not is_ignored(path)]
    except OSError:
        return ""
    missing = sorted(
        {composed(path.stem) for path in files} - set(layer.probabilities or ()) - {NONE}
    )
    return f" (missing: {', '.join(missing)})" if missing else ""


def check_counts(layer: Layer, sampling: str) -> None:
    """Refuse counts without quota sampling, and more than one variant that gets the rest."""
    if layer.counts is None:
        return
    called = f"layer.{layer.name}.counts"
    check_some(called, layer.counts, "")
    if sampling != "quota":
        message = (
            f'{called} is given and dataset.sampling is "{sampling}"; expected "quota", '
            'which draws exact counts. Use "weights" for relative numbers.'
        )
        raise ConfigError(message)
    rests = [name for name, count in layer.counts.items() if count == REST]
    if len(rests) > 1:
        message = (
            f'{called} gives "{REST}" to {", ".join(map(show, rests))}; expected it for one '
            "variant, which gets all images that the others leave."
        )
        raise ConfigError(message)


def check_parts(layer: Layer) -> None:
    """Refuse an empty table of parts."""
    if layer.parts is not None and not layer.parts:
        message = (
            f"layer.{layer.name}.parts is empty; expected the depth of each part, "
            "like { back = -1, front = 0 }."
        )
        raise ConfigError(message)


def check_size(layer: Layer) -> None:
    """Refuse art that is fitted to the canvas and scaled to a share of it as well."""
    if layer.size is not None and layer.fit not in (None, "none"):
        message = (
            f'layer.{layer.name} has size and fit = "{layer.fit}", which both say how large art '
            "is; expected one of them."
        )
        raise ConfigError(message)
