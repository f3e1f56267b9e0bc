"""Rows are read as those are that pyarrow has made a table of by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imggen.store.digests import DigestedFile
from imggen.store.files import FileStore

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
parquet = pytest.importorskip("imggen.store.parquet")

THINGS = pa.list_(pa.struct({"box": pa.list_(pa.int64(), 4), "share": pa.float64()}))
SCHEMA = pa.schema(
    [
        ("image", pa.struct({"bytes": pa.binary(), "path": pa.string()})),
        ("number", pa.int64()),
        ("things", THINGS),
    ],
    metadata={b"huggingface": b"{}"},
)
LARGE = bytes(range(256)) * 1200
MIDDLE = [letter * 100_000 for letter in (b"d", b"e", b"f")]
FILES = [b"", b"a", b"bc" * 3000, LARGE, *MIDDLE, LARGE, b"g"]


def row_of(number, file):
    things = [{"box": [number] * 4, "share": number / 7}] * (number % 3)
    image = {"bytes": file, "path": f"{number}.png"}
    return {"image": image, "number": number // 5, "things": things}


def table_of(rows, files):
    whole = [
        {**row, "image": {**row["image"], "bytes": file}}
        for row, file in zip(rows, files.to_pylist(), strict=True)
    ]
    return pa.Table.from_pylist(whole, schema=SCHEMA)


def write(path, rows):
    """Write `rows`, their files in pieces that mean nothing afterwards; returns `path`."""
    with FileStore(path.parent).growing(path.name) as file:
        to = DigestedFile(file)
        writer = parquet.ParquetWriter(SCHEMA, table_of, ("image.bytes", "image.path"), to)
        for row in rows:
            content = bytearray(row["image"]["bytes"])
            half = len(content) // 2
            pieces = [memoryview(content)[:half], memoryview(content)[half:]]
            besides = {**row, "image": {"path": row["image"]["path"]}}
            writer.add(parquet.Row(pieces, len(content), besides, 0))
            content[:] = b"x" * len(content)
        writer.end()
    return path


def test_rows_are_those_that_pyarrow_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(parquet, "MOST_BYTES", len(LARGE) + 50_000)
    rows = [row_of(number, file) for number, file in enumerate(FILES)]
    expected = pa.Table.from_pylist(rows, schema=SCHEMA)
    pq.write_table(expected, tmp_path / "plain.parquet")
    read = pq.read_table(write(tmp_path / "own.parquet", rows))
    assert read.equals(pq.read_table(tmp_path / "plain.parquet"), check_metadata=True)
    assert pq.ParquetFile(tmp_path / "own.parquet").num_row_groups == 3


@given(sizes=st.lists(st.integers(0, 1500), max_size=30))
def test_files_of_any_size_are_whole(tmp_path_factory, sizes):
    rows = [row_of(number, bytes([number]) * size) for number, size in enumerate(sizes)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parquet, "MOST_BYTES", 1000)
        patch.setattr(parquet, "MOST_ROWS", 7)
        path = write(tmp_path_factory.mktemp("parquet") / "a.parquet", rows)
    assert pq.read_table(path).to_pylist() == rows
    assert all(one.num_rows <= 7 for one in groups_of(path))


def groups_of(path):
    known = pq.read_metadata(path)
    return [known.row_group(k) for k in range(known.num_row_groups)]


def test_other_columns_have_statistics(tmp_path):
    path = write(tmp_path / "a.parquet", [row_of(k, file) for k, file in enumerate(FILES)])
    [group] = groups_of(path)
    columns = map(group.column, range(group.num_columns))
    chunks = {one.path_in_schema: one for one in columns}
    assert (chunks["number"].statistics.min, chunks["number"].statistics.max) == (0, 1)
    assert chunks["image.bytes"].statistics is None
    assert pq.read_table(path, filters=[("number", "=", 1)]).num_rows == len(FILES) - 5
    assert pq.read_table(path, filters=[("number", ">", 1)]).num_rows == 0


def test_the_same_rows_are_the_same_bytes(tmp_path):
    rows = [row_of(k, file) for k, file in enumerate(FILES)]
    first, second = (write(tmp_path / name, rows).read_bytes() for name in ("a", "b"))
    assert first == second


def test_no_rows_are_a_file_of_none(tmp_path):
    assert pq.read_table(write(tmp_path / "a.parquet", [])).equals(SCHEMA.empty_table())
