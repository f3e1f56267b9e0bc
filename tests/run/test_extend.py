"""A run that is resumed with a larger count keeps its images, and is that of one run at once."""

import shutil

import pytest
from tests.run.partitions.test_partitions import check_same, contents
from tests.run.runs import Watcher, kill, run, start_run, wait_for

from imggen.errors import OutputError
from imggen.planning import segments
from imggen.report.main import verify

LABELS = {"labels__formats": ["coco", "table"]}
SPLITS = """
[[split]]
name = "train"
share = 0.7

[[split]]
name = "val"
share = 0.3
"""
KINDS = {
    "files": {"labels__formats": ["coco", "table", "yolo"]},
    "plain files": {},
    "linked files": {"output__duplicates": "link", "labels__formats": ["voc"]},
    "split files": {**LABELS},
    "webdataset": {"output__container": "webdataset", "output__shard_images": 4, **LABELS},
    "parquet": {"output__container": "parquet", "output__shard_images": 4},
    "split parquet": {"output__container": "parquet", "output__shard_images": 3, **LABELS},
    "split webdataset": {"output__container": "webdataset", "output__shard_images": 3, **LABELS},
    "tfrecord": {"output__container": "tfrecord", "output__shard_images": 4},
    "mds": {"output__container": "mds", "output__shard_images": 4},
    "npy": {"output__container": "npy", **LABELS},
    "plain npy": {"output__container": "npy"},
    "npz": {"output__container": "npz"},
}


@pytest.fixture(scope="session")
def split_article(small_article, tmp_path_factory):
    """The small article with splits."""
    folder = tmp_path_factory.mktemp("split") / "article"
    shutil.copytree(small_article, folder)
    with (folder / "imggen.toml").open("a") as file:
        file.write(SPLITS)
    return folder


@pytest.fixture(autouse=True)
def small_segments(monkeypatch):
    monkeypatch.setattr(segments, "SEGMENT_IMAGES", 8)


@pytest.mark.parametrize("kind", KINDS)
def test_an_extended_run_is_that_of_one_run(small_article, split_article, tmp_path, kind):
    art = split_article if kind.startswith("split") else small_article
    run(art, tmp_path / "whole", dataset__count=29, **KINDS[kind])
    out = tmp_path / "out"
    for count in (7, 20, 29):
        made = run(art, out, dataset__count=count, existing="resume", **KINDS[kind])
        assert made.images == count
    assert made.rendered <= 12  # 9 are new, and up to 3 of a shard or linked to them
    check_same(out, tmp_path / "whole")
    assert verify(out, 1, Watcher(), repair=False).final.findings == []
    assert not (out / ".imggen/earlier").exists()


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        (
            {"dataset__sampling": "quota"},
            'with dataset.sampling = "quota" images depend on how many there are',
        ),
        (
            {"output__container": "webdataset", "output__shard_bytes": 10_000_000},
            "",
        ),
    ],
)
def test_what_more_images_would_change_is_refused(small_article, tmp_path, settings, why):
    run(small_article, tmp_path, dataset__count=6, **settings)
    before = contents(tmp_path)
    with pytest.raises(OutputError) as refused:
        run(small_article, tmp_path, dataset__count=9, existing="resume", **settings)
    why = why or ("its shards have 6 images, and would have 9, as output.shard_images is not given")
    assert str(refused.value) == (
        f"{tmp_path} has 6 images and cannot be extended to 9: {why}. Give --count 6, or "
        "--overwrite to start anew."
    )
    assert contents(tmp_path) == before


def test_fewer_images_are_another_run(small_article, tmp_path):
    run(small_article, tmp_path, dataset__count=6)
    with pytest.raises(OutputError, match=r"cannot be resumed: dataset.count was 6 and is 5\."):
        run(small_article, tmp_path, dataset__count=5, existing="resume")


def test_more_images_with_other_settings_are_refused_for_the_settings(small_article, tmp_path):
    run(small_article, tmp_path, dataset__count=6)
    with pytest.raises(OutputError, match=r'resumed: labels.formats was \[\] and is \["coco"\]\.'):
        run(small_article, tmp_path, dataset__count=9, existing="resume", labels__formats=["coco"])


def test_another_container_is_refused_for_the_container(small_article, tmp_path):
    """And not for what follows from it: shards have settings that files have not."""
    run(small_article, tmp_path, dataset__count=6)
    with pytest.raises(OutputError, match=r'resumed: output\.container was "files" and is "mds"'):
        run(small_article, tmp_path, dataset__count=6, existing="resume", output__container="mds")


def test_only_lost_images_of_a_chunk_are_rendered(small_article, tmp_path):
    run(small_article, tmp_path, dataset__count=8, chunk_size=8, labels__formats=["coco", "voc"])
    before = contents(tmp_path)
    (tmp_path / "images/generated3.png").unlink()
    made = run(
        small_article,
        tmp_path,
        dataset__count=8,
        existing="resume",
        labels__formats=["coco", "voc"],
    )
    assert made.rendered == 1
    assert contents(tmp_path) == before


def test_a_killed_extension_goes_on(small_article, tmp_path, monkeypatch):
    monkeypatch.undo()  # the other process has segments as they are
    made = {"labels__formats": ["coco"]}
    run(small_article, tmp_path / "whole", dataset__count=60, **made)
    out = tmp_path / "out"
    run(small_article, out, dataset__count=20, **made)
    running = start_run(
        small_article, out, tmp_path, dataset__count=60, existing="resume", chunk_size=2, **made
    )
    wait_for(running, 10)
    kill(running)
    last = run(small_article, out, dataset__count=60, existing="resume", **made)
    assert last.rendered < 40
    assert contents(out) == contents(tmp_path / "whole")


def test_what_a_stopped_run_may_have_made_again_is_read(small_article, tmp_path, monkeypatch):
    made = {"dataset__count": 8, "chunk_size": 4}
    run(small_article, tmp_path, **made)
    before = contents(tmp_path)
    image = tmp_path / "images/generated3.png"
    written = image.read_bytes()
    image.unlink()

    def stop(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("imggen.run.main.find_earlier", stop)
        with pytest.raises(KeyboardInterrupt):
            run(small_article, tmp_path, existing="resume", **made)
    image.write_bytes(bytes(len(written)))  # as a power cut may leave it
    made = run(small_article, tmp_path, existing="resume", **made)
    assert made.rendered == 1
    assert contents(tmp_path) == before
