"""The factors of a sample: those of images, and those of the objects of each layer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from imggen.config.depth import depth_groups
from imggen.config.plain import BLENDS, CAMERA, CAMERA_FIELDS, EDGES, FIELDS, NONE
from imggen.planning.columns import LayerColumns
from imggen.report.page.declared import CLASS, SPLIT
from imggen.report.page.factors import Factor, Ints, Node, binned, categorical
from imggen.report.page.sample import ImageSample

CUT = 0.9  # of a box: with less of it on the canvas, it is cut off
ANCHORS = {"left": 0.0, "right": 1.0, "top": 0.0, "bottom": 1.0}


@dataclass(frozen=True)
class Scope:
    """Factors of the same rows.

    Attributes
    ----------
    name : of the rows, for people: "images" or "objects of bird"
    image : (n,) the row of the sample that each is of
    factors : all that vary
    splits : the split of each row; None if there are no splits
    charted : True if its numbers are shown as histograms; others have them elsewhere, too
    """

    name: str
    image: Ints
    factors: tuple[Factor, ...]
    splits: Factor | None
    charted: bool = True


def scopes_of(sample: ImageSample) -> Iterator[Scope]:
    """Yield the rows whose factors are compared: images, objects of layers, and of all layers."""
    heads = sample.heads
    splits = split_factor(sample, heads)
    factors = (one for one in image_factors(sample, heads) if one.varies)
    yield Scope("images", heads, tuple(factors), splits)
    is_head = np.zeros(len(sample.numbers), bool)
    is_head[heads] = True
    for own in sample.recipe.segments.columns:
        if own.counted:
            rows = np.flatnonzero(in_layer(sample, own) & is_head[sample.objects.image])
            yield scope_of_objects(sample, f"objects of {own.layer}", rows, own.layer)
    yield from scopes_of_sight(sample)
    rows = np.flatnonzero(in_classes(sample) & is_head[sample.objects.image])
    if len(rows):
        yield scope_of_objects(sample, "objects of all layers", rows, "")


def scope_of_objects(sample: ImageSample, name: str, rows: Ints, layer: str) -> Scope:
    """Return the factors of the objects in `rows`, of `layer` or, by "", of all layers."""
    image = sample.objects.image[rows]
    factors = tuple(one for one in object_factors(sample, rows, layer) if one.varies)
    return Scope(name, image, factors, split_factor(sample, image), charted=bool(layer))


def scopes_of_sight(sample: ImageSample) -> Iterator[Scope]:
    """Yield the traced objects of each labelled layer that moves: how much is seen of each."""
    seen, labelled = sample.seen, set(sample.recipe.info.classes.depths)
    free = {one.name for one in sample.recipe.config.layer if one.placed_at_random}
    for own in sample.recipe.segments.columns:
        slots = [k for k in range(own.slots.start, own.slots.stop) if k in labelled]
        rows = np.flatnonzero(np.isin(seen.slot, slots))
        if own.layer not in free or not len(rows):
            continue
        name, image = own.layer, seen.image[rows]
        factors = (
            categorical(name, Node(name, ""), own.names, seen.variant[rows]),
            binned(f"visible share of {name}, %", Node(name, "seen"), 100 * seen.fraction[rows]),
        )
        varying = tuple(one for one in factors if one.varies)
        splits = split_factor(sample, image)
        yield Scope(f"traced objects of {name}", image, varying, splits, charted=False)


def split_factor(sample: ImageSample, rows: Ints) -> Factor | None:
    """Return the split of images."""
    names = [split.name for split in sample.recipe.config.split]
    if not names:
        return None
    return categorical("split", SPLIT, names, sample.plan.splits[rows], "split")


def image_factors(sample: ImageSample, rows: Ints) -> Iterator[Factor]:
    """Yield the factors of images."""
    plan, recipe = sample.plan, sample.recipe
    traits = plan.traits[rows]
    splits = split_factor(sample, rows)
    if splits is not None:
        yield splits
    for own in recipe.segments.columns:
        if own.counted:
            most = own.slots.stop - own.slots.start
            numbers = [str(k) for k in range(most + 1)]
            node = Node(own.layer, "number")
            yield categorical(f"number of {own.layer}", node, numbers, own.rows(traits))
        variants = first_shown(own, traits)
        yield categorical(own.layer, Node(own.layer, ""), own.names, variants)
        yield from group_factors(sample, own, variants)
        if not own.counted:
            objects = rows_of_objects(sample, own.slots.start)[rows]
            yield from own_factors(sample, objects, own.layer)
    if plan.cameras is not None:
        values = plan.cameras.take(rows).values
        for k, field in enumerate(CAMERA_FIELDS):
            yield binned(f"{field} of the camera", Node(CAMERA, field), values[:, k])


def first_shown(own: LayerColumns, traits: npt.NDArray[np.unsignedinteger[Any]]) -> Ints:
    """Return the variant that each image shows, of the first instance that is there; -1 if none."""
    shown = traits[:, own.slots].astype(np.int64)
    if own.none is None:
        return shown[:, 0]
    there = shown != own.none
    first = there.argmax(axis=1)
    rows = np.arange(len(shown))
    return np.where(there.any(axis=1), shown[rows, first], -1)


def group_factors(sample: ImageSample, own: LayerColumns, variants: Ints) -> Iterator[Factor]:
    """Yield the folder of the variant, where that says less than the variant."""
    groups = sample.recipe.library.layers[own.slots.start].groups
    names = sorted(set(groups))
    if 1 < len(names) < len(groups):
        numbers = np.array([names.index(one) for one in groups])
        codes = np.where(variants < 0, -1, numbers[variants])
        shown = [name or NONE for name in names]
        yield categorical(f"folder of {own.layer}", Node(own.layer, "group"), shown, codes)


def rows_of_objects(sample: ImageSample, slot: int) -> Ints:
    """Return the row of the object in `slot` of each image, -1 if there is none: (images,)."""
    objects = sample.objects
    rows = np.full(len(sample.numbers), -1)
    own = np.flatnonzero(objects.slot == slot)
    rows[objects.image[own]] = own
    return rows


def own_factors(sample: ImageSample, rows: Ints, layer: str) -> Iterator[Factor]:
    """Yield what is drawn of objects, by their rows, -1 for none; of `layer`, or "" of several."""
    objects, canvas = sample.objects, sample.recipe.library.size
    if not (rows >= 0).any():
        return
    of = f" of {layer}" if layer else ""
    drawn = {field for _, field in sample.plan.look_table.levels}
    for field in (*FIELDS, *(field for field in EDGES if field in drawn)):
        values = of_rows(look_values(sample, field), rows)
        if field == "blend":
            codes = np.where(np.isnan(values), -1, np.nan_to_num(values)).astype(np.int64)
            yield categorical(f"blend{of}", Node(layer, field), BLENDS, codes, "value")
        else:
            yield binned(f"{field}{of}", Node(layer, field), values)
    anchors, moving = anchors_of(sample), moving_layers(sample)
    for axis, name in enumerate(("x", "y")):
        if layer and layer not in moving:
            continue
        points = objects.corner[:, axis] + anchors[objects.slot, axis] * objects.size[:, axis]
        share = of_rows(100 * points / canvas[axis], rows)
        yield binned(f"{name}{of}, %", Node(layer, name), np.round(share, 3))
    sides = np.sqrt(objects.size.prod(axis=1))
    yield binned(f"size{of}, px", Node(layer, "size"), of_rows(sides, rows))
    if not layer or layer in ordered_layers(sample):
        yield binned(f"depth{of}", Node(layer, "depth"), of_rows(objects.depth, rows))
    cut = of_rows((objects.inside(canvas) < CUT).astype(float), rows)
    codes = np.where(np.isnan(cut), -1, np.nan_to_num(cut)).astype(np.int64)
    yield categorical(f"cut{of}", Node(layer, "cut"), ("whole", "cut off"), codes, "value")


def look_values(sample: ImageSample, field: str) -> npt.NDArray[np.float64]:
    """Return the value of `field` of all objects."""
    plan, objects = sample.plan, sample.objects
    values = np.empty(len(objects.slot))
    for slot in range(plan.traits.shape[1]):
        own = objects.slot == slot
        values[own] = plan.look_table.values(plan.looks[objects.image[own]], slot, field)
    return values


def anchors_of(sample: ImageSample) -> npt.NDArray[np.float64]:
    """Return the point of its box by which each slot is placed, as shares: (slots, 2)."""
    places = {layer.name: layer.place.anchor for layer in sample.recipe.config.layer}
    found = []
    for slot in sample.recipe.library.layers:
        words = places[slot.layer].split("-")
        across = next((ANCHORS[one] for one in words if one in ("left", "right")), 0.5)
        down = next((ANCHORS[one] for one in words if one in ("top", "bottom")), 0.5)
        found.append((across, down))
    return np.array(found)


def moving_layers(sample: ImageSample) -> set[str]:
    """Return the layers whose sprites are not always at the same point."""
    layers = sample.recipe.config.layer
    return {one.name for one in layers if one.placed_at_random or one.place_when}


def ordered_layers(sample: ImageSample) -> set[str]:
    """Return the layers whose sprites each image orders in depth.

    How many sprites are behind one of another layer says no more than which of them there are.
    """
    layers = sample.recipe.config.layer
    return {layers[place].name for _, places in depth_groups(layers) for place in places}


def of_rows(values: npt.NDArray[np.float64], rows: Ints) -> npt.NDArray[np.float64]:
    """Return `values` of rows, NaN where a row is -1."""
    if not len(values):
        return np.full(len(rows), np.nan)
    found: npt.NDArray[np.float64] = np.where(rows < 0, np.nan, values[rows])
    return found


def object_factors(sample: ImageSample, rows: Ints, layer: str) -> Iterator[Factor]:
    """Yield the factors of objects of `layer` or, by "", of all labelled layers: class and own."""
    objects, recipe = sample.objects, sample.recipe
    classes = recipe.info.classes
    slot, variant = objects.slot[rows], objects.variant[rows]
    if layer:
        own = next(one for one in recipe.segments.columns if one.layer == layer)
        yield categorical(layer, Node(layer, ""), own.names, variant)
        yield from group_factors(sample, own, variant)
        yield from own_factors(sample, rows, layer)
        return
    pairs = zip(slot.tolist(), variant.tolist(), strict=True)
    codes = np.array([classes.rows.get(pair, -1) for pair in pairs], np.int64)
    yield categorical("class", CLASS, classes.names, codes)
    for factor in own_factors(sample, rows, ""):
        if factor.node.aspect not in ("size", "cut"):
            yield factor


def in_layer(sample: ImageSample, own: LayerColumns) -> npt.NDArray[np.bool_]:
    """Mark the objects of a layer."""
    slots = sample.objects.slot
    found: npt.NDArray[np.bool_] = (slots >= own.slots.start) & (slots < own.slots.stop)
    return found


def in_classes(sample: ImageSample) -> npt.NDArray[np.bool_]:
    """Mark the objects of labelled layers that are free to move, if several layers are."""
    recipe = sample.recipe
    free = {one.name for one in recipe.config.layer if one.placed_at_random}
    depths = [k for k in recipe.info.classes.depths if recipe.library.layers[k].layer in free]
    several = len({recipe.library.layers[k].layer for k in depths}) > 1
    return np.isin(sample.objects.slot, depths if several else [])
