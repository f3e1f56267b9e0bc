"""The detectors of a report: each looks for one kind of flaw."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from imggen.config.plain import NONE
from imggen.planning.sampling.frequencies import Frequencies
from imggen.report.page.facts import Facts
from imggen.report.page.findings import Bars, Detector, Remark, Severity
from imggen.report.page.looks import FAINT
from imggen.report.page.shortcuts import percent, shortcuts, sizes

STARVED = 0.1  # of a fair share: a variant with less is rare
LEAST_FAIR = 10  # images: where a fair share is less, all are rare
BY_CHANCE = 0.01  # of the images of a split: fewer that are in another one may be a coincidence
FEWEST = 100  # images: of fewer, some variants may well be in none
COPIED = 0.1  # of the images: with more copies than that, it is worth knowing
HIDDEN = 0.1  # of an object: with less, it can hardly be seen
OFTEN = 0.1  # of the objects of a variant
OUTSIDE = 0.5  # of a box: with less of it on the canvas, its object is cut in two
LEAST_OBJECTS = 8  # of a variant, to say something of it
MOST_NAMED = 4  # of a kind
DRIFT = 5.0  # standard deviations


def lost_images(facts: Facts) -> Iterator[Remark]:
    """Yield a finding if image files are missing."""
    if facts.missing:
        yield Remark(
            "count",
            "wrong",
            f"{facts.missing:,} of {facts.recipe.count:,} image files are missing.",
            "imggen verify --repair makes them again.",
        )


def leaks(facts: Facts) -> Iterator[Remark]:
    """Yield a finding for each split that has images of another."""
    for leak in facts.leaks[:MOST_NAMED]:
        yield Remark(
            "leak",
            "wrong" if leak.count >= BY_CHANCE * leak.images else "note",
            f"{leak.count:,} of {leak.images:,} images of split {leak.split} are in split "
            f"{leak.other}, too ({percent(leak.count / leak.images)}).",
            "A network is tested with what it has learnt by heart. "
            'dataset.disjoint = "scenes" keeps each scene in one split.',
            (leak.first, leak.second),
        )


def copies(facts: Facts) -> Iterator[Remark]:
    """Yield a finding if many images are copies, or different scenes have the same pixels."""
    count, images = facts.copies
    twins = facts.twins
    if twins:
        yield Remark(
            "twins",
            "wrong",
            f"{len(twins):,} images have exactly the pixels of another image that shows something "
            "else.",
            "A sprite is hidden, invisible, or the same as another: labels differ where nothing "
            "can be seen.",
            twins[0],
        )
    if count >= COPIED * facts.looked_at:
        yield Remark(
            "copies",
            "note",
            f"{count:,} of {facts.looked_at:,} images are exact copies of others.",
            "There are fewer different images than it seems. More variation, or dataset.unique, "
            "makes more; output.duplicates says how copies are stored.",
            images,
        )


def art(facts: Facts) -> Iterator[Remark]:
    """Yield the flaws of art files."""
    wrong = ("empty", "fringe", "alike", "never")
    found = sorted(facts.art, key=lambda flaw: flaw.kind not in wrong)
    for flaw in found[: 2 * MOST_NAMED]:
        yield Remark(
            f"art {flaw.kind}",
            "wrong" if flaw.kind in wrong else "note",
            flaw.sentence,
            "imggen check lists all flaws of the art.",
            pictures=flaw.pictures,
        )
    if len(found) > 2 * MOST_NAMED:
        more = len(found) - 2 * MOST_NAMED
        yield Remark("art", "note", f"{more:,} more flaws of art: imggen check lists them.")


def wishes(facts: Facts) -> Iterator[Remark]:
    """Yield what rules and sampling change of what was asked for."""
    few = facts.recipe.count < FEWEST
    said = [one for one in facts.wishes.warnings if not (few and "in none of the" in one)]
    for sentence in said[: 2 * MOST_NAMED]:
        severity: Severity = "wrong" if "never applies" in sentence else "note"
        yield Remark("wish", severity, sentence)
    for one in facts.wishes.found:
        yield from drifted(one)


def drifted(one: Frequencies) -> Iterator[Remark]:
    """Yield a finding if images differ from the chances that they were drawn with."""
    count = int(one.planned.sum())
    if not count or not one.exact.any() or one.trials is not None:
        return
    spread = np.sqrt(count * one.exact * (1 - one.exact)) + 1
    gap = np.abs(one.planned - count * one.exact) / spread
    worst = int(gap.argmax())
    if gap[worst] > DRIFT:
        where = f" in split {one.split}" if one.split else ""
        yield Remark(
            "wish",
            "note",
            f"{one.layer}{where}: {int(one.planned[worst]):,} of {count:,} images show "
            f'"{one.variants[worst]}", and {count * one.exact[worst]:,.0f} were to be expected.',
            "",
            chart=bars_of(one),
        )


def bars_of(one: Frequencies) -> Bars:
    """Return what was asked for and what is planned."""
    shares = one.planned / max(1, int(one.planned.sum()))
    return Bars(one.variants, tuple(one.asked.tolist()), tuple(shares.tolist()))


def starved(facts: Facts) -> Iterator[Remark]:
    """Yield a finding for each layer with variants that are in few images of a split, or none."""
    layers = {one.name for one in facts.recipe.config.layer}
    for one in facts.wishes.found:
        if not one.where and one.layer in layers:
            yield from starved_variants(one, facts)


def starved_variants(one: Frequencies, facts: Facts) -> Iterator[Remark]:
    """Yield a finding if some variants of a layer come much less often than others."""
    real = np.array([name != NONE for name in one.variants])
    real &= (one.asked > 0) | (one.exact > 0)
    counts = one.planned
    fair = counts[real].sum() / max(1, int(real.sum()))
    if fair < LEAST_FAIR or real.sum() < 2:
        return
    few = np.flatnonzero(real & (counts < STARVED * fair)).tolist()
    if not few:
        return
    few.sort(key=lambda k: (int(counts[k]), k))
    names = ", ".join(f'"{one.variants[k]}" ({int(counts[k]):,})' for k in few[:MOST_NAMED])
    more = f" and {len(few) - MOST_NAMED:,} more" if len(few) > MOST_NAMED else ""
    where = f" in split {one.split}" if one.split else ""
    yield Remark(
        "rare",
        "note",
        f"{one.layer}{where}: {names}{more} of {int(counts.sum()):,} "
        f"{'is' if len(few) == 1 else 'are'} less than a tenth of a fair share ({fair:,.0f}).",
        "Too few to learn it, and to measure how well it was learnt. Give it more weight, or count "
        "on it.",
        images_of(facts, one.layer, few[:2]),
        bars_of(one),
    )


def images_of(facts: Facts, layer: str, variants: list[int]) -> tuple[int, ...]:
    """Return an image of each of some variants of a layer."""
    traits = facts.sample.plan.traits
    own = next(one for one in facts.recipe.segments.columns if one.layer == layer)
    found = []
    for variant in variants:
        rows = np.flatnonzero((traits[:, own.slots] == variant).any(axis=1))
        found += facts.sample.numbers[rows[:1]].tolist()
    return tuple(found)


def crowded(facts: Facts) -> Iterator[Remark]:
    """Yield a finding for sprites that had no room, and for numbers that could not be met."""
    for layer, count in facts.wishes.dropped.items():
        if count:
            yield Remark(
                "count",
                "wrong",
                f"{count:,} instances of {layer} were asked for and left out, as they had no room.",
                "Ask for fewer, make them smaller, or allow more overlap.",
                chart=next(
                    (
                        bars_of(one)
                        for one in facts.wishes.found
                        if one.layer == f"{layer}.instances"
                    ),
                    None,
                ),
            )
    for layer, count in facts.wishes.crowded.items():
        if count:
            yield Remark(
                "crowded",
                "wrong",
                f"{layer} overlaps what it should avoid {count:,} times, as it had no room.",
                "Ask for fewer, make them smaller, or allow more overlap.",
            )


def hidden(facts: Facts) -> Iterator[Remark]:
    """Yield a finding for each variant that often cannot be seen."""
    seen = facts.sample.seen
    if not len(seen.slot):
        return
    layers = facts.recipe.library.layers
    for (layer, variant), rows in grouped(facts, seen.slot, seen.variant).items():
        poor = seen.fraction[rows] < HIDDEN
        if len(rows) < LEAST_OBJECTS or poor.mean() < OFTEN:
            continue
        slot = int(seen.slot[rows[0]])
        labelled = (slot, variant) in facts.recipe.info.classes.rows
        examples = np.unique(seen.image[rows[poor]])[:3]
        yield Remark(
            "hidden",
            "wrong" if labelled else "note",
            f'{layer}: "{layers[slot].names[variant]}" can hardly be seen in '
            f"{percent(float(poor.mean()))} of {len(rows):,} objects looked at: less than a tenth "
            "of it is visible.",
            "Labels of what cannot be seen teach nothing. Let less lie in front of it, or set "
            "labels.least_visible.",
            tuple(facts.sample.numbers[examples].tolist()),
        )


def grouped(
    facts: Facts, slots: npt.NDArray[np.int64], variants: npt.NDArray[np.int64]
) -> dict[tuple[str, int], npt.NDArray[np.int64]]:
    """Return the rows of objects by layer and variant."""
    layers = facts.recipe.library.layers
    groups: dict[tuple[str, int], list[int]] = {}
    for row, (slot, variant) in enumerate(zip(slots.tolist(), variants.tolist(), strict=True)):
        groups.setdefault((layers[slot].layer, variant), []).append(row)
    return {key: np.array(rows) for key, rows in groups.items()}


def faint(facts: Facts) -> Iterator[Remark]:
    """Yield a finding for each variant that looks like what is behind it."""
    found = facts.contrasts
    slots = np.array([one.slot for one in found], np.int64)
    variants = np.array([one.variant for one in found], np.int64)
    layers = facts.recipe.library.layers
    for (layer, variant), rows in grouped(facts, slots, variants).items():
        weak = [found[row] for row in rows.tolist() if found[row].difference < FAINT]
        if len(weak) < 2 or 2 * len(weak) < len(rows):
            continue
        name = layers[weak[0].slot].names[variant]
        yield Remark(
            "faint",
            "wrong",
            f'{layer}: "{name}" cannot be told from what is behind it in {len(weak)} of '
            f"{len(rows)} objects looked at: pixels differ by less than {FAINT:.0f} of 255.",
            "Its labels mark nothing that can be seen. Raise its opacity, or change its colours.",
            tuple(dict.fromkeys(one.image for one in weak))[:3],
        )


def cut_off(facts: Facts) -> Iterator[Remark]:
    """Yield a finding for each layer whose sprites often lie half outside."""
    objects, canvas = facts.sample.objects, facts.recipe.library.size
    inside = objects.inside(canvas)
    layers = facts.recipe.library.layers
    for own in facts.recipe.segments.columns:
        rows = np.flatnonzero((objects.slot >= own.slots.start) & (objects.slot < own.slots.stop))
        if len(rows) < LEAST_OBJECTS:
            continue
        layer = next(one for one in facts.recipe.config.layer if one.name == own.layer)
        least = OUTSIDE if layer.placed_at_random else 0.9
        poor = inside[rows] < least
        if poor.mean() < OFTEN:
            continue
        much = "half" if layer.placed_at_random else "nine tenths"
        examples = np.unique(objects.image[rows[poor]])[:3]
        worst = {layers[objects.slot[k]].names[objects.variant[k]] for k in rows[poor].tolist()}
        which = f' ("{worst.pop()}" alone)' if len(worst) == 1 and len(own.names) > 1 else ""
        yield Remark(
            "clipped",
            "wrong",
            f"{own.layer} is cut off by the edge of the canvas in {percent(float(poor.mean()))} of "
            f"its places{which}: less than {much} of it is inside.",
            f"Move layer.{own.layer}.place inwards, or raise its inside.",
            tuple(facts.sample.numbers[examples].tolist()),
        )


DETECTORS: tuple[Detector, ...] = (
    lost_images, leaks, shortcuts, hidden, faint, cut_off, crowded, art, copies, starved, wishes,
    sizes,
)  # fmt: skip
