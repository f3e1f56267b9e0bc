"""The detectors of a report: each looks for one kind of flaw."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from imggen.report.page.facts import Facts
from imggen.report.page.findings import Detector, Heat, Remark, Severity
from imggen.report.page.shares import absent, bars_of, constant, starved, treated_alike, wishes
from imggen.report.page.shortcuts import advice_for, percent, said, shortcuts, sizes
from imggen.report.page.sight import cut_off, faint, hidden, piled_up, tiny

BY_CHANCE = 0.01  # of the images of a split: fewer that are in another one may be a coincidence
COPIED = 0.1  # of the images: with more copies than that, it is worth knowing
SELDOM = 0.02  # of the sprites of a layer: fewer that have no room are no fault
MOST_NAMED = 4  # of a kind


def lost_images(facts: Facts) -> Iterator[Remark]:
    """Yield a finding if image files are missing, or others are among them."""
    lost = facts.lost
    if lost.missing:
        yield Remark(
            "count",
            "wrong",
            f"{lost.missing:,} of {facts.recipe.count:,} image files are missing.",
            "imggen verify --repair makes them again.",
            lost.images,
        )
    if lost.strange:
        yield Remark(
            "count",
            "wrong",
            f"{lost.strange:,} image {'file' if lost.strange == 1 else 'files'} beside the "
            f"{facts.recipe.count:,} of the dataset {'is' if lost.strange == 1 else 'are'} none of "
            "it.",
            "Readers of the folder would take them for its images. imggen verify names them.",
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


def crowded(facts: Facts) -> Iterator[Remark]:
    """Yield a finding for sprites that had no room, and for numbers that could not be met."""
    for layer, count in facts.wishes.dropped.items():
        if count:
            numbers = (one for one in facts.wishes.found if one.layer == f"{layer}.instances")
            yield Remark(
                "count",
                severity_of(count, layer, facts),
                f"{count:,} instances of {layer} were asked for and left out, as they had no room.",
                "Ask for fewer, make them smaller, or allow more overlap.",
                chart=next(map(bars_of, numbers), None),
            )
    for layer, count in facts.wishes.crowded.items():
        if count:
            yield Remark(
                "crowded",
                severity_of(count, layer, facts),
                f"{layer} overlaps what it should avoid {count:,} times, as it had no room.",
                "Ask for fewer, make them smaller, or allow more overlap.",
                fullest(layer, facts),
            )


def fullest(layer: str, facts: Facts) -> tuple[int, ...]:
    """Return the indices of the images of the sample with the most sprites of `layer`."""
    objects, numbers = facts.sample.objects, facts.sample.numbers
    own = next(one for one in facts.recipe.segments.columns if one.layer == layer)
    rows = objects.image[(objects.slot >= own.slots.start) & (objects.slot < own.slots.stop)]
    counts = np.bincount(rows, minlength=len(numbers))
    return tuple(numbers[np.argsort(-counts, kind="stable")[:3]].tolist())


def severity_of(count: int, layer: str, facts: Facts) -> Severity:
    """Return "wrong" if `count` is more than a few of the sprites of a layer that were counted."""
    found = (one for one in facts.wishes.found if one.layer == layer and not one.where)
    return "wrong" if count >= SELDOM * sum(int(one.planned.sum()) for one in found) else "note"


def jointly(facts: Facts) -> Iterator[Remark]:
    """Yield a finding for each label that two factors give away only together."""
    for one in facts.joint[:MOST_NAMED]:
        first, second = one.factors
        rows = facts.scopes[0].image[one.both.codes == one.both.codes.max()]
        yield Remark(
            "shortcut",
            "note" if one.why else "wrong",
            f"{said(first)} and {said(second)} together give {said(one.label)} away, although "
            f"neither does alone: by both, a guess is right for {percent(one.right)} of images, "
            f"by the better one for {percent(one.right_alone)}.",
            advice_for(one.why),
            tuple(facts.sample.numbers[rows[:3]].tolist()),
            Heat(one.table, one.label.levels, one.both.levels, (one.label.name, one.both.name)),
        )


DETECTORS: tuple[Detector, ...] = (
    lost_images, leaks, shortcuts, jointly, hidden, faint, cut_off, crowded, art, copies, starved,
    absent, wishes, constant, tiny, piled_up, treated_alike, sizes,
)  # fmt: skip
