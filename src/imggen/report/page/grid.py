"""The grid of images of a report, with their boxes, masks and keypoints over them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from imggen.report.page.facts import Facts
from imggen.report.page.looks import Mark, Snapshot
from imggen.report.page.sample import ImageSample, chosen
from imggen.report.pictures import COLOURS

RAREST, LEAST_VISIBLE, ANY = 6, 6, 12  # images of each kind


def choose_images(facts: Facts) -> list[int]:
    """Return the indices of the rarest images, of those with what is seen least, and of others."""
    sample = facts.sample
    bits = rarities(sample)
    rarest = np.argsort(-bits, kind="stable")[:RAREST]
    seen = sample.seen
    order = np.argsort(seen.fraction, kind="stable")
    hidden = list(dict.fromkeys(seen.image[order].tolist()))[:LEAST_VISIBLE]
    rows = [*chosen(len(bits), ANY).tolist(), *rarest.tolist(), *hidden]
    return [int(sample.numbers[row]) for row in dict.fromkeys(rows)]


def rarities(sample: ImageSample) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return -log2 of the probability of what each image shows: (images,)."""
    bits = np.zeros(len(sample.numbers))
    for slot, layer in enumerate(sample.recipe.library.layers):
        chances = layer.probabilities
        own = np.where(chances > 0, -np.log2(np.maximum(chances, 1e-300)), 0)
        bits += own[sample.plan.traits[:, slot]]
    return bits


def grid(views: Sequence[Snapshot], size: tuple[int, int]) -> Iterator[str]:
    """Yield the images, whose canvas is of `size` (width, height), px."""
    for view in views:
        split = f"{escape(view.split)} · " if view.split else ""
        traits = ", ".join(f"{escape(k)} {escape(v)}" for k, v in view.traits.items())
        words = " ".join([view.split, *view.traits, *view.traits.values(), str(view.index)])
        marks = "".join(mark_shapes(mark) for mark in view.marks)
        yield (
            f'<article class=view data-index={view.index} data-rarity="{view.rarity:.2f}" '
            f'data-seen="{view.least_visible:.3f}" data-traits="{escape(words.lower())}">'
            f'<div><img src="{view.picture}" alt="{escape(view.name)}">'
            f'<svg viewBox="0 0 {size[0]} {size[1]}" aria-hidden=true>'
            f"{marks}</svg></div><p><b>{view.index}</b> {split}{traits}</p></article>"
        )


def mark_shapes(mark: Mark) -> str:
    """Return a box, outlines and keypoints in the colour of the class."""
    red, green, blue = COLOURS[mark.number % len(COLOURS)]
    colour = f"rgb({red},{green},{blue})"
    left, top, width, height = mark.box
    shapes = [
        (
            f'<rect class=b x="{left}" y="{top}" width="{width}" height="{height}" '
            f'stroke="{colour}"><title>{escape(mark.name)}, {100 * mark.fraction:.0f} % visible'
            "</title></rect>"
        )
    ]
    shapes += [
        f'<polygon class=m points="{" ".join(map(str, points))}" stroke="{colour}" '
        f'style="fill:{colour}"/>'
        for points in mark.outlines
    ]
    radius = max(1.0, max(width, height) / 40)
    shapes += [
        f'<circle class=k cx="{x}" cy="{y}" r="{radius:.1f}" fill="{colour}"/>'
        for x, y, _ in mark.keypoints
    ]
    return "".join(shapes)
