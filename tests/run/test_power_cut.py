"""After a power cut, whatever was not on the disk yet is found and made again.

What it leaves is built: all names are there, but files are empty, cut or full of zeros, while the
records of what should be in them are whole.
"""

import json
import shutil

import pytest
from tests.checks import check_same_files
from tests.formats.crowd import write_crowd
from tests.run.runs import Watcher, run

from imggen.config.plain import LABEL_FORMATS, YOLO_FORMATS
from imggen.run.journal.identity import identity_of_manifest, read_manifest
from imggen.store.digests import write_sealed
from imggen.store.entries import Entry, is_intact

COUNT, CHUNK = 12, 3
OTHERS = {*YOLO_FORMATS} - {"yolo-segment"} | {"voc"}  # others write the same files
LABELS = {
    "files": sorted({*LABEL_FORMATS} - OTHERS),
    "webdataset": ["coco", "yolo", "voc", "masks", "captions", "table"],
    "parquet": ["coco", "captions", "table"],
    "tfrecord": ["coco", "voc", "captions", "croissant"],
    "mds": ["coco", "masks", "captions"],
    "npy": ["coco", "captions", "table"],
    "npz": ["coco", "table"],
}
# Files of a run by container: one of each is damaged at a time.
LOOSE = (
    "images/*/*.png", "labels/*/*.txt", "Annotations/*/*.xml", "masks/*/*/*.png",
    "classes/*/*/*.png", "captions/*/*.txt", "metadata/*.json", "solana/*.json",
    "annotations/*/*.png", "amodal/*/*.png", "depth/*/*.png", "occlusion/*/*.json",
    "SegmentationClass/*/*.png", "SegmentationObject/*/*.png",
)  # fmt: skip
FRAGMENTS = (".imggen/fragments/coco/*/*",)
BESIDE = ("data.csv", "annotations/*.json", "imggen.toml")
MERGED = (*BESIDE, "labels.csv", "labels.parquet")
CROISSANT = ("croissant.json", "croissant.parquet")
SHARDED = ("webdataset", "parquet", "tfrecord", "mds")
PLACES = {
    "files": (
        *LOOSE,
        *FRAGMENTS,
        *MERGED,
        *CROISSANT,
        "README.md",
        "rarity.csv",
        "captions.jsonl",
        "data.yaml",
    ),
    "webdataset": ("shards/*.tar", *FRAGMENTS, *MERGED),
    "parquet": ("data/*.parquet", *FRAGMENTS, *MERGED),
    "tfrecord": ("tfrecords/*", *FRAGMENTS, *BESIDE, "label_map.pbtxt", *CROISSANT),
    "mds": ("mds/*/*.mds", "mds/*/index.json", *FRAGMENTS, *BESIDE),
    "npy": ("imgs.npy", "latents_values.npy", *FRAGMENTS, *MERGED),
    "npz": ("dataset.npz", *FRAGMENTS, *MERGED),
}


def empty(path):
    path.unlink()  # it may be a link
    path.touch()


def cut(path):
    replace(path, path.read_bytes()[: path.stat().st_size // 2])


def zero(path):
    replace(path, bytes(path.stat().st_size))


def replace(path, content):
    path.unlink()
    path.write_bytes(content)


HARMS = [empty, cut, zero]


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    """Characters and objects anywhere, in two splits."""
    caption = "a {character} with a {object} in the {background}"
    return write_crowd(tmp_path_factory.mktemp("art"), class_layer="character", caption=caption)


def make(dataset, out, container, **settings):
    watcher = Watcher()
    overrides = {"dataset__count": COUNT, "labels__formats": LABELS[container]}
    if container in SHARDED:
        overrides["output__shard_images"] = CHUNK
    else:
        settings["chunk_size"] = CHUNK
    run(dataset, out, output__container=container, watcher=watcher, **overrides, **settings)
    return watcher


@pytest.fixture(scope="module")
def whole(dataset, tmp_path_factory):
    """Undisturbed runs, by container, made when they are needed."""
    made = {}

    def make_whole(container):
        if container not in made:
            made[container] = tmp_path_factory.mktemp(container) / "out"
            make(dataset, made[container], container)
        return made[container]

    return make_whole


@pytest.fixture
def copy(whole, tmp_path):
    """Copies an undisturbed run."""

    def copy_whole(container):
        return shutil.copytree(whole(container), tmp_path / container, symlinks=True)

    return copy_whole


def mark_as_synced(out):
    """Note that all of a run is on the disk."""
    identity = identity_of_manifest(read_manifest(out / ".imggen"))
    synced = {"run": identity.hex(), "ranges": [[0, COUNT]]}
    write_sealed(out / ".imggen/synced.json", synced)


def zero_some_pixels(out, container):
    path = pick(out, PLACES[container][0])
    content = bytearray(path.read_bytes())
    content[1000:1100] = bytes(100)
    replace(path, content)


def pick(out, pattern):
    """A file of a run that is not empty."""
    paths = [path for path in sorted(out.glob(pattern)) if path.stat().st_size]
    assert paths, f"no {pattern} to damage"
    return paths[len(paths) // 2]


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("container", LABELS)
def test_all_kinds_of_files_at_once(dataset, whole, copy, container, harm):
    out = copy(container)
    for pattern in PLACES[container]:
        harm(pick(out, pattern))
    watcher = make(dataset, out, container, existing="resume")
    assert watcher.begun[1] < COUNT
    check_same_files(out, whole(container))
    assert make(dataset, out, container, existing="resume").begun == (COUNT, COUNT)


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("pattern", [*LOOSE, *FRAGMENTS])
def test_each_kind_of_file_alone(dataset, whole, copy, pattern, harm):
    out = copy("files")
    harm(pick(out, pattern))
    watcher = make(dataset, out, "files", existing="resume")
    assert watcher.begun == (COUNT, COUNT - CHUNK), "only the chunk that lost something"
    check_same_files(out, whole("files"))


@pytest.mark.parametrize("container", ["npy", "npz"])
def test_a_row_of_zeros(dataset, whole, copy, container):
    out = copy(container)
    zero_some_pixels(out, container)
    watcher = make(dataset, out, container, existing="resume")
    assert watcher.begun == (COUNT, COUNT - CHUNK)
    check_same_files(out, whole(container))


@pytest.mark.parametrize("container", LABELS)
def test_what_is_on_the_disk_is_read_only_to_check(dataset, whole, copy, container):
    out = copy(container)
    mark_as_synced(out)
    zero_some_pixels(out, container)
    assert make(dataset, out, container, existing="resume").begun == (COUNT, COUNT)
    watcher = make(dataset, out, container, existing="resume", check=True)
    assert COUNT - CHUNK <= watcher.begun[1] < COUNT
    check_same_files(out, whole(container))


@pytest.mark.parametrize("container", LABELS)
def test_fragments_of_labels_are_read_always(dataset, whole, copy, container):
    out = copy(container)
    mark_as_synced(out)
    zero(pick(out, FRAGMENTS[0]))
    assert make(dataset, out, container, existing="resume").begun[1] < COUNT
    check_same_files(out, whole(container))


def test_what_is_made_again_is_not_on_the_disk_yet(dataset, copy):
    out = copy("files")
    mark_as_synced(out)
    lost = pick(out, "images/*/*.png")
    cut(lost)
    assert make(dataset, out, "files", existing="resume").begun == (COUNT, COUNT - CHUNK)
    others = set(out.glob("images/*/*.png")) - {lost}
    zero(lost)
    zero(others.pop())
    watcher = make(dataset, out, "files", existing="resume")
    assert watcher.begun == (COUNT, COUNT - CHUNK), "all but what was made again is trusted"


def test_the_summary_lists_what_is_not_of_one_chunk(whole):
    for container in LABELS:
        out = whole(container)
        listed = json.loads((out / "run.json").read_bytes())["files"]
        there = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
        of_chunks = {str(path.relative_to(out)) for place in LOOSE for path in out.glob(place)}
        journal = {name for name in there if name.startswith(".imggen/")}
        assert set(listed) == there - of_chunks - journal - {"run.json"}
        for name, values in listed.items():
            assert is_intact(out / name, Entry.of(values))
