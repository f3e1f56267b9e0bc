"""The probability of each combination of variants: the layers' own probabilities, and the rules.

Layers are drawn one after the other, each given the ones before it (see `Step`). Their order is
that of the configuration, but a layer comes after all that its conditional probabilities depend on.

Possible scenes and their probabilities are known exactly from a walk through all combinations.
Rules may tie too many layers together for that; then they are estimated from a trial.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from imggen.assets import Variants
from imggen.errors import PlanError
from imggen.planning.groups import Index, Traits
from imggen.planning.matching import Mask
from imggen.planning.sampling.step import Chances, Conditional, Different, Forbidden, Masks, Step
from imggen.planning.sampling.trial import Trial
from imggen.planning.sampling.walk import States, TooManyError, Walked, walk
from imggen.planning.streams import random_units

TRIALS = 2**18  # scenes; the standard error of a chance is at most 0.1 %: 1 / 2 sqrt(TRIALS)
TRIAL_SEED = -1  # a seed that no dataset has


@dataclass(frozen=True)
class Distribution:
    """A probability distribution of scenes.

    Attributes
    ----------
    layers : in the configuration's order; their `probabilities` hold where no rule says otherwise
    conditionals : other probabilities of a layer, given others; the last that matches counts
    forbidden : combinations that never occur, whatever the order of their layers
    first : depths of layers that are drawn before all others, and so lose no variants to them
    last : depths of layers that are drawn after all others, as an image may show several variants
    different : rules on those: no two of their instances in an image show variants of one name
    """

    layers: tuple[Variants, ...]
    conditionals: tuple[Conditional, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    first: tuple[int, ...] = ()
    last: tuple[int, ...] = ()
    different: tuple[Different, ...] = ()

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Return the depths of the layers in the order in which they are drawn."""
        return sampling_order(self.layers, self.conditionals, self.first, self.last)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Return the draws of the layers, one after the other."""
        place = {depth: k for k, depth in enumerate(self.order)}
        last = [max(forbidden.variants, key=place.__getitem__) for forbidden in self.forbidden]
        return tuple(
            Step(
                depth=depth,
                probabilities=self.layers[depth].probabilities,
                conditionals=tuple(c for c in self.conditionals if c.depth == depth),
                forbidden=tuple(
                    f for f, end in zip(self.forbidden, last, strict=True) if end == depth
                ),
            )
            for depth in self.order
        )

    @cached_property
    def apart(self) -> tuple[int, ...]:
        """The depths of the layers in `different`, in the order in which they are drawn."""
        return tuple(sorted({depth for rule in self.different for depth in rule.depths}))

    @cached_property
    def depends_apart(self) -> frozenset[int]:
        """The depths of the layers on which the variants of those depend."""
        whens = [rule.when for rule in self.different]
        return frozenset().union(*whens, *(self.step_of(depth).classes for depth in self.apart))

    def number_of(self, depth: int) -> int:
        """Return the depth of the layer that numbers the instances of the one at `depth`."""
        return len(self.layers) - len(self.last) + self.last.index(depth)

    def step_of(self, depth: int) -> Step:
        """Return the draw of the layer at `depth`."""
        return self.steps[self.order.index(depth)]

    @cached_property
    def walked(self) -> Walked | None:
        """Walk through all scenes; None if the rules tie too many layers together for that.

        Raises
        ------
        PlanError
            If a combination that can occur leaves a layer no variant, naming it and the rules.
        """
        with suppress(TooManyError):
            return walk(self.layers, self.steps)
        return None

    @cached_property
    def trial(self) -> Trial:
        """Draw scenes to estimate from, for where not all can be walked through.

        Raises
        ------
        PlanError
            If nearly all draws leave a layer no variant.
        """
        return Trial.of(self.layers, self.steps, *self.draw_once(TRIAL_SEED, np.arange(TRIALS)))

    def check(self) -> None:
        """Refuse rules that leave a layer no variant.

        Raises
        ------
        PlanError
            As `walked` and `trial`.
        """
        if self.walked is None:
            _ = self.trial

    def count_combinations(self) -> int | None:
        """Count the different scenes that can occur, exactly; None if that is unknown."""
        return None if self.walked is None else sum(self.walked.states.ways.tolist())

    def marginals(self) -> tuple[Chances, ...]:
        """Return the probability of each variant under the rules: (variants,) per layer.

        It is an estimate where `walked` is None.
        """
        if self.walked is None:
            return tuple(self.estimated({}, depth) for depth in range(len(self.layers)))
        return tuple(self.walked.marginals[depth] for depth in range(len(self.layers)))

    def conditional_chances(self) -> Iterator[tuple[Conditional, Chances]]:
        """Yield each conditional, and the variants' chances under all rules where it holds.

        It is an estimate where `walked` is None.
        """
        if self.walked is None:
            return ((c, self.estimated(c.when, c.depth)) for c in self.conditionals)
        found = {depth: iter(table) for depth, table in self.walked.conditionals.items()}
        return ((conditional, next(found[conditional.depth])) for conditional in self.conditionals)

    def count_trials(self, when: Masks) -> int | None:
        """Count the trial's scenes where `when` holds; None if chances are exact."""
        return None if self.walked is not None else self.trial.count(when)

    def estimated(self, when: Masks, depth: int) -> Chances:
        """Estimate the chances of a layer's variants where `when` holds: (variants,)."""
        return self.trial.chances(when, depth, len(self.layers[depth].names))

    def can_show(self, depth: int) -> Mask:
        """Mark variants of a layer that can occur, or may for all that is known."""
        if self.walked is None:
            return self.step_of(depth).possible
        return self.walked.marginals[depth] > 0

    def scenes_by_class(self, classes: Mapping[int, Index]) -> States:
        """Group all scenes by `classes` of variants, given by depth."""
        return walk(self.layers, self.steps, classes).states

    def possible_scenes(self, classes: Mapping[int, Index]) -> States:
        """Group scenes by class; if there are too many, heed only the rules on these layers.

        Then there may be more groups than can occur, and `chances` above 0 say no more than that.
        """
        if self.walked is not None:
            with suppress(TooManyError):
                return self.scenes_by_class(classes)
        own = [step.within(classes) for step in self.steps if step.depth in classes]
        return walk(self.layers, own, classes, dead_ends=True).states

    def masks_on(self, depth: int) -> Iterator[Mask]:
        """Yield masks of a layer: variants that are alike in all occur in the same scenes."""
        yield self.layers[depth].probabilities > 0
        for step in self.steps:
            yield from (mask for d, mask in step.depends_on() if d == depth)
            if step.depth == depth:
                yield from (conditional.probabilities > 0 for conditional in step.conditionals)
                yield from (forbidden.variants[depth] for forbidden in step.forbidden)

    def draw(self, seed: int, start: int, stop: int) -> Traits:
        """Draw the traits of images `start` to `stop`: (stop - start, layers) uint8 or uint16."""
        return self.draw_some(seed, np.arange(start, stop))

    def draw_some(self, seed: int, images: Index) -> Traits:
        """Draw the traits of `images`, (images,) in rising order: (images, layers).

        Each layer's column inverts its probabilities at the numbers of its own stream. An image
        that leaves a layer no variant, which can happen if `walked` is None, is drawn again.
        """
        traits, dead = self.draw_once(seed, images)
        attempt = 0
        while dead.any():
            self.check()  # so at least one draw in ten succeeds
            attempt += 1
            again = np.flatnonzero(dead)
            traits[again], dead[again] = self.draw_once(seed, images[again], f"/again/{attempt}")
        return traits

    def draw_once(self, seed: int, images: Index, stream: str = "") -> tuple[Traits, Mask]:
        """Draw traits once, and mark images that came to a dead end: (images,)."""
        traits = np.zeros((len(images), len(self.layers)), index_dtype(self.layers))
        dead = np.zeros(len(images), bool)
        if not len(images):
            return traits, dead
        start, stop = int(images[0]), int(images[-1]) + 1
        for step in self.steps:
            column = f"{self.layers[step.depth].stream}{stream}"
            units = random_units(seed, column, start, stop)
            traits[:, step.depth], lost = step.invert(units[images - start], traits)
            dead |= lost
        return traits, dead


def index_dtype(layers: Sequence[Variants]) -> np.dtype[np.unsignedinteger]:
    """Return the smallest type that numbers the variants of every layer."""
    return np.min_scalar_type(max(len(layer.names) for layer in layers) - 1)


def sampling_order(
    layers: Sequence[Variants],
    conditionals: Sequence[Conditional],
    first: Sequence[int],
    last: Sequence[int] = (),
) -> tuple[int, ...]:
    """Order depths so that each comes after those its conditionals depend on, else as given.

    Raises
    ------
    PlanError
        If layers wait for each other.
    """
    needs: dict[int, set[int]] = {depth: set() for depth in range(len(layers))}
    for conditional in conditionals:
        needs[conditional.depth].update(conditional.when)
    left = sorted(needs, key=lambda depth: (depth not in first, depth in last, depth))
    order: list[int] = []
    while left:
        ready = [depth for depth in left if needs[depth] <= set(order)]
        if not ready:
            raise PlanError(say_circle(layers, conditionals, left))
        left.remove(ready[0])
        order.append(ready[0])
    return tuple(order)


def say_circle(
    layers: Sequence[Variants], conditionals: Sequence[Conditional], left: Sequence[int]
) -> str:
    """Return the sentence on layers among `left` that wait for each other."""
    chain: list[Conditional] = []
    depth = left[0]
    while depth not in [conditional.depth for conditional in chain]:
        following = next(c for c in conditionals if c.depth == depth and {*c.when} & {*left})
        chain.append(following)
        depth = min({*following.when} & {*left})
    circle = chain[[c.depth for c in chain].index(depth) :]
    first, *rest = [
        (layers[c.depth].layer, layers[after.depth].layer, c.called)
        for c, after in zip(circle, [*circle[1:], circle[0]], strict=True)
    ]
    return (
        "the probabilities of {} depend on {} ({})".format(*first)
        + "".join(", those of {} on {} ({})".format(*link) for link in rest)
        + ": a circle, in which none can be drawn first; remove one of them."
    )
