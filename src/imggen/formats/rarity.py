"""The rarity of each trait and each token of a collection.

The score of a trait is its information content, -log2 of its share, in bits. That of a token is the
sum of those of its traits, divided by what a token has on average. Tokens are ranked by how many
traits no other has, and then by their scores; equals share a rank.

Source: OpenRarity, "Information Content" scoring and its ranks, without its count of traits.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imggen.formats.attributes import Attribute, attributes_of
from imggen.formats.results import AT_ONCE, Results
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from imggen.planning import Segments
    from imggen.planning.columns import LayerColumns

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TRAITS, RANKS = "rarity.csv", "ranks.csv"
DECIMALS = 6


def write_rarity(results: Results) -> list[Path]:
    """Write `rarity.csv`, a row for each trait, and `ranks.csv`, a row for each token."""
    attributes = attributes_of(results.info.columns, results.info.labels.collection.traits)
    counts = count_traits(results.plan, attributes)
    written = [results.out / TRAITS, results.out / RANKS]
    with open_atomic(written[0]) as file:
        header = "trait_type", "value", "count", "share", "score"
        file.write(lines([header, *trait_rows(attributes, counts)]))
    with open_atomic(written[1]) as file:
        file.writelines(token_lines(results, attributes, counts))
    return written


def count_traits(segments: Segments, kinds: Sequence[Attribute | LayerColumns]) -> list[Ints]:
    """Count the images that have each value of an attribute, or show each text of a layer."""
    counts = [np.zeros(len(one.texts), np.int64) for one in kinds]
    for plan in segments:
        for one, own in zip(kinds, counts, strict=True):
            np.add(own, np.bincount(one.rows(plan.traits), minlength=len(own)), out=own)
    return counts


def trait_rows(attributes: Sequence[Attribute], counts: list[Ints]) -> Iterator[tuple[Any, ...]]:
    """Yield name, value, count, share and score of all traits that occur."""
    for one, own in zip(attributes, counts, strict=True):
        shares, scores = own / own.sum(), information(own)
        for value in np.flatnonzero(own).tolist():
            yield (
                one.name,
                one.texts[value],
                int(own[value]),
                float(shares[value]),  # in full: rare ones are not 0, and all sum to 1
                f"{scores[value]:.{DECIMALS}f}",
            )


def token_lines(
    results: Results, attributes: Sequence[Attribute], counts: list[Ints]
) -> Iterator[bytes]:
    """Yield the file of ranks, in the order of tokens."""
    unique, scores = score_tokens(results.plan, attributes, counts)
    ranks = rank_tokens(unique, scores)
    first = results.info.labels.collection.first_token
    yield lines([("token", "rank", "score")])
    for start in range(0, len(ranks), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        rows = zip(ranks[part].tolist(), scores[part].tolist(), strict=True)
        yield "".join(
            f"{token},{rank},{score:.{DECIMALS}f}\n"
            for token, (rank, score) in enumerate(rows, first + start)
        ).encode()


def score_tokens(
    segments: Segments, attributes: Sequence[Attribute], counts: list[Ints]
) -> tuple[npt.NDArray[np.int16], Floats]:
    """Return how many traits no other image has, and the score, of each image: (images,) each."""
    scores = np.zeros(segments.count)
    unique = np.zeros(segments.count, np.int16)
    for plan in segments:
        part = slice(plan.start, plan.stop)
        for one, own in zip(attributes, counts, strict=True):
            shown = one.rows(plan.traits)
            scores[part] += information(own)[shown]
            unique[part] += (own == 1)[shown]
    entropy = sum(float((own / segments.count) @ information(own)) for own in counts)
    return unique, np.round(scores / (entropy or 1.0), DECIMALS)


def rank_tokens(unique: npt.NDArray[np.int16], scores: Floats) -> Ints:
    """Return the rank of each image, from 1 for the rarest: (images,)."""
    order = np.lexsort((-scores, -unique))
    first = np.ones(len(order), bool)  # of those that are equal
    first[1:] = np.diff(scores[order]) != 0
    first[1:] |= np.diff(unique[order]) != 0
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.maximum.accumulate(np.where(first, np.arange(1, len(order) + 1), 0))
    return ranks


def information(counts: Ints) -> Floats:
    """Return -log2 of the share of each of `counts`; 0 for what does not occur."""
    shares = np.maximum(counts, 1) / counts.sum()
    result: Floats = np.where(counts > 0, -np.log2(shares), 0.0) + 0.0  # no -0.0
    return result


def lines(rows: list[tuple[Any, ...]]) -> bytes:
    """Return `rows` as CSV."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
