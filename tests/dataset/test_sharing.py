"""Spawned processes map the art of a dataset, and it is gone with the dataset."""

import gc
import pickle
from multiprocessing import get_context

import numpy as np
import pytest

import imggen
from imggen.dataset import sharing


def send_item(dataset, index, pipe):
    """What a spawned process does: send an image, and whether its art is mapped."""
    mapped = isinstance(dataset.library.backgrounds[0], np.memmap)
    pipe.send((dataset[index]["image"], mapped, pickle.dumps(dataset)))


@pytest.fixture
def dataset(small_article):
    return imggen.Dataset(small_article, overrides={"dataset.count": 20})


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_a_spawned_process_maps_the_art(dataset, method):
    context = get_context(method)
    here, there = context.Pipe()
    process = context.Process(target=send_item, args=(dataset, 7, there))
    process.start()
    image, mapped, pickled = here.recv()
    process.join()
    assert np.array_equal(image, dataset[7]["image"])
    assert mapped
    again = pickle.loads(pickled)  # a copy, as the pickle is for no process that starts
    assert not isinstance(again.library.backgrounds[0], np.memmap)
    assert np.array_equal(again[7]["image"], image)


def test_the_folder_is_shared_and_goes_with_the_library(small_article):
    dataset = imggen.Dataset(small_article)
    path = sharing.share(dataset.library)
    assert sharing.share(dataset.with_seed(3).library) == path
    mapped = sharing.map_library(path)
    for one, other in zip(mapped.backgrounds, dataset.library.backgrounds, strict=True):
        assert np.array_equal(one, other)
    del dataset
    gc.collect()
    assert not path.exists()
    assert mapped.backgrounds[0].sum()  # what is mapped stays


def test_a_forked_copy_removes_nothing(dataset):
    path = sharing.share(dataset.library)
    process = get_context("fork").Process(target=forget_all, args=(dataset,))
    process.start()
    process.join()
    assert process.exitcode == 0
    assert path.exists()


def forget_all(dataset):
    """What a forked process may do: let go of the dataset."""
    sharing.forget(id(dataset.library), None, -1)
