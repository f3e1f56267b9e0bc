"""TFRecord and MDS hold what loose files are, and obey the laws as they do."""

import json

import numpy as np
import pytest
from tests.checks import check_same_files, check_sentence
from tests.containers.splits import COUNT
from tests.hard_names import HARD_NAMES, write_hats
from tests.run.runs import Watcher, run, run_and_kill

from imggen.errors import ConfigError
from imggen.store import FileStore
from imggen.store.mds import read_columns, read_samples
from imggen.store.tfrecord import read_bytes_features, read_records

KINDS = ("tfrecord", "mds")
PATTERNS = {"tfrecord": "tfrecords/{}-*.tfrecord", "mds": "mds/{}/*.mds"}


def settings_of(kind):
    return {"dataset__count": COUNT, "output__container": kind, "output__shard_images": 7}


def read(kind, shard):
    """The values of each sample of a shard, by column."""
    content = shard.read_bytes()
    if kind == "mds":
        return read_samples(content, read_columns(content))
    samples = [read_bytes_features(one) for one in read_records(content)]
    return [{name: one[0] for name, one in sample.items() if one} for sample in samples]


IMAGE = {"tfrecord": "image/encoded", "mds": "image"}


@pytest.fixture(scope="module")
def whole(two_splits, tmp_path_factory):
    """Runs that were never interrupted: the folder and the summary of each, by container."""
    outs = {kind: tmp_path_factory.mktemp("whole") / kind for kind in KINDS}
    return {kind: (out, run(two_splits, out, **settings_of(kind))) for kind, out in outs.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_samples_are_the_loose_files(whole, loose_splits, kind):
    out, summary = whole[kind]
    assert summary.digest == loose_splits[1].digest
    for split in ("train", "test"):
        shards = [read(kind, path) for path in sorted(out.glob(PATTERNS[kind].format(split)))]
        assert [len(shard) for shard in shards[:-1]] == [7] * (len(shards) - 1)
        samples = [sample for shard in shards for sample in shard]
        shown = [json.loads(sample["json"]) for sample in samples]
        assert [one["index"] for one in shown] == sorted(one["index"] for one in shown)
        assert {one["split"] for one in shown} == {split}
        files = {path.stem: path for path in (loose_splits[0] / "images" / split).iterdir()}
        keys = [key_of(kind, sample) for sample in samples]
        assert sorted(keys) == sorted(files)
        for key, sample in zip(keys, samples, strict=True):
            assert sample[IMAGE[kind]] == files[key].read_bytes()
    assert (out / "data.csv").read_bytes() == (loose_splits[0] / "data.csv").read_bytes()
    assert not (out / "images").exists()


def key_of(kind, sample):
    if kind == "mds":
        return sample["key"].decode()
    return sample["image/filename"].decode().removesuffix(".png")


@pytest.mark.parametrize("kind", KINDS)
def test_samples_have_the_labels(two_splits, tmp_path, kind):
    outs = tmp_path / "loose", tmp_path / "shards"
    settings = {"dataset__count": 12, "labels__formats": ["masks", "yolo", "coco", "voc"]}
    settings |= {"labels__caption": "a {character}", "labels__class_layer": "character"}
    run(two_splits, outs[0], **settings)
    run(two_splits, outs[1], **settings, output__container=kind)
    [shard] = outs[1].glob(PATTERNS[kind].format("train"))
    paths = {
        "semantic.png": "masks/semantic/train/{}.png",
        "instance.png": "masks/instance/train/{}.png",
        "yolo.txt": "labels/train/{}.txt",
        "xml": "Annotations/train/{}.xml",
    }
    for sample in read(kind, shard):
        for extension, path in paths.items():
            file = outs[0] / path.format(key_of(kind, sample))
            assert sample.get(extension, b"") == file.read_bytes()
        assert sample["txt"].startswith(b"a ")
        assert all(one["segmentation"] for one in json.loads(sample["json"])["objects"])


@pytest.mark.parametrize("kind", KINDS)
def test_same_bytes_with_two_workers(two_splits, tmp_path, whole, kind):
    out = tmp_path / "out"
    run(two_splits, out, workers=2, **settings_of(kind))
    check_same_files(out, whole[kind][0])


@pytest.mark.parametrize("kind", KINDS)
def test_shards_keep_within_their_bytes(two_splits, tmp_path, kind):
    out = tmp_path / "out"
    settings = {"output__container": kind, "output__shard_bytes": 200_000}
    run(two_splits, out, dataset__count=COUNT, **settings)
    shards = [
        path for split in ("train", "test") for path in out.glob(PATTERNS[kind].format(split))
    ]
    assert max(shard.stat().st_size for shard in shards) <= 200_000
    assert sum(len(read(kind, shard)) for shard in shards) == COUNT


@pytest.mark.parametrize("kind", KINDS)
def test_resumed_after_a_fault(two_splits, tmp_path, whole, monkeypatch, kind):
    out, growing, names = tmp_path / "out", FileStore.growing_large, []

    def fail(self, name):
        names.append(name)
        if len(names) == 5:
            raise OSError(28, "No space left on device")
        return growing(self, name)

    monkeypatch.setattr(FileStore, "growing_large", fail)
    with pytest.raises(Exception, match="cannot be written: No space left on device"):
        run(two_splits, out, **settings_of(kind))
    monkeypatch.undo()
    watcher = Watcher()
    run(two_splits, out, existing="resume", watcher=watcher, **settings_of(kind))
    assert watcher.begun == (COUNT, 28)
    check_same_files(out, whole[kind][0])


@pytest.mark.parametrize("kind", KINDS)
def test_a_lost_shard_is_made_again(two_splits, tmp_path, whole, kind):
    out = tmp_path / "out"
    run(two_splits, out, **settings_of(kind))
    shard = sorted(out.glob(PATTERNS[kind].format("train")))[1]
    shard.unlink()
    watcher = Watcher()
    run(two_splits, out, existing="resume", watcher=watcher, **settings_of(kind))
    assert watcher.begun == (COUNT, COUNT - 7)
    check_same_files(out, whole[kind][0])


@pytest.mark.parametrize("kind", KINDS)
def test_nasty_names_survive(tmp_path, kind):
    hats = write_hats(tmp_path / "art")
    run(hats, tmp_path / "out", output__container=kind, labels__class_layer="hat")
    [shard] = (tmp_path / "out").glob("tfrecords/*.tfrecord" if kind == "tfrecord" else "mds/*.mds")
    known = [json.loads(sample["json"]) for sample in read(kind, shard)]
    assert sorted(one["traits"]["hat"] for one in known) == sorted(HARD_NAMES)


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        ("imagefolder", 'give output.container = "parquet", which `datasets` reads.'),
        ("erc721", "marketplaces read a file for each image, so leave out the container."),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_refused(small_article, tmp_path, kind, labels, sentence):
    with pytest.raises(ConfigError) as caught:
        run(small_article, tmp_path / "out", output__container=kind, labels__formats=labels)
    check_sentence(
        caught.value,
        f'--labels has "{labels}", which has no place with output.container = "{kind}"; {sentence}',
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_killed_and_resumed(two_splits, tmp_path, kind):
    settings = {"dataset__count": 1500, "output__container": kind, "output__shard_images": 20}
    memory = tmp_path / "memory"
    memory.mkdir()
    out, expected = tmp_path / "out", tmp_path / "expected"
    run_and_kill(two_splits, out, memory, 100, workers=2, **settings)
    watcher = Watcher()
    run(two_splits, out, existing="resume", workers=2, watcher=watcher, **settings)
    assert 100 <= watcher.begun[1] < 1500
    run(two_splits, expected, **settings)
    check_same_files(out, expected)


def test_an_index_lists_the_shards_of_a_split(whole):
    out, _ = whole["mds"]
    for split in ("train", "test"):
        index = json.loads((out / "mds" / split / "index.json").read_text())
        assert index["version"] == 2
        files = sorted((out / "mds" / split).glob("*.mds"))
        listed = [(one["raw_data"]["basename"], one["raw_data"]["bytes"], one["samples"])
                  for one in index["shards"]]  # fmt: skip
        assert listed == [
            (path.name, path.stat().st_size, int(np.fromfile(path, "<u4", 1)[0])) for path in files
        ]


def test_a_label_map_numbers_the_classes(whole):
    text = (whole["tfrecord"][0] / "label_map.pbtxt").read_text()
    assert text.startswith('item {\n  id: 1\n  name: "mage"\n}\nitem {\n  id: 2\n')
