"""The table is the article's: one row per image, in order, and what pandas would write."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from tests.art import (
    ALL_OBJECTS,
    BACKGROUNDS,
    CHARACTERS,
    load,
    place_at_random,
    place_by_scene,
    random_pixels,
    write_dataset,
    write_small_article,
)

from imggen.assets import load_assets
from imggen.formats import data_csv as table
from imggen.formats.data_csv import write_table
from imggen.planning import make_plan
from imggen.planning.names import Namer


def make(path, **overrides):
    config = load(path, **overrides)
    library = load_assets(config)
    plan = make_plan(config, library)
    return plan, Namer.of(config, library.layers)


@pytest.fixture
def written(small_article, tmp_path):
    plan, namer = make(small_article / "imggen.toml", dataset__count=1000)
    write_table(tmp_path / "data.csv", [plan], namer)
    return plan, tmp_path / "data.csv"


def test_columns_and_rows(written):
    plan, path = written
    frame = pd.read_csv(path)
    assert list(frame.columns) == ["background", "character", "object", "generated image"]
    assert frame["generated image"].tolist() == [f"generated{k}" for k in range(1000)]
    for column, names in enumerate((BACKGROUNDS, CHARACTERS, ALL_OBJECTS)):
        expected = [names[k] for k in plan.traits[:, column].tolist()]
        assert frame.iloc[:, column].fillna("none").tolist() == expected


def test_none_is_written_as_none(written):
    plan, path = written
    rows = path.read_text().splitlines()[1:]
    none = plan.traits[:, 2] == ALL_OBJECTS.index("none")
    assert none.any()
    assert [",none," in row for row in rows] == none.tolist()


def test_same_bytes_as_pandas(written):
    plan, path = written
    columns = {
        variants.layer: pd.Categorical.from_codes(plan.traits[:, k], list(variants.names))
        for k, variants in enumerate(plan.library.layers)
    }
    frame = pd.DataFrame({**columns, "generated image": [f"generated{k}" for k in range(1000)]})
    assert path.read_text() == frame.to_csv(index=False, lineterminator="\n")


def test_pieces_make_no_difference(small_article, tmp_path, monkeypatch, written):
    plan, path = written
    monkeypatch.setattr(table, "ROWS_AT_ONCE", 7)
    write_table(tmp_path / "pieces.csv", [plan], Namer.of(plan.config, plan.library.layers))
    assert (tmp_path / "pieces.csv").read_bytes() == path.read_bytes()


@pytest.fixture
def random_article(tmp_path):
    """The configuration of a small article with random places."""
    return place_at_random(write_small_article(tmp_path / "random")) / "imggen.toml"


@pytest.mark.parametrize("place", [place_at_random, place_by_scene])
def test_corners_of_random_places(random_article, tmp_path, monkeypatch, place):
    """Row by row those of the scenes that are drawn, fixed ones too."""
    monkeypatch.setattr(table, "ROWS_AT_ONCE", 7)
    plan, namer = make(place(random_article.parent) / "imggen.toml", dataset__count=200)
    write_table(tmp_path / "data.csv", [plan], namer)
    with (tmp_path / "data.csv").open() as file:
        rows = list(csv.DictReader(file))
    columns = ["character x", "character y", "object x", "object y"]
    assert list(rows[0]) == ["background", "character", "object", *columns, "generated image"]
    chunk = plan.chunk(0, 200)
    for k, scene in enumerate(chunk.scenes):
        drawn = [str(cell) for item in scene.items.tolist() for cell in item[1:]]
        for image in chunk.images[chunk.first[k] : chunk.first[k + 1]].tolist():
            written = [rows[image][column] for column in columns]
            assert written == (drawn if len(drawn) == 4 else [*drawn, "", ""])
            assert (rows[image]["object"] == "none") == (written[2:] == ["", ""])


def test_corners_are_whole_numbers_to_pandas(random_article, tmp_path):
    plan, namer = make(random_article, dataset__count=200)
    write_table(tmp_path / "data.csv", [plan], namer)
    frame = pd.read_csv(tmp_path / "data.csv", dtype={"object x": "Int64"}, keep_default_na=False,
                        na_values={"object x": ""})  # fmt: skip
    assert frame["character x"].dtype == np.int64
    assert frame["character x"].tolist() == plan.positions[:, 0, 0].tolist()
    assert frame["object x"].isna().tolist() == (frame["object"] == "none").tolist()


def test_names_that_need_quotes(tmp_path):
    rng = np.random.default_rng(0)
    skies = {name: random_pixels(rng, 4, 4, 3) for name in ('a,b "c"', "d;e", "f é 空")}
    plan, namer = make(write_dataset(tmp_path, {"sky": skies}), dataset__sampling="all")
    write_table(tmp_path / "data.csv", [plan], namer)
    rows = list(csv.reader(io.StringIO((tmp_path / "data.csv").read_text(encoding="utf-8"))))
    assert rows == [["sky", "image"], ['a,b "c"', "0"], ["d;e", "1"], ["f é 空", "2"]]


def test_whole_or_absent(small_article, tmp_path, monkeypatch):
    plan, namer = make(small_article / "imggen.toml")

    make_rows = table.make_rows
    pieces = iter([make_rows(plan, namer, 0, 10)])  # and then none: the second call fails
    monkeypatch.setattr(table, "ROWS_AT_ONCE", 10)
    monkeypatch.setattr(table, "make_rows", lambda *_: next(pieces))
    with pytest.raises(StopIteration):
        write_table(tmp_path / "data.csv", [plan], namer)
    assert not (tmp_path / "data.csv").exists()
