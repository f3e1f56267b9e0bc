"""WebDataset shards hold what loose files are, and obey the laws as they do."""

import json
import os
import tarfile

import pytest
from tests.checks import check_same_files, check_sentence
from tests.containers.splits import COUNT
from tests.hard_names import HARD_NAMES, write_hats
from tests.run.runs import Watcher, run, run_and_kill

from imggen.errors import ConfigError, InputError, PlanError, RunError
from imggen.store import FileStore

SETTINGS = {"dataset__count": COUNT, "output__container": "webdataset", "output__shard_images": 7}


@pytest.fixture(scope="module")
def whole(two_splits, tmp_path_factory):
    """A run that was never interrupted: its folder and its summary."""
    out = tmp_path_factory.mktemp("whole") / "out"
    return out, run(two_splits, out, **SETTINGS)


def read(shard):
    """Members of a shard by sample: key to extension to content; they must be adjacent."""
    samples = {}
    with tarfile.open(shard) as archive:
        for member in archive:
            folder, _, last = member.name.rpartition("/")
            key, extension = last.split(".", 1)
            key = f"{folder}/{key}" if folder else key
            assert key not in samples or key == next(reversed(samples)), "not adjacent"
            samples.setdefault(key, {})[extension] = archive.extractfile(member).read()
    return samples


def test_samples_are_the_loose_files(whole, loose_splits):
    out, summary = whole
    assert summary.digest == loose_splits[1].digest
    shards = sorted((out / "shards").iterdir())
    for split in ("train", "test"):
        own = [shard for shard in shards if shard.name.startswith(split)]
        assert [shard.name for shard in own] == [f"{split}-{k:06d}.tar" for k in range(len(own))]
        samples = [read(shard) for shard in own]
        assert [len(shard) for shard in samples[:-1]] == [7] * (len(own) - 1)
        files = {path.stem: path for path in (loose_splits[0] / "images" / split).iterdir()}
        found = {key: sample for shard in samples for key, sample in shard.items()}
        assert found.keys() == files.keys()
        indices = [json.loads(sample["json"])["index"] for sample in found.values()]
        assert indices == sorted(indices), "not in the order of images"
        for key, sample in found.items():
            assert sample["png"] == files[key].read_bytes()
            assert json.loads(sample["json"])["split"] == split
            assert list(sample) == ["png", "json"]
    assert (out / "data.csv").read_bytes() == (loose_splits[0] / "data.csv").read_bytes()
    assert not (out / "images").exists()
    assert not (out / ".imggen" / "shards").exists()


def test_json_says_what_an_image_shows(small_article, tmp_path):
    out = tmp_path / "out"
    settings = {"output__container": "webdataset", "labels__class_layer": "character"}
    settings["labels__caption"] = "a {character} by a {background}"
    run(small_article, out, dataset__count=20, **settings)
    [shard] = (out / "shards").iterdir()
    assert shard.name == "article-000000.tar"
    rows = (out / "data.csv").read_text().splitlines()[1:]
    for k, (key, sample) in enumerate(read(shard).items()):
        known = json.loads(sample["json"])
        assert key == f"generated{k}"
        assert known["index"] == k
        assert "split" not in known
        assert ",".join([*known["traits"].values(), key]) == rows[k]
        assert list(known["traits"]) == ["background", "character", "object"]
        shown = [thing for thing in known["objects"] if thing["layer"] == "character"]
        assert shown[0]["class"] == known["traits"]["character"]
        assert 0 < shown[0]["visible_fraction"] <= 1
        _, _, width, height = shown[0]["bbox"]
        assert 0 < shown[0]["area"] <= width * height
        character, background = known["traits"]["character"], known["traits"]["background"]
        assert sample["txt"].decode() == f"a {character} by a {background}"
        variants = ["mage", "monster", "pirate", "toadking", "warrior"]
        assert variants[int(sample["cls"])] == known["traits"]["character"]


@pytest.mark.parametrize("workers", [2, 3])
def test_same_bytes_whatever_the_workers(two_splits, tmp_path, whole, workers):
    out = tmp_path / "out"
    assert run(two_splits, out, workers=workers, **SETTINGS).digest == whole[1].digest
    check_same_files(out, whole[0])


def test_shards_keep_within_their_bytes(two_splits, tmp_path):
    out = tmp_path / "out"
    settings = {"output__container": "webdataset", "output__shard_bytes": 100_000}
    settings |= {"output__quality": 100, "output__format": "jpeg"}  # more than is reckoned with
    run(two_splits, out, dataset__count=COUNT, **settings)
    shards = sorted((out / "shards").iterdir())
    assert max(shard.stat().st_size for shard in shards) <= 100_000
    assert sum(len(read(shard)) for shard in shards) == COUNT
    assert len(shards) > COUNT * 192 * 108 * 3 // 4 // 100_000, "no block needed two shards"


def test_a_sample_larger_than_a_shard_has_one_of_its_own(two_splits, tmp_path):
    out = tmp_path / "out"
    run(two_splits, out, dataset__count=3, output__container="webdataset", output__shard_bytes="1K")
    assert [len(read(shard)) for shard in (out / "shards").iterdir()] == [1] * 3


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_resumed_after_a_fault(two_splits, tmp_path, whole, monkeypatch):
    out = tmp_path / "out"
    growing = FileStore.growing_large
    names = []

    def fail(self, name):
        names.append(name)
        if len(names) == 5:
            raise OSError(28, "No space left on device")
        return growing(self, name)

    monkeypatch.setattr(FileStore, "growing_large", fail)
    with pytest.raises(RunError) as caught:
        run(two_splits, out, **SETTINGS)
    check_sentence(caught.value, out, "cannot be written: No space left on device")
    monkeypatch.undo()
    assert names_in(out / "shards") == [f"train-{k:06d}.tar" for k in range(4)]
    watcher = Watcher()
    run(two_splits, out, existing="resume", watcher=watcher, **SETTINGS)
    assert watcher.begun == (COUNT, 28)
    check_same_files(out, whole[0])


@pytest.mark.parametrize("damage", ["delete", "cut"])
def test_a_lost_shard_is_made_again(two_splits, tmp_path, whole, damage):
    out = tmp_path / "out"
    run(two_splits, out, **SETTINGS)
    shard = out / "shards" / "train-000001.tar"
    if damage == "delete":
        shard.unlink()
    else:
        shard.write_bytes(shard.read_bytes()[:-512])
    watcher = Watcher()
    run(two_splits, out, existing="resume", watcher=watcher, **SETTINGS)
    assert watcher.begun == (COUNT, COUNT - 7)
    check_same_files(out, whole[0])


def test_stopped_while_shards_are_renamed(two_splits, tmp_path, whole, monkeypatch):
    out = tmp_path / "out"
    renamed = []

    def stop(source, target, **folders):
        if "/shards/train" in str(target):
            renamed.append(target)
        if len(renamed) == 3:
            raise ZeroDivisionError
        replace(source, target, **folders)

    replace = os.replace
    monkeypatch.setattr("os.replace", stop)
    with pytest.raises(ZeroDivisionError):
        run(two_splits, out, **SETTINGS)
    monkeypatch.undo()
    watcher = Watcher()
    run(two_splits, out, existing="resume", watcher=watcher, **SETTINGS)
    assert watcher.begun == (COUNT, 21), "the third is whole, and only lacks its name"
    check_same_files(out, whole[0])


def test_overwritten_by_another_container_and_back(two_splits, tmp_path, whole, loose_splits):
    out = tmp_path / "out"
    run(two_splits, out, dataset__count=COUNT)
    run(two_splits, out, existing="overwrite", **SETTINGS)
    check_same_files(out, whole[0])
    run(two_splits, out, existing="overwrite", dataset__count=COUNT)
    check_same_files(out, loose_splits[0])
    assert not (out / "shards").exists()


def test_nasty_names_survive(tmp_path):
    hats = write_hats(tmp_path / "art")
    run(hats, tmp_path / "out", output__container="webdataset", labels__class_layer="hat")
    [shard] = (tmp_path / "out" / "shards").iterdir()
    known = [json.loads(sample["json"]) for sample in read(shard).values()]
    assert sorted(one["traits"]["hat"] for one in known) == sorted(HARD_NAMES)
    assert sorted(one["objects"][0]["class"] for one in known) == sorted(HARD_NAMES)


def test_scenes_that_come_again_are_encoded_once(small_article, tmp_path):
    outs = tmp_path / "loose", tmp_path / "shards"
    summaries = [
        run(small_article, outs[0], dataset__count=400),
        run(small_article, outs[1], dataset__count=400, output__container="webdataset"),
    ]
    assert summaries[0].distinct < 200
    assert summaries[0].digest == summaries[1].digest


REFUSED = [
    ({"output__duplicates": "link"}, ConfigError,
     ['--duplicates is "link", which means nothing with output.container = "webdataset"']),
    ({"labels__formats": ["coco", "imagefolder"]}, ConfigError,
     ['--labels has "imagefolder", which has no place', "`datasets` reads its shards"]),
    ({"labels__formats": "classes", "labels__class_layer": "character"}, ConfigError,
     ['--labels has "classes"', "labels.class_layer alone"]),
    ({"labels__formats": "erc721"}, ConfigError, ['has "erc721"', "leave out the container"]),
    ({"labels__formats": "solana"}, ConfigError, ['has "solana"', "leave out the container"]),
    ({"dataset__image_name": "v1.5-{index}"}, ConfigError,
     ['image_name is "v1.5-{index}"', "end at their first dot"]),
    ({"output__shard_images": 0}, ConfigError,
     ["--shard-images is 0; expected a whole number, 1 or more"]),
    ({"output__shard_bytes": "many"}, ConfigError,
     ['--shard-bytes is "many"; expected a size like "500M"']),
    ({"output__shard_bytes": "1e3"}, ConfigError,
     ['--shard-bytes is "1e3"; expected a size like "500M", or a whole number of bytes']),
    ({"output__shard_bytes": "0"}, ConfigError, ['--shard-bytes is "0"', "1 or more"]),
    ({"output__shard_bytes": -5}, ConfigError, ["--shard-bytes is -5", "1 or more"]),
    ({"chunk_size": 7}, InputError, ["--chunk-size is 7, but with output.container"]),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "kind", "parts"), REFUSED)
def test_refused(small_article, tmp_path, settings, kind, parts):
    with pytest.raises(kind) as caught:
        run(small_article, tmp_path / "out", output__container="webdataset", **settings)
    check_sentence(caught.value, *parts)
    assert not (tmp_path / "out").exists()


def test_loose_files_have_no_shards(small_article, tmp_path):
    with pytest.raises(ConfigError) as caught:
        run(small_article, tmp_path / "out", output__shard_images=7)
    check_sentence(
        caught.value,
        '--shard-images is 7, which means nothing with output.container = "files"',
    )


def test_a_variant_with_a_dot_is_refused_in_names(tmp_path):
    hats = write_hats(tmp_path / "art")
    settings = {"output__container": "webdataset", "dataset__image_name": "{index}-{hat}"}
    with pytest.raises(PlanError) as caught:
        run(hats, tmp_path / "out", **settings)
    check_sentence(caught.value, "dataset.image_name holds {hat}", '"a.b"', "first dot")
    name = "{hat}/{index}"
    run(hats, tmp_path / "out", output__container="webdataset", dataset__image_name=name)
    [shard] = (tmp_path / "out" / "shards").iterdir()
    assert sorted(key.rpartition("/")[0] for key in read(shard)) == sorted(HARD_NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_killed_and_resumed(two_splits, tmp_path, workers):
    settings = {
        "dataset__count": 1500, "output__container": "webdataset", "output__shard_images": 20,
    }  # fmt: skip
    memory = tmp_path / "memory"
    memory.mkdir()
    out, expected = tmp_path / "out", tmp_path / "expected"
    run_and_kill(two_splits, out, memory, 100, workers=workers, **settings)
    assert len(names_in(out / "shards")) >= 5
    watcher = Watcher()
    run(two_splits, out, existing="resume", workers=workers, watcher=watcher, **settings)
    assert 100 <= watcher.begun[1] < 1500
    run(two_splits, expected, **settings)
    check_same_files(out, expected)


def test_masks_are_members_and_merged_files_lie_beside(two_splits, tmp_path):
    outs = tmp_path / "loose", tmp_path / "shards"
    settings = {"dataset__count": 12, "labels__formats": ["masks", "coco", "captions"]}
    settings["labels__caption"] = "a {character}"
    run(two_splits, outs[0], **settings)
    run(two_splits, outs[1], **settings, output__container="webdataset")
    [shard] = (outs[1] / "shards").glob("train-*")
    for key, sample in read(shard).items():
        for kind in ("semantic", "instance"):
            path = outs[0] / "masks" / kind / "train" / f"{key}.png"
            assert sample[f"{kind}.png"] == path.read_bytes()
        assert set(sample) == {"png", "json", "txt", "semantic.png", "instance.png"}, "once each"
    for folder in outs:
        known = json.loads((folder / "annotations" / "instances_train.json").read_text())
        known["annotations"].sort(key=lambda one: one["id"])
        (folder / "sorted.json").write_text(json.dumps(known))
    assert (outs[0] / "sorted.json").read_text() == (outs[1] / "sorted.json").read_text()


@pytest.mark.parametrize(
    ("form", "extension", "path"),
    [
        ("yolo", "yolo.txt", "labels/train/{}.txt"),
        ("yolo-segment", "yolo.txt", "labels/train/{}.txt"),
        ("voc", "xml", "Annotations/train/{}.xml"),
    ],
)
def test_files_beside_images_are_members(two_splits, tmp_path, form, extension, path):
    """With the caption, whose extension is another."""
    outs = tmp_path / "loose", tmp_path / "shards"
    settings = {"dataset__count": 12, "labels__formats": form, "labels__caption": "a {character}"}
    run(two_splits, outs[0], **settings)
    run(two_splits, outs[1], **settings, output__container="webdataset")
    [shard] = (outs[1] / "shards").glob("train-*")
    samples = read(shard)
    assert any(sample[extension] for sample in samples.values())
    for key, sample in samples.items():
        assert list(sample) == ["png", "json", "txt", extension]
        assert sample[extension] == (outs[0] / path.format(key)).read_bytes()
        assert sample["txt"].startswith(b"a ")
    assert not any((outs[1] / folder).exists() for folder in ("labels", "Annotations"))


def test_yolo_names_only_classes_beside_shards(two_splits, tmp_path):
    """Neither the folders that it lists nor what it asks of them are there."""
    settings = {"dataset__count": 12, "labels__formats": "yolo"}
    settings |= {"output__container": "webdataset", "dataset__image_name": "images/{split}/{index}"}
    run(two_splits, tmp_path, **settings)
    lines = (tmp_path / "data.yaml").read_text().splitlines()
    assert lines[:2] == ["names:", '  0: "mage"']


@pytest.mark.parametrize("segmentation", ["rle", "polygons"])
def test_objects_have_the_segmentation_of_coco(two_splits, tmp_path, segmentation):
    settings = {"dataset__count": 12, "labels__formats": "coco"}
    settings |= {"labels__segmentation": segmentation, "output__container": "webdataset"}
    run(two_splits, tmp_path / "out", **settings)
    [shard] = (tmp_path / "out" / "shards").glob("train-*")
    samples = [json.loads(sample["json"]) for sample in read(shard).values()]
    file = json.loads((tmp_path / "out/annotations/instances_train.json").read_text())
    for sample in samples:
        own = [one for one in file["annotations"] if one["image_id"] == sample["index"]]
        expected = [one["segmentation"] for one in sorted(own, key=lambda one: one["id"])]
        assert [one["segmentation"] for one in sample["objects"]] == expected
    assert any(sample["objects"] for sample in samples)


def test_a_sample_has_its_caption_once(two_splits, tmp_path):
    settings = {"dataset__count": 12, "labels__formats": "captions"}
    settings |= {"labels__caption": "a {character}", "output__container": "webdataset"}
    run(two_splits, tmp_path / "out", **settings)
    [shard] = (tmp_path / "out" / "shards").glob("train-*")
    assert {tuple(sample) for sample in read(shard).values()} == {("png", "json", "txt")}
    assert (tmp_path / "out" / "captions.jsonl").exists()
