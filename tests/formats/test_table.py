"""The full table holds, with types, what is known of each image."""

import csv

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import xxhash
from pyarrow import parquet
from tests.art import place_at_random, write_small_article, write_toml
from tests.checks import check_sentence
from tests.run.runs import run

from imggen.config.load import load_config, read_source
from imggen.errors import ConfigError
from imggen.formats import results as results_module
from imggen.formats.table import DRAWN, SEEN
from imggen.formats.table_columns import with_point

COUNT = 50
VARY = {"flip": 0.5, "scale": [0.8, 1.2], "rotate": [-30, 30], "hue": 40,
        "blend": {"values": ["normal", "multiply"]}}  # fmt: skip


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    folder = place_at_random(write_small_article(tmp_path_factory.mktemp("article")))
    values = read_source(folder / "imggen.toml").settings
    values["layer"][2]["vary"] = VARY
    values["labels"] = {"formats": ["table"], "caption": "a {character}[ with a {object}]"}
    values["split"] = [{"name": "train", "share": 0.7}, {"name": "test", "share": 0.3}]
    values["dataset"] |= {"count": COUNT, "pair": "character", "seed": 2**64 - 1}
    write_toml(folder, values)
    run(folder, folder / "out")
    return folder / "out"


@pytest.fixture(scope="module")
def table(out):
    return parquet.read_table(out / "labels.parquet")


def test_columns(table):
    first = ["image", "file_name", "split", "pair_id", "background", "character", "object"]
    own = [f"{layer} {name}" for layer in ("character", "object") for name in (*DRAWN, *SEEN)]
    assert table.column_names == [*first, *own, "seed", "bytes", "xxh3_128", "caption"]
    types = {field.name: str(field.type) for field in table.schema}
    assert types["image"] == types["bytes"] == "int64"
    assert types["character x"] == types["object visible pixels"] == "int32"
    assert types["object flip"] == "bool"
    assert types["object rotate"] == types["object visible fraction"] == "double"
    assert types["object matrix"] == "fixed_size_list<element: double>[6]"
    for name in ("background", "split", "object blend"):
        assert types[name].startswith("dictionary<values=string")


def test_files(out, table):
    for row in table.to_pylist():
        data = (out / "images" / row["file_name"]).read_bytes()
        assert row["bytes"] == len(data)
        assert row["xxh3_128"] == xxhash.xxh3_128_hexdigest(data)
        assert row["file_name"].startswith(row["split"] + "/")
        assert row["seed"] == 2**64 - 1
        assert row["pair_id"] == row["image"] // 2


def test_same_as_the_article_s_table(out, table):
    frame = table.to_pandas()
    other = pd.read_csv(out / "data.csv", keep_default_na=False, na_values={"object x": ""})
    for name in ("background", "character", "object", "split"):
        assert frame[name].tolist() == other[name].tolist()
    assert frame["character x"].tolist() == other["character x"].tolist()
    drawn = other["object x"].notna()
    for name in ("object x", "object scale", "object rotate", "object flip"):
        values = other[name][drawn].astype(float).tolist()
        assert frame[name][drawn].astype(float).tolist() == pytest.approx(values)
    assert frame["object blend"][drawn].tolist() == other["object blend"][drawn].tolist()


def test_nothing_stands_where_nothing_is_shown(table):
    frame = table.to_pandas()
    nothing = frame["object"] == "none"
    assert 0 < nothing.sum() < COUNT
    for name in (*DRAWN, *SEEN):
        assert frame[f"object {name}"].isna().tolist() == nothing.tolist()
        assert frame[f"character {name}"].notna().all()


def test_geometry_fits_together(table):
    for row in table.to_pylist():
        if row["object"] == "none":
            continue
        pixels, visible = row["object pixels"], row["object visible pixels"]
        assert row["object visible fraction"] == visible / pixels
        assert 0 <= visible <= row["object visible width"] * row["object visible height"]
        assert row["object z"] == 1
        box = [row[f"object {side}"] for side in ("x", "y", "width", "height")]
        matrix = np.array(row["object matrix"]).reshape(2, 3)
        seen = [row[f"object amodal {side}"] for side in ("x", "y", "width", "height")]
        assert box[0] <= seen[0] <= seen[0] + seen[2] <= box[0] + box[2]
        scale = np.sqrt(abs(np.linalg.det(matrix[:, :2])))
        assert scale == pytest.approx(row["object scale"], rel=0.05)
        assert (np.linalg.det(matrix[:, :2]) < 0) == row["object flip"]


def test_csv_has_the_same(out, table):
    with (out / "labels.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == table.column_names
    for row, wanted in zip(rows, table.to_pylist(), strict=True):
        for name, value in wanted.items():
            if value is None:
                assert row[name] == ""
            elif isinstance(value, list):
                assert [float(number) for number in row[name].split(" ")] == value
            elif isinstance(value, bool):
                assert row[name] == str(value).lower()
            else:
                assert type(value)(row[name]) == value
                if isinstance(value, float):
                    assert any(mark in row[name] for mark in ".e"), "an integer to readers"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.0, "1.0"), (-360.0, "-360.0"), (0.83, "0.83"), (1e-7, "1e-7"), (1e20, "1e+20"),
     (None, None)],
)  # fmt: skip
def test_floats_stay_floats(value, text):
    column = pa.chunked_array([pa.array([value], pa.float64())])
    assert with_point(column).to_pylist() == [text]


def test_a_row_group_for_each_block(out, tmp_path, monkeypatch):
    monkeypatch.setattr(results_module, "AT_ONCE", 20)
    run(out, tmp_path / "out")
    assert parquet.ParquetFile(tmp_path / "out/labels.parquet").num_row_groups == 3
    assert (tmp_path / "out/labels.csv").read_bytes() == (out / "labels.csv").read_bytes()
    again = parquet.read_table(tmp_path / "out/labels.parquet")
    assert again.equals(parquet.read_table(out / "labels.parquet"))


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (["sky", "bytes"], ["name of layer 2", '"bytes"', "a column of labels.csv"]),
        (["hat", "hat z"], ["name of layer 2", '"hat z"', "z column of layer 1"]),
        (["hat", "Hat visible"], ['"Hat visible x"', "visible x column of layer 1", "rename"]),
    ],
)
def test_columns_that_would_be_alike(tmp_path, names, parts):
    layers = [{"name": name, "folder": "hats"} for name in names]
    path = write_toml(tmp_path, {"layer": layers, "labels": {"formats": ["table"]}})
    with pytest.raises(ConfigError) as error:
        load_config(path, {})
    check_sentence(error.value, *parts)
