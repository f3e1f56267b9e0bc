"""`[[split]]`: a share of the dataset in a folder of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import Field

from imggen.config.base import Model, Share, Shown, Tables, WeightTables
from imggen.config.chances import TOLERANCE, check_probabilities, check_weights
from imggen.config.correlations import Correlate, check_correlate, of_variants
from imggen.config.dataset import Dataset
from imggen.config.instances import INSTANCES_BY_LAYER, Instances
from imggen.config.joints import Joint
from imggen.config.names import check_layer, check_layers
from imggen.config.plain import NONE
from imggen.config.rules import BY_LAYER, SHARES_BY_LAYER, Rule, check_numbers, check_rule
from imggen.config.sentences import show, show_traits
from imggen.errors import ConfigError

OWN = (
    "probabilities",
    "weights",
    "instances",
    "rule",
    "correlate",
)  # what makes a split's distribution its own


class Split(Model):
    """A `share` or a `count` of the dataset's images, in a folder of its own.

    `probabilities`, `weights` and `instances` replace those of layers; variants that they do not
    name are not drawn. Its rules come after those of all splits; a `correlate` replaces that of
    the same layer or value. Variants in `hold_out` appear only in splits that hold them out.
    """

    name: str = Field(description="a name in quotes")
    share: Share | None = Field(None, gt=0, description="a number above 0, up to 1")
    count: int | None = Field(None, ge=1, description="a whole number, 1 or more")
    probabilities: Tables | None = Field(None, description=SHARES_BY_LAYER)
    weights: WeightTables | None = Field(None, description=BY_LAYER)
    instances: dict[str, Instances] | None = Field(None, description=INSTANCES_BY_LAYER)
    rule: Annotated[tuple[Rule, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    correlate: Annotated[tuple[Correlate, ...], Field(strict=False)] = Field(
        (), description="a list of tables"
    )
    hold_out: Annotated[tuple[Shown, ...], Field(strict=False)] = Field(
        (), description='a list of tables, like [{ character = "mage", object = "axe" }]'
    )

    @property
    def called(self) -> str:
        """Its name in sentences."""
        return f"split.{self.name}"

    @property
    def chances(self) -> Tables | WeightTables:
        """Its own probabilities or weights, by layer."""
        return {**(self.probabilities or {}), **(self.weights or {})}

    def may_draw_none(self, layer: str) -> bool:
        """Return True if this split gives `layer` a probability of showing nothing."""
        return NONE in self.chances.get(layer, {}) or may_draw_none(layer, self.rule, ())


def may_draw_none(layer: str, rules: Sequence[Rule], joints: Sequence[Joint]) -> bool:
    """Return True if `rules` or `joints` give `layer` a probability of showing nothing."""
    tables = [rule.chances.get(layer, {}) for rule in rules]
    tables += [joint.marginal(layer) for joint in joints]
    return any(NONE in table for table in tables)


def with_total(dataset: Dataset, splits: Sequence[Split]) -> Dataset:
    """Return `dataset` with the sum of the splits' counts, if all have one, as its count.

    Raises
    ------
    ConfigError
        If the dataset has another count of its own.
    """
    counts = [split.count for split in splits if split.count is not None]
    if not counts or len(counts) < len(splits):
        return dataset
    total = sum(counts)
    if "count" in dataset.model_fields_set and dataset.count != total:
        message = (
            f"dataset.count is {dataset.count}, and the counts of all splits sum to {total}; "
            'leave it out, or give each split a "share" of it.'
        )
        raise ConfigError(message)
    return dataset.model_copy(update={"count": total})


def check_no_splits(dataset: Dataset) -> None:
    """Refuse settings of splits where there are none."""
    for key, value in (("stratify", dataset.stratify), ("disjoint", dataset.disjoint)):
        if value is not None:
            message = (
                f"dataset.{key} is {show(value)}, but there is no [[split]]; add some or remove it."
            )
            raise ConfigError(message)


def check_sizes(splits: Sequence[Split]) -> None:
    """Refuse splits without a size or with two kinds of it, and shares that do not sum to 1."""
    first = splits[0]
    for split in splits:
        both = split.share is not None, split.count is not None
        if all(both) or not any(both):
            message = (
                f"split.{split.name} has {'both' if all(both) else 'neither'} share "
                f"{'and' if all(both) else 'nor'} count; expected one of them."
            )
            raise ConfigError(message)
        if (split.share is None) != (first.share is None):
            kinds = ("share", "count") if split.count is not None else ("count", "share")
            message = (
                f"split.{first.name} has a {kinds[0]} and split.{split.name} a {kinds[1]}; "
                "expected the same of all splits."
            )
            raise ConfigError(message)
    total = math.fsum(split.share or 0 for split in splits)
    if first.share is not None and abs(total - 1) > TOLERANCE:
        message = (
            f"the shares of all splits sum to {total:.12g}; expected 1. "
            'Use "count" for numbers of images.'
        )
        raise ConfigError(message)


def check_own(split: Split, layers: Sequence[str], joints: Sequence[Joint]) -> None:
    """Refuse a split's own tables about no layer, that are no distribution, or two of one layer."""
    called = f"split.{split.name}"
    probabilities, weights = split.probabilities or {}, split.weights or {}
    for layer in probabilities.keys() & weights.keys():
        message = (
            f'{called} has both probabilities and weights for "{layer}"; expected one of them.'
        )
        raise ConfigError(message)
    check_tables(f"{called}.probabilities", probabilities, layers, check_probabilities)
    check_tables(f"{called}.weights", weights, layers, check_weights)
    if split.instances is not None:
        check_numbers(f"{called}.instances", split.instances, layers)
    for number, rule in enumerate(split.rule, 1):
        check_rule(f"{called}.rule.{number}", rule, layers)
    for number, correlate in enumerate(split.correlate, 1):
        check_correlate(f"{called}.correlate.{number}", correlate, layers)
    owned = [(f"joint.{number}", joint.layers) for number, joint in enumerate(joints, 1)]
    correlates = [
        (f"{called}.correlate.{number}", [correlate.layer])
        for number, correlate in of_variants(split.correlate)
    ]
    check_owners([*owned, *correlates])
    check_owners([*owned, (called, list(split.chances))])


def check_tables(
    called: str,
    tables: Mapping[str, Mapping[str, float]],
    layers: Sequence[str],
    check: Callable[[str, Collection[float]], None],
) -> None:
    """Refuse distributions, by layer, of unknown layers or that `check` refuses."""
    for layer, numbers in tables.items():
        check_layer(called, layer, layers)
        check(f"{called}.{layer}", numbers.values())


def check_hold_out(split: Split, splits: Sequence[Split], layers: Sequence[str]) -> None:
    """Refuse to hold out variants from no other split."""
    called = f"split.{split.name}.hold_out"
    for shown in split.hold_out:
        check_layers(called, shown, layers)
        if all(shown in other.hold_out for other in splits):
            message = (
                f"{called} holds out {show_traits(shown)} from no other split; "
                "expected a split that does not have it."
            )
            raise ConfigError(message)


def check_stratify(names: Sequence[str], layers: Sequence[str]) -> None:
    """Refuse to stratify by an unknown layer, or twice by one."""
    for name in names:
        check_layer("dataset.stratify", name, layers)
        if names.count(name) > 1:
            raise ConfigError(f'dataset.stratify names "{name}" twice; expected it once.')


def check_scenes_first(dataset: Dataset, splits: Sequence[Split], *, partly: bool = False) -> None:
    """Refuse settings without meaning where what an image shows decides its split.

    With `partly`, only some of its layers do, and splits may have distributions of their own.
    """
    reason = dataset.scenes_first
    if reason is None:
        return
    if dataset.stratify is not None and dataset.disjoint == "combinations":
        message = (
            'dataset.stratify shares out images, and dataset.disjoint is "combinations", which '
            "shares out combinations; give one or the other."
        )
        raise ConfigError(message)
    for split in splits:
        check_no_count(dataset, split, reason)
        for key in OWN:
            if getattr(split, key) and not partly:
                message = (
                    f"split.{split.name} has {key} of its own, but with {reason} what an image "
                    'shows decides its split; remove them, or use "hold_out".'
                )
                raise ConfigError(message)


def check_no_count(dataset: Dataset, split: Split, reason: str) -> None:
    """Refuse a count that the images shown may not meet."""
    if split.count is None:
        return
    if dataset.sampling in ("all", "grid"):
        reason = f'dataset.sampling = "{dataset.sampling}"'
    elif dataset.disjoint == "combinations" and not dataset.unique:
        reason = 'dataset.disjoint = "combinations"'
    else:
        return
    message = (
        f"split.{split.name}.count is {split.count}, but with {reason} counts follow "
        'from what images show; expected a "share".'
    )
    raise ConfigError(message)


def check_owners(owned: Iterable[tuple[str, Sequence[str]]]) -> None:
    """Refuse a layer that two tables decide; `owned` has the name of each and its layers."""
    owners: dict[str, str] = {}
    for called, layers in owned:
        for layer in layers:
            if layer in owners:
                message = (
                    f"{owners[layer]} and {called} both give the probabilities of {layer}; "
                    "remove one of them, or use rules."
                )
                raise ConfigError(message)
            owners[layer] = called
