"""What a dataset cannot be made from is refused in a sentence for someone who writes Python."""

import json

import numpy as np
import pytest
from tests.checks import check_sentence

import imggen
from imggen.errors import ConfigError, InputError

LAYER = {"name": "background", "folder": "backgrounds"}


@pytest.mark.parametrize(
    ("overrides", "parts"),
    [
        ({"dataset.count": 0}, ["dataset.count is 0", "a whole number, 1 or more"]),
        ({"dataset.cuont": 5}, ["dataset.cuont is not a known key", 'did you mean "count"?']),
        ({"count": 5}, ['overrides names "count"', '{"dataset.count": 1000}']),
        (
            {"layer.character": 5},
            ['overrides names "layer.character"', "keys of dataset, canvas, output, labels"],
        ),
        ({"datset.count": 5}, ['overrides names "datset.count"; did you mean "dataset.count"?']),
        ({3: 5}, ["overrides names 3"]),
        ([("dataset.count", 5)], ['overrides is [["dataset.count", 5]]', "settings by key"]),
        ({"output.format": "gif"}, ['output.format is "gif"', "png"]),
        (
            {"dataset.sampling": "all", "dataset.count": 5},
            ["dataset.count is 5", 'dataset.sampling is "all"', "leave one of them out"],
        ),
    ],
)
def test_refuses_overrides(small_article, overrides, parts):
    with pytest.raises(InputError) as caught:
        imggen.Dataset(small_article, overrides=overrides)
    text = str(caught.value)
    check_sentence(text if text.endswith(".") else f"{text}.", *parts)
    assert "--" not in text


@pytest.mark.parametrize(
    ("config", "parts"),
    [
        (5, ["config is 5", "expected a path"]),
        ("", ['config is ""', "expected a path"]),
        ("no/such.toml", ["no/such.toml cannot be read", "no such file"]),
        ("assets/characters", ["is a folder without imggen.toml"]),
        ({"layer": LAYER}, ["layer is a table", "[[layer]]"]),
        ({"layers": [LAYER]}, ["layers is not a known key", 'did you mean "layer"?']),
        ({"layer": [LAYER], "dataset": 3}, ["dataset is 3", "expected a table"]),
        ({"layer": [LAYER]}, ["backgrounds"]),
    ],
    ids=str,
)
def test_refuses_configurations(config, parts, pytestconfig, monkeypatch):
    monkeypatch.chdir(pytestconfig.rootpath)
    with pytest.raises(InputError) as caught:
        imggen.Dataset(config)
    text = str(caught.value)
    check_sentence(text if text.endswith(".") else f"{text}.", *parts)


def test_refuses_unknown_splits(small_article):
    with pytest.raises(InputError) as caught:
        imggen.Dataset(small_article, split="train")
    check_sentence(caught.value, 'split is "train", but the configuration has no [[split]]')
    values = {"layer": [{**LAYER, "folder": str(small_article / "backgrounds")}]}
    values["split"] = [{"name": "train", "share": 0.5}, {"name": "test", "share": 0.5}]
    for split, hint in {
        "trian": 'did you mean "train"?',
        "x": "expected one of train, test.",
    }.items():
        with pytest.raises(InputError) as caught:
            imggen.Dataset(values, split=split)
        assert str(caught.value) == f'split is "{split}"; {hint}'


def test_takes_the_numbers_of_numpy(small_article):
    dataset = imggen.Dataset(small_article, overrides={"dataset.count": np.int32(3)})
    assert len(dataset) == 3
    assert dataset.with_seed(np.uint64(4)).config.dataset.seed == 4


def test_refuses_seeds(small_article):
    with pytest.raises(ConfigError) as caught:
        imggen.Dataset(small_article).with_seed(-1)
    assert str(caught.value) == "seed is -1; expected a whole number from 0 to 2^64 - 1."


@pytest.mark.parametrize("flag", ["objects", "masks"])
@pytest.mark.parametrize("value", [3, 1, "yes", None])
def test_refuses_what_is_no_flag(small_article, flag, value):
    with pytest.raises(InputError) as caught:
        imggen.Dataset(small_article, **{flag: value})
    check_sentence(caught.value, f"{flag} is {json.dumps(value)}; expected True or False")


@pytest.mark.parametrize("value", [True, np.True_])
def test_flags_of_numpy_are_flags(small_article, value):
    assert "masks" in imggen.Dataset(small_article, masks=value)[0]["objects"]


def test_count_and_seed_are_those_of_the_configuration(small_article):
    """As arguments of what makes images, and of what plans them."""
    settings = {"dataset.count": 5, "dataset.seed": 7}
    expected = imggen.Dataset(small_article, overrides=settings).shown(range(5))
    dataset = imggen.Dataset(small_article, count=5, seed=7)
    assert (len(dataset), dataset.shown(range(5))) == (5, expected)
    planned = imggen.plan(small_article, count=np.int64(5), seed=7)
    assert planned.to_pandas()["object"].tolist() == expected["object"]


@pytest.mark.parametrize("call", [imggen.Dataset, imggen.plan, imggen.generate])
@pytest.mark.parametrize("key", ["count", "seed"])
def test_refuses_what_is_given_twice(small_article, call, key):
    with pytest.raises(InputError) as caught:
        call(small_article, overrides={f"dataset.{key}": 5}, **{key: 5})
    assert str(caught.value) == (
        f'overrides has "dataset.{key}", and {key} says the same; give one of them.'
    )


@pytest.mark.parametrize("count", [0, "5"])
def test_refuses_what_is_no_count(small_article, count):
    with pytest.raises(InputError) as caught:
        imggen.Dataset(small_article, count=count)
    said = f"count is {json.dumps(count)}; expected a whole number, 1 or more."
    assert str(caught.value) == said
