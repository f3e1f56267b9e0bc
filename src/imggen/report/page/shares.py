"""Find variants and values that occur otherwise than was asked for, too rarely, or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from imggen.config.plain import BOX, NONE
from imggen.planning.sampling.frequencies import Frequencies, name_of
from imggen.report.page.facts import Facts
from imggen.report.page.findings import Bars, Remark, Severity
from imggen.report.page.sight import listed

STARVED = 0.1  # of a fair share: a variant with less is rare
LEAST_FAIR = 10  # images: where a fair share is less, all are rare
FEWEST = 100  # images: of fewer, some variants may well be in none
TRIAL = 20  # images: of fewer, no split can have much
MOST_NAMED = 4  # of a kind
EFFECTS = {"shadow": "a shadow", "feather": "soft edges"}
DRIFT = 5.0  # standard deviations


def wishes(facts: Facts) -> Iterator[Remark]:
    """Yield what rules and sampling change of what was asked for."""
    few = facts.recipe.count < FEWEST
    told = [f"{name_of(one)}: " for one in facts.wishes.found if is_told(one, facts)]
    said = [
        one
        for one in facts.wishes.warnings
        if "in none of the" not in one or not (few or one.startswith(tuple(told)))
    ]
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
    names = ", ".join(f'"{one.variants[k]}" {times(int(counts[k]))}' for k in few[:MOST_NAMED])
    more = f" and {len(few) - MOST_NAMED:,} more as rarely" if len(few) > MOST_NAMED else ""
    where = f" in split {one.split}" if one.split else ""
    yield Remark(
        "rare",
        "note",
        f"{one.layer}{where}: {names}{more} in {int(counts.sum()):,}, less than a tenth of an "
        f"equal share ({fair:,.0f}).",
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


def times(count: int) -> str:
    """Return a count as a verb with its number."""
    return "comes once" if count == 1 else f"comes {count:,} times" if count else "never comes"


def absent(facts: Facts) -> Iterator[Remark]:
    """Yield a note for each small split that lacks variants of a labelled layer."""
    for one in facts.wishes.found:
        missing = [one.variants[k] for k in lacking(one).tolist()]
        if missing and is_small_split(one, facts):
            yield Remark(
                "small split",
                "note",
                f"Split {one.split} is too small for {len(one.variants):,} variants of "
                f"{one.layer}: it has {int(one.planned.sum()):,} in all, and {listed(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} not among them.",
                "Nothing can be measured there on what a split lacks. Give it a larger share, or "
                "stratify.",
                chart=bars_of(one),
            )


def is_small_split(one: Frequencies, facts: Facts) -> bool:
    """Return True for a labelled layer in a split that is small for its variants."""
    labelled = {facts.recipe.library.layers[k].layer for k in facts.recipe.info.classes.depths}
    split = one.split and not one.where and one.layer in labelled
    return bool(split) and is_small(one) and facts.recipe.count >= TRIAL


def is_small(one: Frequencies) -> bool:
    """Return True if a fair share of each variant is too little to tell rare ones."""
    return bool(one.planned.sum() < LEAST_FAIR * len(one.variants))


def is_told(one: Frequencies, facts: Facts) -> bool:
    """Return True if `starved` or `absent` say which variants are in no image."""
    return not one.where and (not is_small(one) or is_small_split(one, facts))


def lacking(one: Frequencies) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the variants that could be drawn, and are not."""
    real = np.array([name != NONE for name in one.variants])
    return np.flatnonzero(real & (one.exact > 0) & (one.planned == 0))


def constant(facts: Facts) -> Iterator[Remark]:
    """Yield a note for each value that is declared to vary and is the same in all images."""
    plan, layers = facts.sample.plan, facts.recipe.library.layers
    found: dict[tuple[str, str], set[float]] = {}
    asked: dict[tuple[str, str], list[float]] = {}
    for column in facts.recipe.segments.maker.columns:
        key = layers[column.slot].layer, column.field
        objects = facts.sample.objects
        rows = objects.image[objects.slot == column.slot]
        if column.field == BOX:
            continue
        drawn = plan.look_table.values(plan.looks[rows], column.slot, column.field)
        found.setdefault(key, set()).update(np.unique(drawn).tolist())
        case = column.cases[-1]
        own = case.rows if case.chances is None else case.rows[case.chances > 0]
        asked[key] = [column.levels[k] for k in own.tolist()]
    if len(plan.traits) < FEWEST:
        return
    for (layer, field), values in found.items():
        if len(values) == 1 < len(asked[layer, field]):
            low, high = min(asked[layer, field]), max(asked[layer, field])
            yield Remark(
                "constant",
                "note",
                f"{field} of {layer} never varies: it is {values.pop():g} in all images, although "
                f"layer.{layer}.vary.{field} goes from {low:g} to {high:g}.",
                f"What is under layer.{layer}.vary_when or correlate decides it in all images.",
                tuple(facts.sample.numbers[:3].tolist()),
            )


def treated_alike(facts: Facts) -> Iterator[Remark]:
    """Yield a note for each effect that tells the labelled layers that have it from the others."""
    recipe = facts.recipe
    labelled = {recipe.library.layers[k].layer for k in recipe.info.classes.depths}
    layers = [one for one in recipe.config.layer if one.name in labelled and one.placed_at_random]
    for field, called in EFFECTS.items():
        having = [one.name for one in layers if getattr(one, field) is not None]
        lacking = [one.name for one in layers if one.name not in having]
        if having and lacking:
            yield Remark(
                "effect",
                "note",
                f"Only {listed(having)} {'has' if len(having) == 1 else 'have'} {called}, and "
                f"{listed(lacking)} {'has' if len(lacking) == 1 else 'have'} none: that tells "
                "these layers apart.",
                "A network can learn it in place of the shapes. Give it to all, or to none.",
                tuple(facts.sample.numbers[:3].tolist()),
            )
