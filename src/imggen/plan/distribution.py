"""How likely each combination of variants is: the layers' own probabilities, and the rules.

Layers are drawn one after the other, each given those before it (see `Step`). The order is that of
the configuration, but a layer comes after all that its conditional probabilities look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from imggen.assets import Variants
from imggen.errors import PlanError
from imggen.plan.groups import Index, Traits
from imggen.plan.matching import Mask
from imggen.plan.step import Chances, Conditional, Forbidden, Step
from imggen.plan.streams import random_units
from imggen.plan.walk import States, Walked, walk


@dataclass(frozen=True)
class Distribution:
    """A distribution of scenes.

    Attributes
    ----------
    layers : in the configuration's order; their `probabilities` hold where no rule says otherwise
    conditionals : other probabilities of a layer, given others; the last that matches counts
    forbidden : combinations that never occur, whatever the order of their layers
    first : depths of layers that are drawn before all others, and so lose no variants to them
    """

    layers: tuple[Variants, ...]
    conditionals: tuple[Conditional, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    first: tuple[int, ...] = ()

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The depths of the layers in the order in which they are drawn."""
        return sampling_order(self.layers, self.conditionals, self.first)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The draws of the layers, one after the other."""
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
    def walked(self) -> Walked:
        """What is known of all scenes together.

        Raises
        ------
        PlanError
            If a combination that can occur leaves a layer no variant, naming it and the rules.
        """
        return walk(self.layers, self.steps)

    def count_combinations(self) -> int:
        """How many different scenes can occur, exactly."""
        return sum(self.walked.states.ways.tolist())

    def marginals(self) -> tuple[Chances, ...]:
        """How likely each variant of each layer is under the rules: (variants,) per layer."""
        return tuple(self.walked.marginals[depth] for depth in range(len(self.layers)))

    def conditional_chances(self) -> Iterator[tuple[Conditional, Chances]]:
        """Each conditional, and how likely each variant is under all rules where it holds."""
        found = {depth: iter(table) for depth, table in self.walked.conditionals.items()}
        return ((conditional, next(found[conditional.depth])) for conditional in self.conditionals)

    def told_apart(self, classes: Mapping[int, Index]) -> States:
        """All scenes, grouped; those that differ in `classes` of variants (by depth) are apart."""
        return walk(self.layers, self.steps, classes).states

    def tests(self, depth: int) -> Iterator[Mask]:
        """Of a layer's variants: those that all tests answer alike occur in the same scenes."""
        yield self.layers[depth].probabilities > 0
        for step in self.steps:
            yield from (mask for d, mask in step.looks_at() if d == depth)
            if step.depth == depth:
                yield from (conditional.probabilities > 0 for conditional in step.conditionals)
                yield from (forbidden.variants[depth] for forbidden in step.forbidden)

    def draw(self, seed: int, start: int, stop: int) -> Traits:
        """The traits of images `start` to `stop`: (stop - start, layers) uint8 or uint16."""
        return self.draw_some(seed, np.arange(start, stop))

    def draw_some(self, seed: int, images: Index) -> Traits:
        """The traits of `images`, (images,) in rising order: (images, layers) uint8 or uint16.

        Each layer's column inverts its probabilities at the numbers of a stream of its own.
        """
        traits = np.zeros((len(images), len(self.layers)), index_dtype(self.layers))
        if not len(images):
            return traits
        start, stop = int(images[0]), int(images[-1]) + 1
        for step in self.steps:
            units = random_units(seed, self.layers[step.depth].layer, start, stop)
            traits[:, step.depth] = step.invert(units[images - start], traits)
        return traits


def index_dtype(layers: Sequence[Variants]) -> np.dtype[np.unsignedinteger]:
    """The smallest type that numbers the variants of every layer."""
    return np.min_scalar_type(max(len(layer.names) for layer in layers) - 1)


def sampling_order(
    layers: Sequence[Variants], conditionals: Sequence[Conditional], first: Sequence[int]
) -> tuple[int, ...]:
    """Depths so that each comes after those its conditionals look at, else in their order.

    Raises
    ------
    PlanError
        If layers wait for each other.
    """
    needs: dict[int, set[int]] = {depth: set() for depth in range(len(layers))}
    for conditional in conditionals:
        needs[conditional.depth].update(conditional.when)
    left = sorted(needs, key=lambda depth: (depth not in first, depth))
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
    """The sentence on layers among `left`, each of which waits for another of them."""
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
