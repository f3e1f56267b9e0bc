"""pandas, pyarrow and polars read the full table, whatever variants are called."""

import datasets
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import csv, dataset, parquet
from tests.hard_names import HARD_NAMES, write_hats_or_none

SHOWN = sorted((*HARD_NAMES, "none")) * 2


@pytest.fixture(scope="module")
def out(make, tmp_path_factory):
    return make(config=write_hats_or_none(tmp_path_factory.mktemp("hard"), formats=["table"]))


def test_pandas(out):
    frame = pd.read_parquet(out / "labels.parquet")
    assert frame["hat"].dtype == "category"
    assert frame["hat"].tolist() == SHOWN
    kept = pd.read_parquet(out / "labels.parquet", dtype_backend="pyarrow")
    assert kept["hat x"].dtype == pd.ArrowDtype(pa.int32())
    assert kept["hat x"].isna().tolist() == [name == "none" for name in SHOWN]


def test_pandas_reads_csv_as_documented(out):
    frame = pd.read_csv(out / "labels.csv", dtype=str, keep_default_na=False)
    assert frame["hat"].tolist() == SHOWN


def test_pyarrow_reads_some_columns(out):
    table = parquet.read_table(out / "labels.parquet", columns=["hat", "hat matrix"])
    assert table["hat"].to_pylist() == SHOWN
    matrices = table["hat matrix"].to_pylist()
    assert matrices == [None if name == "none" else [1, 0, 3, 0, 1, 2] for name in SHOWN]


def test_pyarrow_filters(out):
    rows = dataset.dataset(out / "labels.parquet").to_table(filter=dataset.field("hat") == "007")
    assert rows["sky"].to_pylist() == ["day", "night"]


def test_pyarrow_reads_csv(out):
    """With its own rule for what is missing: nothing that has quotes."""
    options = csv.ConvertOptions(column_types={"hat": pa.string()}, strings_can_be_null=False)
    table = csv.read_csv(
        out / "labels.csv",
        parse_options=csv.ParseOptions(newlines_in_values=True),
        convert_options=options,
    )
    assert table["hat"].to_pylist() == SHOWN
    assert table["hat x"].null_count == 2


FLOATS = [f"hat {name}" for name in ("scale", "rotate", "opacity", "visible fraction")]


def test_whole_floats_are_floats_to_readers_of_csv(out):
    """All are 1.0 or 0.0 here, and some are missing; pixels are whole numbers."""
    path = str(out / "labels.csv")
    frame = pd.read_csv(path)
    assert {str(frame[name].dtype) for name in FLOATS} == {"float64"}
    assert set(frame["hat visible fraction"].dropna()) == {1.0}
    options = csv.ParseOptions(newlines_in_values=True)
    table = csv.read_csv(path, parse_options=options)
    assert {str(table.schema.field(name).type) for name in FLOATS} == {"double"}
    assert str(table.schema.field("hat pixels").type) == "int64"
    found = dict(
        row[:2]
        for row in duckdb.execute("DESCRIBE FROM read_csv($path)", {"path": path}).fetchall()
    )
    assert {found[name] for name in FLOATS} == {"DOUBLE"}
    assert found["hat pixels"] == "BIGINT"


def test_datasets_reads_the_article_s_table_as_documented(out, tmp_path):
    names = ("sky", "hat", "image")
    features = datasets.Features({name: datasets.Value("string") for name in names})
    part = datasets.load_dataset(
        "csv",
        data_files=str(out / "data.csv"),
        features=features,
        keep_default_na=False,
        cache_dir=str(tmp_path),
        split="train",
    )
    assert part["hat"][:] == SHOWN
    assert part["image"][:] == [str(number) for number in range(len(SHOWN))]


def test_pandas_reads_the_article_s_table_as_documented(out):
    frame = pd.read_csv(out / "data.csv", dtype=str, keep_default_na=False)
    assert frame["hat"].tolist() == SHOWN


def test_polars(out):
    frame = pl.read_parquet(out / "labels.parquet")
    assert frame["hat"].cast(pl.String).to_list() == SHOWN
    assert frame["hat x"].dtype == pl.Int32
    assert frame["hat x"].is_null().to_list() == [name == "none" for name in SHOWN]
    matrices = [None if name == "none" else [1, 0, 3, 0, 1, 2] for name in SHOWN]
    assert frame["hat matrix"].to_list() == matrices
    rows = pl.scan_parquet(out / "labels.parquet").filter(pl.col("hat") == "007")
    assert rows.collect()["sky"].to_list() == ["day", "night"]


def test_polars_reads_csv_without_advice(out):
    """Text in quotes is text, and whole floats are floats."""
    frame = pl.read_csv(out / "labels.csv")
    assert frame["hat"].to_list() == SHOWN
    assert {frame[name].dtype for name in FLOATS} == {pl.Float64}
    assert pl.read_csv(out / "data.csv", infer_schema=False)["hat"].to_list() == SHOWN
