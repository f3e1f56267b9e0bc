"""Find what can hardly be seen: hidden, faint, tiny, cut off, or covered by its like."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from imggen.report.page.columns import CUT
from imggen.report.page.factors import Floats, Ints
from imggen.report.page.facts import Facts
from imggen.report.page.findings import Remark
from imggen.report.page.looks import FAINT
from imggen.report.page.shortcuts import percent

HIDDEN = 0.1  # of an object: with less, it can hardly be seen
OFTEN = 0.1  # of the objects of a layer or variant
MOSTLY, NEARLY_ALL = 0.5, 0.9  # of them
OUTSIDE = 0.5  # of a box: with less of it on the canvas, its object is cut in two
TINY = 8  # px: networks that halve a picture three times keep one cell of that side
ALIKE_BOXES = 0.5  # intersection over union: detectors take two such boxes for one object
LEAST_OBJECTS = 8  # of a variant, to say something of it
MOST_NAMED = 4  # variants


def hidden(facts: Facts) -> Iterator[Remark]:
    """Yield a finding for each layer with variants that often cannot be seen."""
    seen = facts.sample.seen
    poor = seen.fraction < HIDDEN
    for layer, variants in by_layer(facts, seen.slot, seen.variant).items():
        bad = {
            name: rows
            for name, rows in variants.items()
            if len(rows) >= LEAST_OBJECTS and poor[rows].mean() >= OFTEN
        }
        if not bad:
            continue
        rows = np.concatenate(list(bad.values()))
        worst = rows[poor[rows]]
        it = "it" if len(bad) == 1 else "them"
        yield Remark(
            "hidden",
            "wrong" if has_label(facts, seen.slot[rows], seen.variant[rows]) else "note",
            f"{layer}: {listed(bad)} can hardly be seen in {percent(len(worst) / len(rows))} of "
            f"{len(rows):,} objects looked at: less than a tenth of {it} is visible.",
            "Labels of what cannot be seen teach nothing. Let less lie in front of it, or set "
            "labels.least_visible.",
            examples(facts, seen.image[worst]),
        )


def faint(facts: Facts) -> Iterator[Remark]:
    """Yield a finding for each layer with variants that look like what is behind them."""
    found = facts.contrasts
    weak = np.array([one.difference < FAINT for one in found], bool)
    slots = np.array([one.slot for one in found], np.int64)
    variants = np.array([one.variant for one in found], np.int64)
    for layer, groups in by_layer(facts, slots, variants).items():
        all_rows = np.concatenate(list(groups.values()))
        often = weak[all_rows].sum() >= 2 and weak[all_rows].mean() >= OFTEN
        bad = {
            name: rows
            for name, rows in groups.items()
            if (weak[rows].sum() >= 2 and weak[rows].mean() >= MOSTLY)
            or (often and weak[rows].any())
        }
        if not bad:
            continue
        rows = np.concatenate(list(bad.values()))
        shown = [found[row].image for row in rows[weak[rows]].tolist()]
        yield Remark(
            "faint",
            "wrong",
            f"{layer}: {listed(bad)} cannot be told from what is behind "
            f"{'it' if len(bad) == 1 else 'them'} in {len(shown)} of {len(rows)} objects looked "
            f"at: pixels differ by less than {FAINT:.0f} of 255.",
            "Its labels mark nothing that can be seen. Raise its opacity, change its colours, or "
            "let the camera darken and blur less.",
            tuple(dict.fromkeys(shown))[:3],
        )


def tiny(facts: Facts) -> Iterator[Remark]:
    """Yield a note for each labelled layer with variants that are often only a few pixels large."""
    objects = facts.sample.objects
    small = objects.size.max(axis=1) < TINY
    for layer, variants in by_layer(facts, objects.slot, objects.variant).items():
        bad = {
            name: rows
            for name, rows in variants.items()
            if len(rows) >= LEAST_OBJECTS
            and small[rows].mean() >= OFTEN
            and has_label(facts, objects.slot[rows[:1]], objects.variant[rows[:1]])
        }
        if not bad:
            continue
        rows = np.concatenate(list(bad.values()))
        worst = rows[small[rows]]
        yield Remark(
            "tiny",
            "note",
            f"{layer}: {listed(bad)} {'is' if len(bad) == 1 else 'are'} smaller than {TINY} px in "
            f"{percent(len(worst) / len(rows))} of {len(rows):,} places; the smallest is "
            f"{objects.size[rows].max(axis=1).min():.0f} px long.",
            "Few networks find what is that small. Raise its scale or size, or make the canvas "
            "larger.",
            examples(facts, objects.image[worst]),
        )


def cut_off(facts: Facts) -> Iterator[Remark]:
    """Yield a finding for each layer whose sprites are often cut in two, or always a little."""
    objects = facts.sample.objects
    inside = objects.inside(facts.recipe.library.size)
    layers = {one.name: one for one in facts.recipe.config.layer}
    for layer, variants in by_layer(facts, objects.slot, objects.variant).items():
        rows = np.concatenate(list(variants.values()))
        if len(rows) < LEAST_OBJECTS:
            continue
        free = layers[layer].placed_at_random
        least = OUTSIDE if free else CUT
        if free and (inside[rows] < CUT).mean() >= NEARLY_ALL:
            least = CUT
        poor = inside < least
        bad = {
            name: own
            for name, own in variants.items()
            if poor[own].any()
            and (
                poor[rows].mean() >= OFTEN
                or (len(own) >= LEAST_OBJECTS and poor[own].mean() >= MOSTLY)
            )
        }
        if not bad:
            continue
        rows = np.concatenate(list(bad.values()))
        which = f" ({listed(bad)})" if len(bad) < len(variants) else ""
        much = "half" if least == OUTSIDE else "nine tenths"
        yield Remark(
            "clipped",
            "wrong",
            f"{layer} is cut off by the edge of the canvas in {percent(poor[rows].mean())} of its "
            f"places{which}: less than {much} of it is inside.",
            f"Move layer.{layer}.place inwards, or raise its inside.",
            examples(facts, objects.image[rows[poor[rows]]]),
        )


def piled_up(facts: Facts) -> Iterator[Remark]:
    """Yield a note for each labelled layer most of whose instances cover another one of it."""
    objects = facts.sample.objects
    rows = np.flatnonzero(np.isin(objects.image, facts.sample.seen.images))
    for own in facts.recipe.segments.columns:
        slots = range(own.slots.start, own.slots.stop)
        chosen = rows[np.isin(objects.slot[rows], slots)]
        if not own.counted or len(chosen) < LEAST_OBJECTS:
            continue
        if not has_label(facts, objects.slot[chosen], objects.variant[chosen]):
            continue
        covered = cover_another(objects.image[chosen], objects.corner[chosen], objects.size[chosen])
        if covered.mean() < MOSTLY:
            continue
        yield Remark(
            "piled up",
            "note",
            f"{percent(float(covered.mean()))} of {len(chosen):,} instances of {own.layer} looked "
            "at lie on another one: their boxes have half of their area in common.",
            "Most detectors take such boxes for one object and drop the others. "
            f'layer.{own.layer}.place.avoid = ["self"] keeps them apart.',
            examples(facts, objects.image[chosen[covered]]),
        )


def cover_another(image: Ints, corner: Floats, size: Floats) -> npt.NDArray[np.bool_]:
    """Mark the boxes that nearly cover another box of the same image: (n,)."""
    found = np.zeros(len(image), bool)
    starts = np.flatnonzero(np.diff(image, prepend=-1))
    for rows in np.split(np.arange(len(image)), starts[1:]):
        low, high = corner[rows], corner[rows] + size[rows]
        common = np.minimum(high[:, None], high) - np.maximum(low[:, None], low)
        shared = np.clip(common, 0, None).prod(axis=-1)
        areas = size[rows].prod(axis=-1)
        ratio = shared / np.maximum(areas[:, None] + areas - shared, 1)
        np.fill_diagonal(ratio, 0)
        found[rows] = ratio.max(axis=1) >= ALIKE_BOXES
    return found


def by_layer(facts: Facts, slots: Ints, variants: Ints) -> dict[str, dict[str, Ints]]:
    """Return the rows of objects by layer, and by the name of their variant."""
    layers = facts.recipe.library.layers
    found: dict[str, dict[str, Ints]] = {}
    for own in facts.recipe.segments.columns:
        rows = np.flatnonzero((slots >= own.slots.start) & (slots < own.slots.stop))
        names = layers[own.slots.start].names
        numbers = np.unique(variants[rows]).tolist()
        if numbers:
            found[own.layer] = {names[k]: rows[variants[rows] == k] for k in numbers}
    return found


def has_label(facts: Facts, slots: Ints, variants: Ints) -> bool:
    """Return True if one of the variants in these columns of traits has a class."""
    pairs = set(zip(slots.tolist(), variants.tolist(), strict=True))
    return any(pair in facts.recipe.info.classes.rows for pair in pairs)


def examples(facts: Facts, rows: Ints) -> tuple[int, ...]:
    """Return the indices of up to three images of the sample."""
    return tuple(facts.sample.numbers[np.unique(rows)[:3]].tolist())


def listed(names: Sequence[str] | dict[str, Ints]) -> str:
    """Return names in quotes, the first few of them."""
    quoted = [f'"{name}"' for name in names]
    if len(quoted) > MOST_NAMED:
        return f"{', '.join(quoted[:MOST_NAMED])} and {len(quoted) - MOST_NAMED:,} more"
    return f"{', '.join(quoted[:-1])} and {quoted[-1]}" if len(quoted) > 1 else quoted[0]
