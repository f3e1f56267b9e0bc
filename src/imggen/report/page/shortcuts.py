"""Find shortcuts: factors that give a label or a split away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from imggen.report.page.association import Association, ClassRule, worst_transfer
from imggen.report.page.declared import SPLIT
from imggen.report.page.factors import Factor
from imggen.report.page.facts import Facts
from imggen.report.page.findings import Heat, Remark
from imggen.report.page.radar import FactorPair, own_rows

MOST_NAMED = 8  # shortcuts on the first screen
TELLING = 0.3  # Cramer's V: below it, it is one level that is given away
BETTER = 0.05  # of the rows: if no more are guessed right, a level is told more simply
STRONGER = 0.15  # Cramer's V: so much more in one split is worth knowing
LOST = 0.2  # of the rows: guesses that are so much worse in another split do not carry over
LARGER = 3.0  # times: sprites of one variant are that much longer than those of another


def shortcuts(facts: Facts) -> Iterator[Remark]:
    """Yield the strongest shortcuts; those that follow from one setting are told together."""
    found = [pair for pair in facts.radar.pairs if pair.is_shortcut]
    found.sort(key=lambda pair: (bool(pair.why), -pair.found.size))
    groups: dict[tuple[str, str], list[FactorPair]] = {}
    for place, pair in enumerate(found):
        own = pair.why[-1] if pair.why else str(place)
        groups.setdefault((subject_of(pair.found).name, own), []).append(pair)
    for pairs in list(groups.values())[:MOST_NAMED]:
        yield finding_of(pairs, facts)
    if len(groups) > MOST_NAMED:
        left = sum(len(pairs) for pairs in list(groups.values())[MOST_NAMED:])
        yield Remark(
            "shortcut",
            "note",
            f"{left:,} more pairs of factors give each other away.",
            "The shortcut radar below lists all of them, strongest first.",
        )


def subject_of(found: Association) -> Factor:
    """Return the factor that is given away: the split, if it is one of them, else the label."""
    return found.second if found.second.node == SPLIT else found.first


def finding_of(pairs: Sequence[FactorPair], facts: Facts) -> Remark:
    """Return the finding of pairs of factors with one subject, the strongest of which is first."""
    pair = pairs[0]
    found = pair.found
    splits = found.splits.values()
    rule = found.best_rule
    whole = found.is_sure and max(found.strength, *splits, 0.0) >= TELLING
    if SPLIT in (found.first.node, found.second.node):
        sentence = sentence_on_split(found)
    elif rule is None or (whole and found.accuracy > found.baseline + BETTER):
        sentence = sentence_on_label(found, pair.scope.name)
    else:
        sentence = sentence_on_level(found, rule)
    level = rule.level if rule is not None else int(found.table.sum(axis=1).argmax())
    rows = own_rows(pair, level)
    return Remark(
        kind="shortcut",
        severity="note" if pair.why else "wrong",
        sentence=f"{sentence}{sentence_on_others(pairs)}",
        advice=advice_for(pair.why),
        images=tuple(facts.sample.numbers[np.unique(rows)[:3]].tolist()),
        chart=heat_of(found),
    )


def sentence_on_others(pairs: Sequence[FactorPair]) -> str:
    """Name the factors of all pairs but the first, after a space; "" if there are none."""
    names = []
    for pair in pairs[1:]:
        own = subject_of(pair.found)
        names.append(said(pair.found.first if pair.found.second is own else pair.found.second))
    if not names:
        return ""
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f" So {'does' if len(names) == 1 else 'do'} {listed}."


def said(factor: Factor) -> str:
    """Return the name of a factor without its unit."""
    return factor.name.removesuffix(", px").removesuffix(", %")


def sentence_on_label(found: Association, scope: str) -> str:
    """Say how well a label is guessed from one factor."""
    rows = "images" if scope == "images" else "objects"
    sentence = (
        f"{said(found.second)} gives {said(found.first)} away: by that alone, a guess is right for "
        f"{percent(found.accuracy)} of {rows}, and {percent(found.baseline)} by always saying the "
        f"most frequent (Cramér's V {found.strength:.2f})."
    )
    rule = found.best_rule
    if rule is not None and len(found.first.levels) > 2:
        sentence = f'{sentence} Most of all "{found.first.levels[rule.level]}".'
    return f"{sentence}{sentence_on_transfer(found)}"


def sentence_on_transfer(found: Association) -> str:
    """Say, after a space, that splits differ in what gives a label away; "" if they do not."""
    transfer = worst_transfer(found.tables)
    best = max(found.splits, key=found.splits.__getitem__, default="")
    if transfer is None or found.splits.get(transfer.learnt, 0.0) < TELLING:
        return ""
    if transfer.right - transfer.right_there < LOST:
        more = found.splits[best] > found.strength + STRONGER
        return f" In split {best}, V is {found.splits[best]:.2f}." if more else ""
    return (
        f" Splits differ: who learns it from {transfer.learnt} is right for "
        f"{percent(transfer.right)} there, and for {percent(transfer.right_there)} of "
        f"{transfer.used}."
    )


def sentence_on_level(found: Association, rule: ClassRule) -> str:
    """Say how well one level of a label is told from all others."""
    level = found.first.levels[rule.level]
    return (
        f'{said(found.second)} gives "{level}" of {said(found.first)} away: '
        f"that alone tells it from all others with {percent(rule.accuracy)} accuracy, where 50 % "
        f"is guessing (Cramér's V of all levels {found.strength:.2f})."
        f"{sentence_on_transfer(found)}"
    )


def sentence_on_split(found: Association) -> str:
    """Say that a factor is not distributed alike in all splits."""
    other = found.first if found.second.node == SPLIT else found.second
    return (
        f"{said(other)} differs between the splits (Cramér's V {found.strength:.2f}): what is "
        "learnt from one may not hold for another."
    )


def advice_for(why: Sequence[str]) -> str:
    """Say where a shortcut comes from, by the settings that ask for it, and what to do."""
    if not why:
        return (
            "No setting asks for that. A network may learn it in place of the shapes; look for "
            "what ties the two together, and let each be drawn by itself."
        )
    return f"It follows from {' and '.join(why)}. If you meant it, all is well."


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
        sides = np.sqrt(objects.size.prod(axis=1))
        there = (objects.slot == slot) & (slot in labelled) & (sides > 0)  # art may be empty
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
