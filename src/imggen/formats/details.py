"""Details of the instances of a scene that only some labels need: made if a format asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imggen.assets import NO_SPRITE
from imggen.config.plain import NONE
from imggen.geometry.overlaps import overlaps, visibilities
from imggen.geometry.poses import FLIP, Poses, carried, looks_of
from imggen.geometry.stack import ItemTracer, Stack
from imggen.planning.shadows import without_shadows

if TYPE_CHECKING:
    from imggen.assets import Library
    from imggen.draw.sprite_cache import SpriteCache
    from imggen.formats.info import DatasetInfo
    from imggen.geometry.instances import Instance
    from imggen.geometry.mask import Mask
    from imggen.planning import Scene

OBB, AMODAL, OCCLUSION = "obb", "amodal", "occlusion"  # as in `labels.fields`
KEYPOINTS, SPRITES = "keypoints", "sprites"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Details:
    """The details of n instances of a scene; empty where no format asks for them.

    Attributes
    ----------
    oriented_boxes : (n, 4, 2) float64: see `Poses.oriented_boxes`
    keypoints : (n, k, 3) float64: x, y, px, and 0, 1 or 2 (not labelled, covered, visible) of each
        of the dataset's keypoints; x and y are 0 where that is 0
    overlaps : (n, n) int64: see `overlaps`
    amodal_masks : all pixels of each on the canvas, hidden or not
    has_background : True if art fills the canvas behind all sprites
    sprites : depth, variant and visible pixels of each sprite of the scene, labelled or not, from
        back to front
    """

    oriented_boxes: Floats
    keypoints: Floats
    overlaps: npt.NDArray[np.int64]
    amodal_masks: Sequence[Mask] = ()
    has_background: bool = True
    sprites: Sequence[tuple[int, int, Mask]] = ()


class Detailer:
    """Makes the details of instances.

    Parameters
    ----------
    wanted : OBB, AMODAL, OCCLUSION, KEYPOINTS, SPRITES: those that formats ask for
    """

    def __init__(
        self,
        info: DatasetInfo,
        library: Library,
        sprite_cache: SpriteCache,
        wanted: Iterable[str],
    ) -> None:
        self._info = info
        self._library = library
        self._wanted = frozenset(wanted)
        self._backgrounds = backgrounds_of(library)
        self._poses = Poses(library, info.thresholds)
        self._tracer = ItemTracer(library, sprite_cache, info.thresholds)

    def make(self, scene: Scene, instances: Sequence[Instance]) -> Details:
        """Return the details of `instances`, which are labelled ones of `scene`."""
        scene = without_shadows(scene, self._library)
        made: dict[str, Any] = {
            "oriented_boxes": np.zeros((0, 4, 2)),
            "keypoints": np.zeros((0, 0, 3)),
            "overlaps": np.zeros((0, 0), np.int64),
            "has_background": scene.background in self._backgrounds,
        }
        if OBB in self._wanted:
            made["oriented_boxes"] = self._poses.oriented_boxes(scene, instances)
        if self._wanted - {OBB}:
            self._add_traced(made, scene, instances, self._tracer.stack(scene))
        return Details(**made)

    def _add_traced(
        self, made: dict[str, Any], scene: Scene, instances: Sequence[Instance], stack: Stack
    ) -> None:
        """Add what needs the pixels of single sprites."""
        depths = [one.depth for one in instances]
        if AMODAL in self._wanted:
            made["amodal_masks"] = [stack.amodal(depth) for depth in depths]
        if OCCLUSION in self._wanted:
            made["overlaps"] = overlaps(stack, depths)
        if self._wanted & {KEYPOINTS, SPRITES}:
            seen = stack.seen()
            if KEYPOINTS in self._wanted:
                made["keypoints"] = self._keypoints(scene, instances, stack, seen)
            pairs = zip(stack.owners, seen, strict=True)
            made["sprites"] = [(*owner, mask) for owner, mask in pairs]

    def _keypoints(
        self, scene: Scene, instances: Sequence[Instance], stack: Stack, seen: Sequence[Mask]
    ) -> Floats:
        """Return the keypoints of `instances`, as in `Details`."""
        names = self._info.keypoints
        found = np.zeros((len(instances), len(names.names), 3))
        found[..., :2] = carried(
            self._poses.matrices(scene, instances), self._points(scene, instances)
        )
        for own, one in zip(found, instances, strict=True):
            own[:, 2] = visibilities(stack, seen, one.depth, own[:, :2])
        found[found[..., 2] == 0] = 0
        return found

    def _points(self, scene: Scene, instances: Sequence[Instance]) -> Floats:
        """Return the points of the art of `instances`, by their names on the canvas: (n, k, 2)."""
        names = self._info.keypoints
        points = np.full((len(instances), len(names.names), 2), np.nan)
        mirrored = looks_of(scene, instances)[:, FLIP] == 1
        for own, one, flips in zip(points, instances, mirrored.tolist(), strict=True):
            layer = self._library.layers[one.depth]
            if layer.keypoints is not None:
                places = list(names.of_layer[layer.layer])
                if flips:
                    places = [names.mirrored[place] for place in places]
                own[places] = layer.keypoints[one.variant]
        return points


def backgrounds_of(library: Library) -> frozenset[int]:
    """Return the rows of the library's backgrounds that are art, and not the empty canvas."""
    first = library.layers[0]
    return frozenset(
        row
        for name, row, sprite in zip(
            first.names, first.backgrounds.tolist(), first.sprites.tolist(), strict=True
        )
        if sprite == NO_SPRITE and name != NONE
    )
