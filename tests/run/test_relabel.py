"""Labels made of a finished run are those of a run that makes them at once."""

import weakref

import pytest
from tests.art import load
from tests.run.partitions.test_partitions import check_same, contents, make, merge
from tests.run.runs import Watcher, run
from tests.run.test_extend import small_segments, split_article  # noqa: F401  # fixtures
from tests.run.test_families import VIEWS, art_of

from imggen.errors import OutputError
from imggen.planning.segments import Segments
from imggen.report.main import verify
from imggen.run import Options, generate
from imggen.run.journal.earlier import Earlier
from imggen.run.journal.identity import identity_of_manifest, read_manifest
from imggen.run.journal.images import ImageRecords
from imggen.run.relabel import Added, relabel
from imggen.store.digests import write_sealed

KINDS = {
    "files": ({}, ["coco", "yolo", "table", "imagefolder"]),
    "more files": ({"labels__formats": ["voc"]}, ["coco"]),
    "split files": ({}, ["coco", "yolo"]),
    "npy": ({"output__container": "npy"}, ["coco", "table"]),
    "parquet": ({"output__container": "parquet", "output__shard_images": 4}, ["coco", "table"]),
    "webdataset": ({"output__container": "webdataset", "output__shard_images": 4}, ["table"]),
}


def label(out, formats=(), *, check=False, **added):
    options = Options(out=out, workers=1, existing="resume", check=check)
    return relabel(options, Added(formats, **added), Watcher())


@pytest.fixture
def no_images(monkeypatch):
    """Lets no image be encoded."""

    def encode(self, scene):
        raise AssertionError(scene)

    monkeypatch.setattr("imggen.run.chunks.repeats.Repeats.encode", encode)


@pytest.mark.parametrize("kind", KINDS)
def test_labels_of_a_finished_run(small_article, split_article, tmp_path, kind, request):  # noqa: F811
    art = split_article if kind.startswith("split") else small_article
    made, formats = KINDS[kind]
    every = [*made.get("labels__formats", []), *formats]
    run(art, tmp_path / "whole", dataset__count=12, **{**made, "labels__formats": every})
    run(art, tmp_path / "out", dataset__count=12, **made)
    request.getfixturevalue("no_images")
    label(tmp_path / "out", formats)
    check_same(tmp_path / "out", tmp_path / "whole")
    assert verify(tmp_path / "out", 1, Watcher(), repair=False).final.findings == []


FAMILIES = {
    "variants": {"dataset": {"count": 9, "family": {"layer": "thing", "size": 3}}},
    "views": {"dataset": {"count": 8, "image_name": "{view}/{index}"}, "view": VIEWS},
}


@pytest.mark.parametrize("kind", FAMILIES)
def test_labels_of_families(tmp_path, kind, request):
    art, out = art_of(tmp_path / "art", **FAMILIES[kind]), tmp_path / "out"
    run(art, tmp_path / "whole", labels__formats=["coco", "yolo", "table"])
    run(art, out)
    request.getfixturevalue("no_images")
    label(out, ["coco", "yolo", "table"])
    check_same(out, tmp_path / "whole")


def test_a_collection_learns_where_its_images_are(small_article, tmp_path, request):
    """Its metadata is written anew, with the address alone or with another format of labels."""
    made = {"dataset__count": 6, "dataset__unique": True}
    uri, formats = "ipfs://bafy/", ["erc721", "solana"]
    config = load(small_article / "imggen.toml", **made, labels__formats=formats)
    collection = config.labels.collection.model_copy(update={"base_uri": uri})
    labels = config.labels.model_copy(update={"collection": collection})
    config = config.model_copy(update={"labels": labels})
    generate(config, Options(out=tmp_path / "whole", workers=1), Watcher())
    run(small_article, tmp_path / "bare", **made)
    run(small_article, tmp_path / "published", **made, labels__formats=formats)
    request.getfixturevalue("no_images")
    label(tmp_path / "bare", formats, base_uri=uri)
    label(tmp_path / "published", base_uri=uri)
    for name in ("bare", "published"):
        check_same(tmp_path / name, tmp_path / "whole")


def test_a_resumed_run_with_more_labels_says_how_to_add_them(small_article, tmp_path):
    out = tmp_path / "out"
    made = {"dataset__count": 6, "labels__formats": ["coco"]}
    run(small_article, out, **made)
    more = {**made, "labels__formats": ["coco", "yolo", "table"], "existing": "resume"}
    with pytest.raises(OutputError) as refused:
        run(small_article, out, **more)
    difference = 'labels.formats was ["coco"] and is ["coco", "yolo", "table"]'
    same = f"{out} cannot be resumed: {difference}. Give the same settings and art, or"
    assert str(refused.value) == (
        f"{same} imggen label {out} --labels yolo,table to add them, or --overwrite to start anew."
    )
    with pytest.raises(OutputError) as refused:
        run(small_article, out, **{**more, "dataset__seed": 9})
    assert "imggen label" not in str(refused.value)
    (out / "run.json").unlink()
    with pytest.raises(OutputError) as refused:
        run(small_article, out, **more)
    assert str(refused.value) == f"{same} --overwrite to start anew."


def test_labels_inside_shards_are_refused(small_article, tmp_path):
    made = {"output__container": "webdataset", "output__shard_images": 4}
    run(small_article, tmp_path / "out", dataset__count=6, **made)
    before = contents(tmp_path / "out")
    with pytest.raises(OutputError) as refused:
        label(tmp_path / "out", ["coco"])
    assert str(refused.value) == (
        '--labels has "coco", which puts labels into the shards of output.container = '
        '"webdataset", beside the images; make the dataset with it at once, in another --out.'
    )
    assert contents(tmp_path / "out") == before


def test_a_lost_image_is_named_before_anything_changes(small_article, tmp_path):
    out = tmp_path / "out"
    run(small_article, out, dataset__count=6)
    (out / "images/generated3.png").unlink()
    with pytest.raises(OutputError) as refused:
        label(out, ["coco"])
    assert str(refused.value) == (
        f"{out} lacks 1 of its 6 images, or labels beside them; make them again with imggen "
        "verify --repair first."
    )
    verify(out, 1, Watcher(), repair=True)
    label(out, ["coco"])
    run(small_article, tmp_path / "whole", dataset__count=6, labels__formats=["coco"])
    assert contents(out) == contents(tmp_path / "whole")


def test_a_damaged_image_is_found_when_images_are_read(small_article, tmp_path):
    """Else only its size is looked at, which is right."""
    out = tmp_path / "out"
    run(small_article, out, dataset__count=6)
    identity = identity_of_manifest(read_manifest(out / ".imggen"))
    write_sealed(out / ".imggen/synced.json", {"run": identity.hex(), "ranges": [[0, 6]]})
    path = out / "images/generated3.png"
    path.write_bytes(bytes(path.stat().st_size))
    label(out, ["coco"])
    with pytest.raises(OutputError, match=r"out lacks 1 of its 6 images.* verify --repair first"):
        label(out, ["yolo"], check=True)
    assert not path.read_bytes().strip(b"\0")


def most_alive(monkeypatch, owner, method, part=lambda made: made):
    """A function that returns how many results of `method` were alive when one was made, at most.

    Of each, `part` is watched.
    """
    make, made, most = getattr(owner, method), [], [0]

    def watched(*args):
        result = make(*args)
        made.append(weakref.ref(part(result)))
        most[0] = max(most[0], sum(one() is not None for one in made))
        return result

    monkeypatch.setattr(owner, method, watched)
    return lambda: most[0]


def test_memory_does_not_grow_with_the_count(small_article, tmp_path, monkeypatch):
    """Plans, of which a few MB are kept, are shared; records of a segment are kept at a time."""
    out = tmp_path / "out"
    run(small_article, out, dataset__count=60)
    plans = most_alive(monkeypatch, Segments, "_make")
    known = most_alive(monkeypatch, Earlier, "_read_segment", lambda made: made.images)
    records = most_alive(monkeypatch, ImageRecords, "_read_segment")
    label(out, ["coco", "table"])
    assert plans() == 8  # one of each segment, not one for each recipe
    assert known() == 1
    assert records() == 1


def test_a_file_is_not_labelled(tmp_path):
    path = tmp_path / "out"
    path.touch()
    with pytest.raises(OutputError, match=r"out is not a folder; expected a folder with run\.json"):
        label(path, ["coco"])


def test_partitions_are_labelled_once_they_are_merged(small_article, tmp_path):
    out = tmp_path / "out"
    for number in (2, 1):
        make(small_article, out, number, 2, dataset__count=12)
    with pytest.raises(OutputError) as refused:
        label(out, ["coco"])
    assert str(refused.value) == (
        f"{out} holds no finished run; expected a folder with run.json. Complete a stopped run "
        "with --resume first, and partitions with imggen merge."
    )
    merge(out)
    label(out, ["coco"])
    run(small_article, tmp_path / "whole", dataset__count=12, labels__formats=["coco"])
    assert contents(out) == contents(tmp_path / "whole")


def test_an_interrupted_relabelling_keeps_labels_and_goes_on(small_article, tmp_path, monkeypatch):
    out = tmp_path / "out"
    run(small_article, out, dataset__count=12, labels__formats=["coco"])
    before = contents(out)

    def fail(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("imggen.run.merge.merge", fail)
        with pytest.raises(KeyboardInterrupt):
            label(out, ["yolo"])
    assert before.items() <= contents(out).items()
    label(out, ["yolo"])
    run(small_article, tmp_path / "whole", dataset__count=12, labels__formats=["coco", "yolo"])
    check_same(out, tmp_path / "whole")
