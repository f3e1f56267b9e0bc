"""Make a distribution of the configuration's rules, joint tables and correlations."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from imggen.assets import Variants
from imggen.config import NONE, Config, Correlate, Joint, Layer, Rule, Split, most_instances
from imggen.config.views import View
from imggen.errors import PlanError
from imggen.planning.matching import Mask, find_variants, say_unknown
from imggen.planning.sampling.different import check_different
from imggen.planning.sampling.distribution import Distribution
from imggen.planning.sampling.instances import NUMBER, number_chances, number_layer
from imggen.planning.sampling.step import Chances, Conditional, Different, Forbidden


def make_distribution(
    config: Config,
    layers: Sequence[Variants],
    split: Split | None = None,
    held_out: Sequence[Forbidden] = (),
    first: Collection[str] = (),
    view: View | None = None,
) -> Distribution:
    """Make the distribution of the scenes of `config`, whose layers have these variants.

    It is that of a `split`, or of another variant in a `view`, if one is given. Combinations that
    are `held_out` do not occur. Layers named in `first` are drawn before others.

    Raises
    ------
    PlanError
        If something names a variant that there is not, the layers depend on each other in a circle,
        or a combination that can occur leaves a layer no variant (where there are too many to know,
        if nearly all do).
    """
    numbers = [number_layer_of(config, layer, split) for layer in config.layer]
    own = [own_chances(own_chances(layer, split), view) for layer in layers]
    own += [one for one in numbers if one]
    depths = {layer.layer: depth for depth, layer in enumerate(own)}
    conditionals: list[Conditional] = []
    for number, joint in enumerate(config.joint, 1):
        conditionals += split_joint(f"joint.{number}", joint, own, depths)
    for called, correlate in correlates_of(config.correlate, split, view):
        if correlate.vary is None:
            conditionals += correlated(called, correlate, own, depths)
    forbidden: list[Forbidden] = []
    different: list[Different] = []
    instanced = tuple(depths[layer.name] for layer in config.layer if layer.instances is not None)
    for called, rule in rules_of(config.rule, split, view):
        conditionals += conditional_on(called, rule, own, depths)
        forbidden += forbidden_by(called, rule, own, depths, instanced)
        different += different_by(called, rule, own, depths, instanced)
    forbidden += held_out
    counted = tuple(
        depths[layer.name]
        for layer in config.layer
        if layer.counts is not None or layer.name in first
    )
    distribution = Distribution(
        tuple(own), tuple(conditionals), tuple(forbidden), counted, instanced, tuple(different)
    )
    distribution.check()
    check_different(distribution)
    return distribution


# --- splits ---------------------------------------------------------------------------------------


def own_chances(layer: Variants, owner: Split | View | None) -> Variants:
    """Return `layer` with the probabilities it has in a split or a view."""
    given = owner.chances.get(layer.layer) if owner else None
    if owner is None or given is None:
        return layer
    key = "probabilities" if layer.layer in (owner.probabilities or {}) else "weights"
    check_known(f"{owner.called}.{key}.{layer.layer}", given, layer)
    return replace(layer, probabilities=chances_of(given, layer))


def number_layer_of(config: Config, layer: Layer, split: Split | None) -> Variants | None:
    """Return the numbers of instances of `layer` as a layer, as likely as in `split`."""
    most = most_instances(config, layer)
    if most is None or layer.instances is None:
        return None
    given = (split.instances or {}).get(layer.name) if split else None
    return number_layer(layer.name, most, layer.instances if given is None else given)


def chances_of(given: Mapping[str, float], layer: Variants) -> Chances:
    """Normalise probabilities or weights: (variants,); variants that are not `given` get 0."""
    chances = np.array([given.get(variant, 0.0) for variant in layer.names])
    normalised: Chances = chances / chances.sum()
    return normalised


def correlates_of(
    shared: Sequence[Correlate], *owners: Split | View | None
) -> Iterator[tuple[str, Correlate]]:
    """Yield the names and correlations of a split, and of a view in it.

    Its own replace those of all splits, and those of the view both.
    """
    found = [(f"correlate.{number}", correlate) for number, correlate in enumerate(shared, 1)]
    given: list[Split | View] = [owner for owner in owners if owner is not None]
    for owner in given:
        replaced = [correlate.decides for correlate in owner.correlate]
        found = [one for one in found if one[1].decides not in replaced]
        found += [
            (f"{owner.called}.correlate.{number}", correlate)
            for number, correlate in enumerate(owner.correlate, 1)
        ]
    yield from found


def rules_of(shared: Sequence[Rule], *owners: Split | View | None) -> Iterator[tuple[str, Rule]]:
    """Yield the names and rules that hold in a split and a view: first those of all splits."""
    for number, rule in enumerate(shared, 1):
        yield f"rule.{number}", rule
    given: list[Split | View] = [owner for owner in owners if owner is not None]
    for owner in given:
        for number, rule in enumerate(owner.rule, 1):
            yield f"{owner.called}.rule.{number}", rule


# --- joint tables and correlations ----------------------------------------------------------------


def split_joint(
    called: str, joint: Joint, own: list[Variants], depths: Mapping[str, int]
) -> Iterator[Conditional]:
    """Yield the second layer's probabilities for each variant of the first.

    The sums of rows and columns become the `own` probabilities of the two layers.
    """
    first, second = (depths[name] for name in joint.layers)
    rows, columns = own[first].names, own[second].names
    for depth in (first, second):
        check_complete(called, joint.marginal(own[depth].layer), own[depth])
    table = np.zeros((len(rows), len(columns)))
    for (row, column), number in joint.cells():
        table[rows.index(row), columns.index(column)] = number
    table /= table.sum()
    own[first] = replace(own[first], probabilities=table.sum(axis=1))
    own[second] = replace(own[second], probabilities=table.sum(axis=0))
    for k, chances in enumerate(table):
        if chances.any():
            when = {first: np.arange(len(rows)) == k}
            yield Conditional(called, when, second, chances / chances.sum())


def check_complete(called: str, given: Iterable[str], layer: Variants) -> None:
    """Refuse a table with names that are no variants of `layer`, or without some that are."""
    check_known(called, given, layer)
    missing = sorted({*layer.names} - {*given} - {NONE})
    if missing:
        message = (
            f"{called} gives nothing for {', '.join(missing)} of {layer.layer}; expected every "
            "variant. Give 0 to one that is never drawn."
        )
        raise PlanError(message)


def correlated(
    called: str, correlate: Correlate, own: Sequence[Variants], depths: Mapping[str, int]
) -> Iterator[Conditional]:
    """Yield the probabilities of the layer that follows for each variant of the other.

    A name goes before a pattern, and a pattern before later ones.
    """
    depth, leader = depths[correlate.layer], own[depths[correlate.follows]]
    free = np.ones(len(leader.names), bool)
    pairs = correlate.pairs or {}
    for variant in sorted(pairs, key=lambda name: name not in leader.names):
        mask = find_variants(f"{called}.pairs", [variant], leader) & free
        agrees = find_variants(f"{called}.pairs.{variant}", pairs[variant], own[depth])
        chances = agreeing(called, correlate, variant, agrees, own[depth].probabilities)
        if mask.any():
            yield Conditional(called, {depths[leader.layer]: mask}, depth, chances)
        free &= ~mask


def agreeing(
    called: str, correlate: Correlate, variant: str, agrees: Mask, own: Chances
) -> Chances:
    """Share a layer's `own` probabilities out to variants that agree with `variant` and others."""
    chances = np.zeros(len(agrees))
    for side, share in ((agrees, correlate.agree), (~agrees, 1 - correlate.agree)):
        part = np.where(side, own, 0)
        if share > 0 and not part.any():
            raise PlanError(say_one_sided(called, correlate, variant, agrees=side is agrees))
        chances += share * part / (part.sum() or 1)
    return chances


def say_one_sided(called: str, correlate: Correlate, variant: str, *, agrees: bool) -> str:
    """Return the sentence on a layer that can never agree or, with `agrees` false, only agree."""
    which_ = "none" if agrees else "all"
    return (
        f"{called}.agree is {correlate.agree:g}, but {which_} of the variants of {correlate.layer} "
        f'that can be drawn go with "{variant}"; expected {0 if agrees else 1}. Change agree or '
        f"pairs.{variant}, or the probabilities of {correlate.layer}."
    )


# --- rules ----------------------------------------------------------------------------------------


def conditional_on(
    called: str, rule: Rule, own: Sequence[Variants], depths: Mapping[str, int]
) -> Iterator[Conditional]:
    """Yield the conditional probabilities that `rule` gives."""
    when = masks_of(f"{called}.when", rule.when or {}, own, depths)
    key = "probabilities" if rule.probabilities else "weights"
    for name, numbers in rule.chances.items():
        layer = own[depths[name]]
        check_known(f"{called}.{key}.{name}", numbers, layer)
        yield Conditional(called, when, depths[name], chances_of(numbers, layer))
    for name, instances in (rule.instances or {}).items():
        depth = depths[f"{name}{NUMBER}"]
        chances = number_chances(len(own[depth].names) - 1, instances)
        yield Conditional(called, when, depth, chances)


def forbidden_by(
    called: str,
    rule: Rule,
    own: Sequence[Variants],
    depths: Mapping[str, int],
    instanced: Collection[int],
) -> Iterator[Forbidden]:
    """Yield the combinations that `rule` forbids, or excludes by requiring others."""
    when = masks_of(f"{called}.when", rule.when or {}, own, depths)
    for depth, mask in masks_of(f"{called}.forbid", rule.forbid or {}, own, depths).items():
        yield Forbidden(called, {**when, depth: mask})
    for depth, mask in masks_of(f"{called}.require", rule.require or {}, own, depths).items():
        yield Forbidden(called, {**when, depth: ~mask})
    yield from (
        Forbidden(called, {**when, **alike})
        for alike in same_name_pairs(
            called, [depths[name] for name in rule.all_different or ()], own, instanced
        )
    )


def different_by(
    called: str,
    rule: Rule,
    own: Sequence[Variants],
    depths: Mapping[str, int],
    instanced: Collection[int],
) -> Iterator[Different]:
    """Yield the layers with instances of which no two show variants of one name by `rule`."""
    found = {depths[name] for name in rule.all_different or ()} & {*instanced}
    if found:
        when = masks_of(f"{called}.when", rule.when or {}, own, depths)
        yield Different(called, when, tuple(sorted(found)))


def same_name_pairs(
    called: str, different: Sequence[int], own: Sequence[Variants], instanced: Collection[int]
) -> Iterator[dict[int, Mask]]:
    """Yield variants of one name, except "none", of each two of the layers at these depths.

    Two layers with several instances each are left to `different_by`.
    """
    found = not {*instanced}.isdisjoint(different)
    for one, other in itertools.combinations(sorted(different), 2):
        if {one, other} <= {*instanced}:
            continue
        for name in own[one].names:
            if name != NONE and name in own[other].names:
                found = True
                yield {depth: np.array(own[depth].names) == name for depth in (one, other)}
    if different and not found:
        names = " and ".join(own[depth].layer for depth in different)
        message = (
            f"{called}.all_different names {names}, of which no two have a variant of one name; "
            "remove the rule, or give variants that are alike the same file name."
        )
        raise PlanError(message)


def masks_of(
    called: str,
    shown: Mapping[str, Sequence[str]],
    own: Sequence[Variants],
    depths: Mapping[str, int],
) -> dict[int, Mask]:
    """Return the variants that `shown` names, by the layer's depth."""
    return {
        depths[name]: find_variants(f"{called}.{name}", patterns, own[depths[name]])
        for name, patterns in shown.items()
    }


def check_known(called: str, names: Iterable[str], layer: Variants) -> None:
    """Refuse the first of `names` that is no variant of `layer`."""
    for name in names:
        if name not in layer.names:
            raise PlanError(say_unknown(called, name, layer))
