"""Compare how often each variant is asked for, expected under the rules, and planned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from imggen.assets import Variants
from imggen.config import Dataset
from imggen.planning.groups import Traits
from imggen.planning.matching import Mask
from imggen.planning.sampling.distribution import TRIALS, Distribution
from imggen.planning.sampling.instance_shares import InstanceTrial
from imggen.planning.sampling.samplers import sampler_of
from imggen.planning.sampling.step import Chances, Masks, matches
from imggen.planning.slots import Slots, none_of

MOST_NAMED = 3  # variants of a condition
CHANGED = 1e-9  # probabilities: a larger difference is no rounding
SURE = 4  # standard errors: a larger difference of an estimate is no chance
DISTORTED = 3  # standard deviations: a larger difference of counts is no chance


@dataclass(frozen=True)
class Frequencies:
    """The frequencies of a layer's variants, where a condition holds.

    Attributes
    ----------
    called : what declares them, like "layer.object" or "rule.2"
    where : the condition, for people to read; empty if there is none
    variants : their names
    asked : (variants,) float64, as declared, summing to 1
    exact : (variants,) float64, under all rules, summing to 1; zeros if the condition cannot hold
    trials : number of scenes that `exact` is estimated from; None if it is exact
    planned : (variants,) int64, in how many images
    split : the split that they are of; empty if they are of all images
    """

    called: str
    layer: str
    where: str
    variants: tuple[str, ...]
    asked: Chances
    exact: Chances
    planned: npt.NDArray[np.int64]
    split: str = ""
    trials: int | None = None


def find_frequencies(
    distribution: Distribution, traits: Traits, split: str = "", slots: Slots | None = None
) -> list[Frequencies]:
    """Return those of each layer, then of each conditional, for images of `split`.

    Of a layer with instances, all instances are counted.

    Parameters
    ----------
    traits : (images, slots)
    slots : the slots of each layer; by default each has one
    """
    slots = slots or Slots.of(distribution.layers)
    shown = ShownTraits.of(slots, traits)
    marginals = zip(distribution.layers, distribution.marginals(), strict=True)
    plain = [
        Frequencies(
            called=f"layer.{layer.layer}",
            layer=layer.layer,
            where="",
            variants=layer.names,
            asked=layer.probabilities,
            exact=exact,
            planned=shown.count(depth, len(layer.names)),
            trials=distribution.count_trials({}),
        )
        for depth, (layer, exact) in enumerate(marginals)
    ]
    trial = InstanceTrial.of(distribution, slots) if slots.instanced else None
    found = [*plain, *conditional_frequencies(distribution, shown)]
    if trial is not None:
        whens: list[Masks] = [*({} for _ in plain), *(c.when for c in distribution.conditionals)]
        found = [of_all_instances(trial, *one) for one in zip(found, whens, strict=True)]
    return [replace(one, split=split) for one in found]


def of_all_instances(trial: InstanceTrial, one: Frequencies, when: Masks) -> Frequencies:
    """Return `one` with the shares of all instances, where those of the first do not do."""
    depth = [layer.layer for layer in trial.distribution.layers].index(one.layer)
    found = trial.shares(depth, when)
    return one if found is None else replace(one, exact=found[0], trials=found[1])


@dataclass(frozen=True)
class ShownTraits:
    """The variants that images show: `traits` by slot, (images, slots), and `drawn` by layer."""

    slots: Slots
    traits: Traits
    drawn: Traits

    @classmethod
    def of(cls, slots: Slots, traits: Traits) -> ShownTraits:
        """Return what images with `traits` show."""
        return cls(slots, traits, slots.collapse(traits))

    def count(
        self, depth: int, variants: int, images: Mask | slice = slice(None)
    ) -> npt.NDArray[np.int64]:
        """Count how often some images show each variant of the layer at `depth`: (variants,)."""
        if depth in self.slots.instanced:
            shown = self.slots.shown(self.traits, depth)[images].ravel()
            shown = shown[shown != none_of(self.slots.declared[depth])]
        else:
            shown = self.drawn[images, depth]
        return np.bincount(shown, minlength=variants)


def conditional_frequencies(
    distribution: Distribution, shown: ShownTraits
) -> Iterator[Frequencies]:
    """Yield those of each conditional distribution, for these images."""
    for conditional, exact in distribution.conditional_chances():
        layer = distribution.layers[conditional.depth]
        images = matches(conditional.when, shown.drawn)
        yield Frequencies(
            called=conditional.called,
            layer=layer.layer,
            where=say_when(distribution.layers, conditional.when),
            variants=layer.names,
            asked=conditional.probabilities,
            exact=exact,
            planned=shown.count(conditional.depth, len(layer.names), images),
            trials=distribution.count_trials(conditional.when),
        )


def say_when(layers: Sequence[Variants], when: Masks) -> str:
    """Describe the condition for people: `character is "mage" or "pirate"`."""
    parts = []
    for depth, mask in sorted(when.items()):
        names = [f'"{name}"' for name, one in zip(layers[depth].names, mask, strict=True) if one]
        if len(names) > MOST_NAMED:
            names = [*names[: MOST_NAMED - 1], f"{len(names) - MOST_NAMED + 1} others"]
        parts.append(f"{layers[depth].layer} is {' or '.join(names)}")
    return " and ".join(parts)


# --- warnings -------------------------------------------------------------------------------------


def find_warnings(
    dataset: Dataset, distribution: Distribution, found: Sequence[Frequencies]
) -> list[str]:
    """Return a sentence on each of `found` whose images differ from what was asked for."""
    if sampler_of(dataset).exhaustive:
        return []  # it makes each combination once, whatever the probabilities
    warnings = list(estimated(distribution))
    warnings += [sentence for one in found for sentence in ruled_otherwise(one)]
    if dataset.unique:
        possible = distribution.count_combinations()
        distorted = [one for one in found if not one.where]
        warnings += [s for one in distorted for s in distorted_by_unique(one, possible)]
    family = dataset.families
    if family is not None and family.vary is None:
        redrawn = [one for one in found if one.layer == family.layer and one.planned.any()]
        warnings += [s for one in redrawn for s in distorted_by_family(dataset, one)]
    return warnings + [sentence for one in found for sentence in never_drawn(one)]


def estimated(distribution: Distribution) -> Iterator[str]:
    """Warn if frequencies are estimated, and if images are drawn again."""
    if distribution.walked is not None:
        return
    trial = distribution.trial
    count = len(trial.traits)
    yield (
        f"{trial.tied}, and there are too many combinations to go through: exact frequencies are "
        f"estimated from {count:,} scenes, give or take {100 / np.sqrt(count):.1g} %."
    )
    if trial.dead:
        yield (
            f"{trial.dead:,} of {trial.drawn:,} scenes left a layer no variant; such an image is "
            f"drawn again. One of them: {trial.dead_end}"
        )


def ruled_otherwise(one: Frequencies) -> Iterator[str]:
    """Warn if the rules change what is asked for."""
    if not one.exact.any():
        never = "never applies: it cannot be that"
        if one.trials is not None:
            never = f"may never apply: none of {TRIALS:,} scenes says that"
        yield f"{one.called} {never} {one.where}."
        return
    gap = np.abs(one.exact - one.asked)
    if (gap > CHANGED + SURE * error_of(one, one.asked)).any():
        yield f"{name_of(one)}: the rules make {say_change(one, one.asked, one.exact)}."


def error_of(one: Frequencies, chances: Chances) -> Chances:
    """Return the standard error of an estimate of `chances`; 0 if they are exact: (variants,)."""
    if one.trials is None:
        return np.zeros(len(chances))
    errors: Chances = np.sqrt(chances * (1 - chances) / max(1, one.trials))
    return errors


def distorted_by_unique(one: Frequencies, possible: int | None) -> Iterator[str]:
    """Warn if drawing without replacement changes frequencies more than chance would."""
    why = "no combination is drawn twice"
    if possible is not None:
        why = f"{int(one.planned.sum()):,} of all {possible:,} combinations are drawn"
    yield from distorted(one, "unique makes", why)


def distorted_by_family(dataset: Dataset, one: Frequencies) -> Iterator[str]:
    """Warn if later members of families change frequencies more than chance would."""
    if dataset.pair is not None:
        yield from distorted(one, "pairs make", "the second image shows another variant")
    else:
        yield from distorted(one, "families make", "each image of one shows another variant")


def distorted(one: Frequencies, what: str, why: str) -> Iterator[str]:
    """Warn if planned images differ from the rules' chances by more than chance, and say `why`."""
    count = int(one.planned.sum())
    deviation = np.sqrt(count * one.exact * (1 - one.exact))
    deviation = np.hypot(deviation, count * error_of(one, one.exact))
    if (np.abs(one.planned - count * one.exact) > DISTORTED * deviation + 1).any():
        yield (
            f"{name_of(one)}: {what} {say_change(one, one.exact, one.planned / count)}, as {why}."
        )


def never_drawn(one: Frequencies) -> Iterator[str]:
    """Warn if no image shows a variant that can be drawn."""
    missing = np.flatnonzero((one.exact > 0) & (one.planned == 0))
    count = int(one.planned.sum())
    if one.where or not len(missing):
        return
    rarest = int(missing[np.argmax(one.exact[missing])])
    more = f" and {len(missing) - 1} more are" if len(missing) > 1 else " is"
    yield (
        f'{name_of(one)}: "{one.variants[rarest]}" ({percent(one.exact[rarest])}){more} in none of '
        f"the {count:,} images."
    )


def name_of(one: Frequencies) -> str:
    """Return the name of these frequencies in a sentence."""
    layer = f"{one.layer} in {one.split}" if one.split else one.layer
    return f"{layer} where {one.where} ({one.called})" if one.where else layer


def say_change(one: Frequencies, before: Chances, after: Chances) -> str:
    """Describe the largest change: `"axe" 12 % instead of 10 %`."""
    most = int(np.argmax(np.round(np.abs(after - before), 9)))  # the first of equal ones
    return f'"{one.variants[most]}" {percent(after[most])} instead of {percent(before[most])}'


def percent(share: float) -> str:
    """Return a probability as text."""
    return f"{100 * share:.4g} %"
