"""Parquet shards hold what loose files are, with the features that `datasets` reads."""

import json

import pytest
from tests.art import small_article_values, write_toml
from tests.checks import check_same_files, check_sentence
from tests.containers.splits import COUNT
from tests.hard_names import HARD_NAMES, write_hats
from tests.run.runs import Watcher, run

from imggen.errors import ConfigError

pq = pytest.importorskip("pyarrow.parquet")

SETTINGS = {"dataset__count": COUNT, "output__container": "parquet", "output__shard_images": 9}


@pytest.fixture(scope="module")
def whole(two_splits, tmp_path_factory):
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, run(two_splits, out, **SETTINGS)


def features_of(path):
    return json.loads(pq.read_schema(path).metadata[b"huggingface"])["info"]["features"]


def test_rows_are_the_loose_files(whole, loose_splits):
    out, summary = whole
    assert summary.digest == loose_splits[1].digest
    for split in ("train", "test"):
        shards = sorted((out / "data").glob(f"{split}-*"))
        names = [f"{split}-{k:05d}-of-{len(shards):05d}.parquet" for k in range(len(shards))]
        assert [shard.name for shard in shards] == names
        rows = [row for shard in shards for row in pq.read_table(shard).to_pylist()]
        files = {path.name: path for path in (loose_splits[0] / "images" / split).iterdir()}
        assert {row["image"]["path"] for row in rows} == files.keys()
        assert all(
            row["image"]["bytes"] == files[row["image"]["path"]].read_bytes() for row in rows
        )
        assert [row["index"] for row in rows] == sorted(row["index"] for row in rows)
        assert [pq.read_metadata(shard).num_rows for shard in shards[:-1]] == [9] * (
            len(shards) - 1
        )


def test_columns_say_what_an_image_shows(small_article, tmp_path):
    out = tmp_path / "out"
    caption = "a {character} by a {background}"
    settings = {"output__container": "parquet", "labels__caption": caption}
    run(small_article, out, dataset__count=20, **settings)
    [shard] = (out / "data").iterdir()
    assert shard.name == "train-00000-of-00001.parquet"
    features = features_of(shard)
    lines = (out / "data.csv").read_text().splitlines()[1:]
    layers = ["background", "character", "object"]
    things = features["objects"][0]["category"]["names"]
    for line, row in zip(lines, pq.read_table(shard).to_pylist(), strict=True):
        shown = [features[layer]["names"][row[layer]] for layer in layers]
        assert line == ",".join([*shown, f"generated{row['index']}"])
        assert row["text"] == f"a {shown[1]} by a {shown[0]}"
        seen = [things[one["category"]] for one in row["objects"]]
        assert seen == [name for name in shown[1:] if name != "none"]
        for one in row["objects"]:
            _, _, width, height = one["bbox"]
            assert 0 < one["area"] <= width * height


@pytest.mark.parametrize("workers", [2])
def test_same_bytes_whatever_the_workers(two_splits, tmp_path, whole, workers):
    out = tmp_path / "out"
    run(two_splits, out, workers=workers, **SETTINGS)
    check_same_files(out, whole[0])


def test_groups_are_small_and_shards_keep_within_their_bytes(two_splits, tmp_path, monkeypatch):
    monkeypatch.setattr("imggen.store.parquet.MOST_BYTES", 150_000)
    monkeypatch.setattr("imggen.containers.shards.FILE_SHARE", {"png": 0.5})
    out = tmp_path / "out"
    limit = 400_000
    run(
        two_splits,
        out,
        dataset__count=COUNT,
        output__container="parquet",
        output__shard_bytes=limit,
    )
    shards = sorted((out / "data").iterdir())
    assert max(shard.stat().st_size for shard in shards) <= limit
    known = [pq.read_metadata(shard) for shard in shards]
    assert sum(one.num_rows for one in known) == COUNT
    assert max(one.num_row_groups for one in known) > 1
    sizes = [one.row_group(k).total_byte_size for one in known for k in range(one.num_row_groups)]
    assert max(sizes) < 160_000


def test_a_lost_shard_is_made_again(two_splits, tmp_path, whole):
    out = tmp_path / "out"
    run(two_splits, out, **SETTINGS)
    next((out / "data").glob("train-00001-*")).unlink()
    watcher = Watcher()
    run(two_splits, out, existing="resume", watcher=watcher, **SETTINGS)
    assert watcher.begun == (COUNT, COUNT - 9)
    check_same_files(out, whole[0])


def test_nasty_names_survive(tmp_path):
    hats = write_hats(tmp_path / "art")
    run(hats, tmp_path / "out", output__container="parquet")
    [shard] = (tmp_path / "out" / "data").iterdir()
    names = features_of(shard)["hat"]["names"]
    rows = pq.read_table(shard).to_pylist()
    assert sorted(names[row["hat"]] for row in rows) == sorted(HARD_NAMES)
    names = features_of(shard)["objects"][0]["category"]["names"]
    assert sorted(names[row["objects"][0]["category"]] for row in rows) == sorted(HARD_NAMES)


def test_refuses_a_layer_that_is_called_as_a_column(tmp_path):
    values = small_article_values(trim=True)
    values["layer"][1]["name"] = "image"
    values["layer"][2]["place"]["of"] = "image"
    write_toml(tmp_path, values)
    with pytest.raises(ConfigError) as caught:
        run(tmp_path, tmp_path / "out", output__container="parquet")
    check_sentence(caught.value, 'a layer is called "image"', "rename the layer")


@pytest.mark.parametrize(
    ("form", "instead"),
    [
        ("masks", '"coco" is written beside it'),
        ("yolo-segment", '"coco" is written beside it'),
        ("yolo", 'its column "objects"'),
        ("voc", 'its column "objects"'),
        ("imagefolder", "`datasets` reads its shards as they are"),
        ("erc721", "leave out the container"),
    ],
)
def test_refuses_what_has_no_place(small_article, tmp_path, form, instead):
    with pytest.raises(ConfigError) as caught:
        run(small_article, tmp_path, output__container="parquet", labels__formats=[form])
    expected = f'--labels has "{form}", which has no place with output.container = "parquet"'
    check_sentence(caught.value, expected, instead)


def test_says_that_pyarrow_is_missing(small_article, tmp_path, monkeypatch):
    monkeypatch.setattr("imggen.containers.parquet.find_spec", lambda name: None)
    with pytest.raises(ConfigError) as caught:
        run(small_article, tmp_path / "out", output__container="parquet")
    check_sentence(caught.value, "needs pyarrow; install it with `pip install pyarrow`")
