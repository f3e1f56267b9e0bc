"""The rarity of each trait and each token of a collection.

The score of a trait is its information content, -log2 of its share, in bits. That of a token is the
sum of those of its traits, divided by what a token has on average. Tokens are ranked by how many
traits no other has, and then by their scores; equals share a rank.

Source: OpenRarity, "Information Content" scoring and its ranks, without its count of traits.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from imggen.formats.results import AT_ONCE, Results
from imggen.store.files import open_atomic

if TYPE_CHECKING:
    from imggen.planning import Segments

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

TRAITS, RANKS = "rarity.csv", "ranks.csv"
DECIMALS = 6


def write_rarity(results: Results) -> list[Path]:
    """Write `rarity.csv`, a row for each trait, and `ranks.csv`, a row for each token."""
    counts = count_traits(results.plan)
    written = [results.out / TRAITS, results.out / RANKS]
    with open_atomic(written[0]) as file:
        header = "trait_type", "value", "count", "share", "score"
        file.write(lines([header, *trait_rows(results, counts)]))
    with open_atomic(written[1]) as file:
        file.writelines(token_lines(results, counts))
    return written


def count_traits(segments: Segments) -> list[Ints]:
    """Count the images that show each variant, or each number of instances, by layer."""
    counts = [np.zeros(len(one.texts), np.int64) for one in segments.columns]
    for plan in segments:
        for one, own in zip(segments.columns, counts, strict=True):
            np.add(own, np.bincount(one.rows(plan.traits), minlength=len(own)), out=own)
    return counts


def trait_rows(results: Results, counts: list[Ints]) -> Iterator[tuple[Any, ...]]:
    """Yield layer, variant, count, share and score of all variants that occur."""
    for (layer, names), own in zip(results.info.layers, counts, strict=True):
        shares, scores = own / own.sum(), information(own)
        for variant in np.flatnonzero(own).tolist():
            yield (
                layer,
                names[variant],
                int(own[variant]),
                float(shares[variant]),  # in full: rare ones are not 0, and all sum to 1
                f"{scores[variant]:.{DECIMALS}f}",
            )


def token_lines(results: Results, counts: list[Ints]) -> Iterator[bytes]:
    """Yield the file of ranks, in the order of tokens."""
    unique, scores = score_tokens(results.plan, counts)
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


def score_tokens(segments: Segments, counts: list[Ints]) -> tuple[npt.NDArray[np.int16], Floats]:
    """Return how many traits no other image has, and the score, of each image: (images,) each."""
    scores = np.zeros(segments.count)
    unique = np.zeros(segments.count, np.int16)
    for plan in segments:
        part = slice(plan.start, plan.stop)
        for one, own in zip(segments.columns, counts, strict=True):
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
