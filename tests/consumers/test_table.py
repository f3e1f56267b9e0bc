"""pandas and pyarrow read the full table, whatever variants are called."""

import pandas as pd
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
