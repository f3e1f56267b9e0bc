"""Layers that decide the split of an image, where all others are drawn as their split has it.

With `stratify` or quota sampling, splits may have distributions of their own: the layers in
`stratify` and those with `counts` are drawn first, over all splits, then the split, then the rest.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from imggen.config.dataset import Dataset
from imggen.config.joints import Joint
from imggen.config.models import Config
from imggen.config.rules import Rule
from imggen.config.splits import OWN, Split
from imggen.errors import ConfigError


def scenes_first(config: Config) -> str | None:
    """Return the setting that makes all that an image shows decide its split; None if none does."""
    return None if decides_partly(config) else config.dataset.scenes_first


def decides_partly(config: Config) -> bool:
    """Return True if some layers are drawn over all splits, and the others in each."""
    return has_own(config.dataset, config.split)


def has_own(dataset: Dataset, splits: tuple[Split, ...]) -> bool:
    """Return True if what an image shows decides its split, and splits have distributions."""
    if dataset.sampling in ("all", "grid") or dataset.disjoint == "combinations" or dataset.unique:
        return False
    decides = dataset.stratify is not None or dataset.sampling == "quota"
    return decides and any(getattr(split, key) for split in splits for key in OWN)


def deciding_layers(config: Config) -> dict[str, str]:
    """Return the layers that are drawn over all splits, each with the reason."""
    found = dict.fromkeys(config.dataset.stratify or (), "dataset.stratify names it")
    for layer in config.layer:
        if layer.counts is not None:
            found.setdefault(layer.name, "it has counts of all images")
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        for called, needed in needs_of(config, name):
            if needed not in found:
                found[needed] = f"{name} depends on it ({called})"
                waiting.append(needed)
    return found


def deciding_depths(config: Config) -> tuple[int, ...] | None:
    """Return the depths of the layers that are drawn before splits; None if none are."""
    if not decides_partly(config):
        return None
    names = deciding_layers(config)
    return tuple(depth for depth, layer in enumerate(config.layer) if layer.name in names)


def needs_of(config: Config, name: str) -> Iterator[tuple[str, str]]:
    """Yield the layers that the probabilities of one depend on in all splits, and by what."""
    for number, rule in enumerate(config.rule, 1):
        if name in rule.chances:
            yield from ((f"rule.{number}", needed) for needed in rule.when or {})
    for number, joint in enumerate(config.joint, 1):
        yield from ((f"joint.{number}", needed) for needed in first_of(joint, name))
    for number, correlate in enumerate(config.correlate, 1):
        if correlate.layer == name:
            yield f"correlate.{number}", correlate.follows


def first_of(joint: Joint, name: str) -> tuple[str, ...]:
    """Return the first layer of a joint table whose second is called `name`."""
    return joint.layers[:1] if joint.layers[1] == name else ()


def check_deciding(config: Config) -> None:
    """Refuse distributions of splits for layers that are drawn over all splits.

    Raises
    ------
    ConfigError
        Naming the first.
    """
    if not decides_partly(config):
        return
    deciding = deciding_layers(config)
    for split in config.split:
        for called, layers in changed_by(split):
            if layers and deciding.keys() >= {*layers}:
                whose = " and ".join(layers)
                message = (
                    f"{called} changes how likely variants of {whose} are in split.{split.name}, "
                    f"but {deciding[layers[0]]}, so that {layers[0]} is drawn before the split; "
                    "let the split change other layers."
                )
                raise ConfigError(message)
        for shown in split.hold_out:
            if deciding.keys() >= shown.keys():
                layer = next(iter(shown))
                message = (
                    f"split.{split.name}.hold_out names {' and '.join(shown)}, but "
                    f"{deciding[layer]}, so that {layer} is drawn before the split and comes in "
                    "all splits; hold out combinations with other layers."
                )
                raise ConfigError(message)


def changed_by(split: Split) -> Iterator[tuple[str, list[str]]]:
    """Yield each setting of `split` that changes chances, and the layers that it is about.

    It changes one that is drawn over all splits only if all of these are.
    """
    called = f"split.{split.name}"
    for key in ("probabilities", "weights"):
        yield from ((f"{called}.{key}", [layer]) for layer in getattr(split, key) or {})
    for number, correlate in enumerate(split.correlate, 1):
        yield f"{called}.correlate.{number}", [correlate.layer]
    for number, rule in enumerate(split.rule, 1):
        yield from ((f"{called}.rule.{number}", layers) for layers in layers_changed(rule))


def layers_changed(rule: Rule) -> Iterator[list[str]]:
    """Yield the layer of each distribution that `rule` gives, and those of each exclusion."""
    yield from ([layer] for layer in rule.chances)
    when = list(rule.when or {})
    yield from ([*when, target] for target in rule.forbid or rule.require or {})
    yield from ([*when, *pair] for pair in itertools.combinations(rule.all_different or (), 2))
