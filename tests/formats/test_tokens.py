"""Metadata of tokens say what marketplaces read, and nothing else."""

import json

import numpy as np
import pytest
from tests.art import random_pixels, write_dataset
from tests.checks import check_sentence
from tests.run.runs import run

from imggen.config.load import load_config
from imggen.errors import ConfigError

COLLECTION = {
    "description": 'Faces, "rare"\nand not',
    "base_uri": "ipfs://CID/",
    "external_url": "https://example.org",
    "symbol": "FACE",
    "first_token": 1,
    "royalty": 250,
    "creators": {"9xQe": 60, "7abc": 40},
}


def make(folder, collection=None, **dataset):
    """Four tokens of two skies and two moons, one of them none."""
    rng = np.random.default_rng(0)
    layers = {
        "sky": {name: random_pixels(rng, 12, 8, 3) for name in ("day", "night")},
        "moon": {"full": random_pixels(rng, 3, 3, 4)},
    }
    labels = {"formats": ["erc721", "solana"]}
    labels |= {} if collection is None else {"collection": collection}
    moon = {"probabilities": {"full": 0.5, "none": 0.5}}
    dataset = {"name": "faces", "sampling": "all", "count": 4, **dataset}
    return write_dataset(folder, layers, moon=moon, dataset=dataset, labels=labels)


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


ATTRIBUTES = [
    {"trait_type": "sky", "value": "day"},
    {"trait_type": "moon", "value": "none"},
]


def test_all_that_is_given(tmp_path):
    run(make(tmp_path, COLLECTION).parent, tmp_path / "out")
    common = {
        "name": "faces #2",
        "description": COLLECTION["description"],
        "image": "ipfs://CID/1.png",
        "external_url": "https://example.org",
        "attributes": ATTRIBUTES,
    }
    assert read(tmp_path / "out/metadata/2.json") == common
    assert read(tmp_path / "out/solana/2.json") == common | {
        "symbol": "FACE",
        "seller_fee_basis_points": 250,
        "properties": {
            "files": [{"uri": "ipfs://CID/1.png", "type": "image/png"}],
            "category": "image",
            "creators": [{"address": "9xQe", "share": 60}, {"address": "7abc", "share": 40}],
        },
    }
    assert sorted(path.name for path in (tmp_path / "out/metadata").iterdir()) == [
        "1.json", "2.json", "3.json", "4.json",
    ]  # fmt: skip


def test_nothing_given(tmp_path):
    run(make(tmp_path).parent, tmp_path / "out", output__format="jpeg")
    assert read(tmp_path / "out/metadata/1.json") == {
        "name": "faces #1", "description": "", "image": "1.jpg", "attributes": ATTRIBUTES,
    }  # fmt: skip
    assert read(tmp_path / "out/solana/1.json")["properties"]["files"] == [
        {"uri": "1.jpg", "type": "image/jpeg"}
    ]


def test_names_of_attributes(tmp_path):
    """Layers may have another name, share one, and be left out where they show nothing."""
    collection = {"first_token": 1, "traits": {"sky": "Sky", "moon": "Sky"}}
    out = tmp_path / "out"
    run(make(tmp_path, collection, image_name="{token}").parent, out)
    assert read(out / "metadata/2.json") | {"description": ""} == {
        "name": "faces #2", "description": "", "image": "2.png",
        "attributes": [{"trait_type": "Sky", "value": "day"}],
    }  # fmt: skip
    assert (out / "rarity.csv").read_text().splitlines()[1:] == [
        "Sky,day,2,0.5,1.000000", "Sky,night,2,0.5,1.000000",
    ]  # fmt: skip


def test_none_left_out(tmp_path):
    """It is in the metadata of no token then, but counted as before."""
    for number, collection in enumerate(({"none": True}, {"none": False})):
        run(make(tmp_path, collection).parent, tmp_path / f"{number}")
    assert read(tmp_path / "0/metadata/1.json")["attributes"] == ATTRIBUTES
    assert read(tmp_path / "1/metadata/1.json")["attributes"] == ATTRIBUTES[:1]
    for name in ("rarity.csv", "ranks.csv"):
        assert (tmp_path / "0" / name).read_bytes() == (tmp_path / "1" / name).read_bytes()


def test_addresses_are_quoted(tmp_path):
    run(
        make(tmp_path, {"base_uri": "https://x.org/?i="}, image_name="a b#?é/{index}").parent,
        tmp_path / "out",
    )
    address = "https://x.org/?i=a%20b%23%3F%C3%A9/0.png"
    assert read(tmp_path / "out/metadata/0.json")["image"] == address


@pytest.mark.parametrize(
    ("collection", "parts"),
    [
        ({"base_uri": "ipfs://CID"}, ["labels.collection.base_uri", '"ipfs://CID/"']),
        ({"traits": {"mon": "Moon"}}, ["labels.collection.traits", '"mon"', "moon"]),
        ({"creators": {str(k): 100 - 99 * (k > 0) for k in range(6)}}, ["sum to 100"]),
        ({"creators": {str(k): 20 * (k > 0) for k in range(6)}}, ["at most 5", "Solana"]),
    ],
)
def test_what_cannot_be_published(tmp_path, collection, parts):
    with pytest.raises(ConfigError) as error:
        load_config(make(tmp_path, collection), {})
    check_sentence(error.value, "labels.collection", *parts)
