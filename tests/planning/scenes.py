"""Distributions of made up layers, from tables as in a configuration."""

import numpy as np
from hypothesis import assume
from tests.reference import ContradictionError, scene_chances

from imggen.assets import Variants
from imggen.config import Config
from imggen.errors import PlanError
from imggen.planning.sampling.rules import make_distribution


def variants_of(name, probabilities):
    """A layer without art: its variants' probabilities by name."""
    names = tuple(sorted(probabilities))
    zeros = np.zeros(len(names), np.int32)
    return Variants(
        layer=name,
        names=names,
        probabilities=np.array([probabilities[variant] for variant in names], float),
        sizes=np.zeros((len(names), 2), np.int32),
        sprites=zeros,
        backgrounds=zeros,
    )


def distribution_of(own, rules=(), **tables):
    """The distribution of layers with these probabilities, by name, and of these rules."""
    layers = [{"name": name, "folder": name, **tables.pop(name, {})} for name in own]
    config = Config.model_validate({"layer": layers, "rule": list(rules), **tables})
    return make_distribution(config, [variants_of(*pair) for pair in own.items()])


def agreeing(own, rules):
    """A distribution and its scenes' chances by brute force, if it is free of contradictions."""
    try:
        expected = scene_chances(own, rules)
    except ContradictionError:
        expected = None
    try:
        distribution = distribution_of(own, rules)
    except PlanError:
        assert expected is None, "refused, but there are scenes"
        assume(condition=False)
    assert expected is not None, "accepted, but it contradicts itself"
    return distribution, expected


def scenes_of(distribution, traits):
    """The scenes that rows of traits stand for, as tuples of names."""
    return [
        tuple(layer.names[k] for layer, k in zip(distribution.layers, row, strict=True))
        for row in traits.tolist()
    ]
