"""Blocks cover all images, split by split, whatever the sizes."""

from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.containers.webdataset import WebDataset

MEGABYTE = 10**6


def library_of(pixels=12_288):
    """As much of a library as blocks are made from."""
    return SimpleNamespace(backgrounds=[np.empty(pixels, np.uint8)])


def order_of(splits):
    """As much of an order as blocks are made from."""
    sizes = np.bincount(splits).tolist()
    return SimpleNamespace(segments=SimpleNamespace(split_sizes=sizes, library=library_of()))


@given(
    splits=st.lists(st.integers(0, 2), min_size=1, max_size=200),
    shard_images=st.integers(1, 50),
    shard_bytes=st.integers(1, MEGABYTE),
)
def test_blocks_cover_all_and_none_has_two_splits(splits, shard_images, shard_bytes):
    container = WebDataset(shard_images=shard_images, shard_bytes=shard_bytes)
    found = list(container.blocks(order_of(splits), (0, len(splits))))
    assert [start for start, _ in found] == [0, *(stop for _, stop in found[:-1])]
    assert found[-1][1] == len(splits)
    ordered = sorted(splits)
    for start, stop in found:
        assert 0 < stop - start <= shard_images
        assert len(set(ordered[start:stop])) == 1


@given(
    splits=st.lists(st.integers(0, 2), min_size=1, max_size=200),
    shard_images=st.integers(1, 50),
    cuts=st.lists(st.integers(0, 200), max_size=5),
)
def test_parts_of_all_have_each_block_once(splits, shard_images, cuts):
    container, order = WebDataset(shard_images=shard_images), order_of(splits)
    ends = sorted({0, len(splits), *(min(cut, len(splits)) for cut in cuts)})
    parts = list(pairwise(ends))
    found = [block for part in parts for block in container.blocks(order, part)]
    assert found == list(container.blocks(order, (0, len(splits))))


@pytest.mark.parametrize(
    ("images", "pixels", "settings", "expected"),
    [
        (100, 12_288, {}, 100),  # 16 MB would hold 976
        (1_000, 12_288, {}, 500),  # likewise: two of a size
        (100_000, 12_288, {}, 3125),  # 32 shards
        (10_000_000, 12_288, {}, 10_000),  # the most
        (10_000_000, 12_288, {"shard_images": 20_000}, 20_000),
        (100, 12_288, {"shard_images": 7}, 7),
        (100_000, 6_209_280, {}, 160),  # a gigabyte
        (100_000, 6_209_280, {"encoding": "jpeg"}, 642),  # likewise; all but the last
        (200, 6_209_280, {}, 7),  # 32 shards
        (200, 6_209_280, {"shard_bytes": 1000}, 1),
    ],
)
def test_sizes(images, pixels, settings, expected):
    assert WebDataset(**settings).block_size(library_of(pixels), images) == expected


@given(images=st.integers(1, 5000), pixels=st.integers(1, 10**6))
def test_shards_of_a_split_are_of_nearly_one_size(images, pixels):
    size = WebDataset().block_size(library_of(pixels), images)
    whole, last = divmod(images, size)
    shards = whole + bool(last)
    assert (shards - 1) * size < images
    assert size - (last or size) < shards
