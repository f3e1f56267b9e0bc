"""Find shortcuts: factors that give a label or a split away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from imggen.report.page.association import Association, ClassRule
from imggen.report.page.declared import SPLIT
from imggen.report.page.facts import Facts
from imggen.report.page.findings import Heat, Remark
from imggen.report.page.radar import FactorPair, own_rows

MOST_NAMED = 8  # shortcuts on the first screen
TELLING = 0.3  # Cramer's V: below it, it is one level that is given away
LARGER = 3.0  # times: sprites of one variant are that much longer than those of another


def shortcuts(facts: Facts) -> Iterator[Remark]:
    """Yield the strongest shortcuts; of several that follow from one setting, all are named."""
    found = [pair for pair in facts.radar.pairs if pair.is_shortcut]
    found.sort(key=lambda pair: (bool(pair.why), -pair.found.size))
    for pair in found[:MOST_NAMED]:
        yield finding_of(pair, facts)
    if len(found) > MOST_NAMED:
        yield Remark(
            "shortcut",
            "note",
            f"{len(found) - MOST_NAMED:,} more pairs of factors give each other away.",
            "The shortcut radar below lists all of them, strongest first.",
        )


def finding_of(pair: FactorPair, facts: Facts) -> Remark:
    """Return the finding of one pair of factors."""
    found = pair.found
    splits = found.splits.values()
    rule = found.best_rule
    whole = found.is_sure and max(found.strength, *splits, 0.0) >= TELLING
    if SPLIT in (found.first.node, found.second.node):
        sentence = sentence_on_split(found)
    elif whole or rule is None:
        sentence = sentence_on_label(found, pair.scope.name)
    else:
        sentence = sentence_on_level(found, rule)
    level = rule.level if rule is not None else int(found.table.sum(axis=1).argmax())
    rows = own_rows(pair, level)
    return Remark(
        kind="shortcut",
        severity="note" if pair.why else "wrong",
        sentence=sentence,
        advice=advice_on(pair),
        images=tuple(facts.sample.numbers[np.unique(rows)[:3]].tolist()),
        chart=heat_of(found),
    )


def sentence_on_label(found: Association, scope: str) -> str:
    """Say how well a label is guessed from one factor."""
    rows = "images" if scope == "images" else "objects"
    best = max(found.splits, key=found.splits.__getitem__, default="")
    said = (
        f"{found.second.name} gives {found.first.name} away: by that alone, a guess is right for "
        f"{percent(found.accuracy)} of {rows}, and {percent(found.baseline)} by always saying the "
        f"most frequent (Cramér's V {found.strength:.2f})."
    )
    rule = found.best_rule
    if rule is not None and len(found.first.levels) > 2:
        said = f'{said} Most of all "{found.first.levels[rule.level]}".'
    if best and found.splits[best] > found.strength + 0.15:
        return f"{said} In split {best}, V is {found.splits[best]:.2f}."
    return said


def sentence_on_level(found: Association, rule: ClassRule) -> str:
    """Say how well one level of a label is told from all others."""
    return (
        f'{found.second.name} gives "{found.first.levels[rule.level]}" of {found.first.name} away: '
        f"that alone tells it from all others with {percent(rule.accuracy)} accuracy, where 50 % "
        "is guessing."
    )


def sentence_on_split(found: Association) -> str:
    """Say that a factor is not distributed alike in all splits."""
    other = found.first if found.second.node == SPLIT else found.second
    return (
        f"{other.name} differs between the splits (Cramér's V {found.strength:.2f}): what is "
        "learnt from one may not hold for another."
    )


def advice_on(pair: FactorPair) -> str:
    """Say where a shortcut comes from, and what to do."""
    if not pair.why:
        return (
            "No setting asks for that. A network may learn it in place of the shapes; look for "
            "what ties the two together, and let each be drawn by itself."
        )
    return f"It follows from {' and '.join(pair.why)}. If you meant it, all is well."


def heat_of(found: Association) -> Heat:
    """Return the table of an association."""
    first, second = found.first, found.second
    return Heat(found.table, first.levels, second.levels, (first.name, second.name))


def sizes(facts: Facts) -> Iterator[Remark]:
    """Yield a note for each layer whose variants have very different sizes by their art alone."""
    objects, library = facts.sample.objects, facts.recipe.library
    labelled = set(facts.recipe.info.classes.depths)
    for own in facts.recipe.segments.columns:
        slot = own.slots.start
        there = (objects.slot == slot) & (slot in labelled)
        sides = np.sqrt(objects.size.prod(axis=1))
        medians = {
            k: float(np.median(sides[there & (objects.variant == k)]))
            for k in np.unique(objects.variant[there]).tolist()
        }
        if len(medians) < 2:
            continue
        small, large = (pick(medians, key=medians.__getitem__) for pick in (min, max))
        if medians[large] >= LARGER * medians[small]:
            names = library.layers[slot].names
            yield Remark(
                "size",
                "note",
                f'Size tells variants of {own.layer} apart: "{names[large]}" is '
                f'{medians[large] / medians[small]:.1f} times as long as "{names[small]}".',
                "A network can tell them by size alone; vary.scale makes that harder.",
                tuple(
                    int(
                        facts.sample.numbers[
                            objects.image[np.flatnonzero(there & (objects.variant == k))[0]]
                        ]
                    )
                    for k in (small, large)
                ),
            )


def percent(share: float) -> str:
    """Return a share as text."""
    return f"{100 * share:.0f} %" if share < 0.995 or share == 1 else f"{100 * share:.1f} %"
