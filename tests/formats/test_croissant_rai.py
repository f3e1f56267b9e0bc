"""Croissant RAI: what a dataset says of how it came about is true of it."""

import numpy as np
from tests.art import load, random_pixels, write_dataset

from imggen import __version__
from imggen.assets import load_assets
from imggen.formats.croissant_rai import responsible
from imggen.formats.info import DatasetInfo

HAT = np.full((5, 5, 4), 255, np.uint8)
SKY = random_pixels(np.random.default_rng(0), 30, 20, 3)


def said_of(folder, **tables):
    """The properties of a dataset of skies and hats."""
    layers = {"sky": {"day": SKY}, "hat": {"cap": HAT}}
    config = load(write_dataset(folder, layers, **tables), dataset__count=2, dataset__seed=12)
    return responsible(DatasetInfo.of(config, load_assets(config), ".png"))


def test_origins_of_art_are_listed_as_far_as_known(tmp_path):
    licence, source = "cc-by-4.0", "https://example.org"
    art = {"licence": licence, "author": "Ada", "source": source}
    said = said_of(tmp_path, sky={"art": art}, hat={"art": {"author": "Bob"}})
    assert said["rai:dataCollectionRawData"] == (
        "Images of art, by layer. sky: Ada, https://example.org, CC-BY-4.0; hat: Bob"
    )


def test_nothing_is_invented(tmp_path):
    assert said_of(tmp_path)["rai:dataCollectionRawData"] == "Images of art, by layer."


def test_the_seed_and_labelled_layers_are_named(tmp_path):
    said = said_of(tmp_path)
    assert said["rai:dataCollection"] == (
        f"No data was collected. imggen {__version__} composited each image from layers of art "
        "that imggen.toml names, with seed 12; the same art and imggen.toml give the same images "
        "and labels again."
    )
    [annotation] = said["rai:dataAnnotationProtocol"]
    assert annotation.startswith("Labels (hat) are computed")


def test_no_sentence_has_a_place_left_open(tmp_path):
    assert "{" not in str([*said_of(tmp_path).values()])
