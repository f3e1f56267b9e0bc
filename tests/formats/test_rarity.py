"""Rare traits have high scores, and rare tokens low ranks."""

import csv
import math
from collections import Counter

import numpy as np
import pytest
from tests.art import (
    place_at_random,
    random_pixels,
    write_dataset,
    write_small_article,
)
from tests.formats.columns import layer_column
from tests.run.runs import run

from imggen.formats import rarity, results
from imggen.formats.attributes import attribute_of
from imggen.formats.rarity import rank_tokens, trait_rows

COUNT = 120


def rows_of(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = place_at_random(write_small_article(tmp_path_factory.mktemp("article")))
    settings = {"labels__formats": ["erc721"], "labels__collection": {"first_token": 5}}
    run(folder, folder / "out", dataset__count=COUNT, **settings)
    return folder / "out"


@pytest.fixture(scope="module")
def shown(out):
    """What each image shows, by layer."""
    return [
        {name: row[name] for name in ("background", "character", "object")}
        for row in rows_of(out / "data.csv")
    ]


def test_traits(out, shown):
    counts = Counter(pair for traits in shown for pair in traits.items())
    rows = rows_of(out / "rarity.csv")
    assert len(rows) == len(counts)
    for row in rows:
        count = counts[row["trait_type"], row["value"]]
        assert int(row["count"]) == count
        assert float(row["share"]) == count / COUNT
        assert float(row["score"]) == pytest.approx(-math.log2(count / COUNT), abs=1e-6)


def test_shares_sum_to_1(tmp_path):
    """As closely as `probabilities` must: of three that are 1/3 each."""
    rng = np.random.default_rng(0)
    skies = {name: random_pixels(rng, 4, 4, 3) for name in "abc"}
    dataset, labels = {"sampling": "all", "count": 3}, {"formats": ["erc721"]}
    write_dataset(tmp_path, {"sky": skies}, dataset=dataset, labels=labels)
    run(tmp_path, tmp_path / "out")
    shares = [row["share"] for row in rows_of(tmp_path / "out/rarity.csv")]
    assert shares == [repr(1 / 3)] * 3
    assert abs(sum(map(float, shares)) - 1) < 1e-9


def test_no_share_of_what_occurs_is_0():
    """One of ten million."""
    sky = attribute_of("sky", [layer_column("sky", ("day", "night", "dusk"))], [0])
    rows = list(trait_rows([sky], [np.array([10**7 - 1, 1, 0, 0])]))
    assert [row[3] for row in rows] == [0.9999999, 1e-7]


def test_tokens_brute_force(out, shown):
    counts = Counter(pair for traits in shown for pair in traits.items())
    bits = [sum(-math.log2(counts[pair] / COUNT) for pair in one.items()) for one in shown]
    entropy = -sum(count / COUNT * math.log2(count / COUNT) for count in counts.values())
    keys = [
        (sum(counts[pair] == 1 for pair in one.items()), round(own / entropy, 6))
        for one, own in zip(shown, bits, strict=True)
    ]
    rows = rows_of(out / "ranks.csv")
    assert [int(row["token"]) for row in rows] == list(range(5, 5 + COUNT))
    for row, key in zip(rows, keys, strict=True):
        assert float(row["score"]) == pytest.approx(key[1], abs=2e-6)
        assert int(row["rank"]) == 1 + sum(other > key for other in keys)


def test_blocks_make_no_difference(out, tmp_path, monkeypatch):
    monkeypatch.setattr(rarity, "AT_ONCE", 7)
    monkeypatch.setattr(results, "AT_ONCE", 11)
    run(out, tmp_path / "out")
    assert (tmp_path / "out/ranks.csv").read_bytes() == (out / "ranks.csv").read_bytes()


def test_equals_share_a_rank():
    unique, scores = np.array([0, 1, 0, 0, 0]), np.array([2.0, 1.0, 3.0, 2.0, 1.0])
    assert rank_tokens(unique, scores).tolist() == [3, 1, 2, 3, 5]
