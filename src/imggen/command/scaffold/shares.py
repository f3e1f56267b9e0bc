"""Weights of layers, from the exact shares of their variants."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

from imggen.assets.weights import MOST_WEIGHT, find_variants
from imggen.command.scaffold.stacked import Stacked
from imggen.config import NONE
from imggen.errors import AssetError


def whole_weights(shares: Mapping[str, Fraction]) -> dict[str, float]:
    """Return `shares` as the smallest whole numbers in the same proportions, if they fit."""
    scale = math.lcm(*(share.denominator for share in shares.values()))
    numbers = {name: int(share * scale) for name, share in shares.items()}
    divisor = math.gcd(*numbers.values()) or 1
    if max(numbers.values()) // divisor > MOST_WEIGHT:
        return {name: float(share) for name, share in shares.items()}
    return {name: float(number // divisor) for name, number in numbers.items()}


def base_weights(layer: Stacked) -> dict[str, float] | None:
    """Return the weights of a layer where no rule applies; None if they are those in its names."""
    others = dict.fromkeys(sorted(set(layer.names.values())), 0.0)
    if layer.is_conditional:
        return {NONE: 1.0} | {name: 0.0 for name in others if name != NONE}
    if has_weights_in_names(layer):
        return None
    weights = whole_weights(layer.shares)
    none = {NONE: weights.pop(NONE)} if NONE in weights else {}
    return none | weights | {k: v for k, v in others.items() if k not in {*none, *weights}}


def has_weights_in_names(layer: Stacked) -> bool:
    """Return True if imggen reads the shares of a layer from its names as well."""
    if layer.nothing or layer.names.keys() != {pick.path for pick in layer.picks}:
        return False
    try:
        found = find_variants(layer.folder, layer.name, weighed=True)
    except AssetError:
        return False
    total = sum(one.weight for one in found)
    shares = layer.shares
    return shares.keys() == {one.name for one in found} and all(
        math.isclose(one.weight / (total or 1), shares[one.name], rel_tol=1e-12, abs_tol=1e-15)
        for one in found
    )
