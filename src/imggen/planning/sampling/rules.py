"""Make a distribution of what the configuration says of layers, and of its rules."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from imggen.assets import Variants
from imggen.config import NONE, Config, Layer, Rule, Split, most_instances
from imggen.config.views import View
from imggen.errors import PlanError
from imggen.planning.matching import Mask, check_known, find_variants
from imggen.planning.sampling.correlations import correlated_layers
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
    own = layers_of(config, layers, split, view)
    depths = {layer.layer: depth for depth, layer in enumerate(own)}
    conditionals = list(correlated_layers(config, own, depths, split, view))
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


# --- layers ---------------------------------------------------------------------------------------


def layers_of(
    config: Config, layers: Sequence[Variants], split: Split | None, view: View | None
) -> list[Variants]:
    """Return all layers with their probabilities, then those with numbers of instances."""
    own = [own_chances(own_chances(layer, split), view) for layer in layers]
    numbers = [number_layer_of(config, layer, split) for layer in config.layer]
    return own + [one for one in numbers if one]


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


# --- rules ----------------------------------------------------------------------------------------


def rules_of(shared: Sequence[Rule], *owners: Split | View | None) -> Iterator[tuple[str, Rule]]:
    """Yield the names and rules that hold in a split and a view: first those of all splits."""
    for number, rule in enumerate(shared, 1):
        yield f"rule.{number}", rule
    given: list[Split | View] = [owner for owner in owners if owner is not None]
    for owner in given:
        for number, rule in enumerate(owner.rule, 1):
            yield f"{owner.called}.rule.{number}", rule


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
