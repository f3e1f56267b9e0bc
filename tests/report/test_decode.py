"""What others cannot read is named, whatever its digest says."""

import io
import json
import tarfile

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xxhash
from PIL import Image

from imggen.containers.files import Files as FilesContainer
from imggen.containers.parquet_faults import parquet_faults
from imggen.containers.samples import Frame, Sample
from imggen.containers.webdataset import WebDataset
from imggen.containers.webdataset_faults import tar_faults
from imggen.report import tasks
from imggen.report.decode import find_fault
from imggen.report.findings import Finding
from imggen.report.tasks import ExpectedFile, FileTask, LooseTask, ShardTask, VerifyJob
from imggen.store.entries import make_entry

SIZE = (4, 3)
FRAME = Frame(SIZE, ".png", (("sky", ("day", "night")), ("hat", ("cap", "none"))))


def png(level=0, size=SIZE):
    file = io.BytesIO()
    Image.new("RGB", size, (level, 0, 0)).save(file, "PNG")
    return file.getvalue()


def array():
    file = io.BytesIO()
    np.save(file, np.arange(3))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", png()),
        ("a.json", b'{"a": 1}'),
        ("a.jsonl", b'{"a": 1}\n{"a": 2}\n'),
        ("a.csv", b'a,b\n1,"2\n3"\n'),
        ("a.xml", b"<a/>"),
        ("a.txt", "é".encode()),
        ("a.npy", array()),
        ("a.unknown", b"\xff"),
        ("unknown", b"\xff"),
    ],
)
def test_what_can_be_read(name, content):
    assert find_fault(name, content, SIZE) is None


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.png", png()[:-20], "cannot be decoded: "),
        ("a.png", png(size=(5, 3)), "cannot be decoded: it is 5x3 px, not 4x3"),
        ("a.jpg", b"", "cannot be decoded: cannot identify image file"),
        ("a.json", b'{"a": 1', "cannot be decoded: "),
        ("a.jsonl", b'{"a": 1}\n{"a"', "cannot be decoded: "),
        ("a.csv", b"a,b\n1\n", "cannot be decoded: its rows differ in length"),
        ("a.xml", b"<a>", "cannot be decoded: "),
        ("a.txt", b"\xff", "cannot be decoded: 'utf-8' codec"),
        ("a.npy", array()[:-1], "cannot be decoded: "),
        ("a.parquet", b"PAR1", "cannot be decoded: "),
    ],
)
def test_what_cannot_be_read(name, content, why):
    assert find_fault(name, content, SIZE).startswith(why)


def test_a_loose_file_of_the_right_digest_that_cannot_be_read(tmp_path):
    """The files are read once, and equal ones decoded once."""
    (tmp_path / "a.png").write_bytes(b"no image")
    (tmp_path / "b.png").write_bytes(png())
    digests = [
        xxhash.xxh3_128_digest((tmp_path / name).read_bytes()) for name in ("a.png", "b.png")
    ]
    files = [
        ExpectedFile("a.png", 8, digests[0], 0),
        ExpectedFile("b.png", len(png()), digests[1], 1),
    ]
    [found] = LooseTask(files, 2).check(VerifyJob(tmp_path, FilesContainer(), FRAME))
    assert (found.kind, found.name) == ("damaged", "a.png")
    assert found.detail.startswith("cannot be decoded: ")


@pytest.mark.parametrize("most", [tasks.MOST_BYTES, 0])
def test_another_file_of_the_right_digest_that_cannot_be_read(tmp_path, monkeypatch, most):
    """A table is read a line at a time, and so it may have any size."""
    monkeypatch.setattr(tasks, "MOST_BYTES", most)
    path = tmp_path / "data.csv"
    path.write_bytes(b"a,b\n1\n")
    assert list(
        FileTask("data.csv", make_entry(path)).check(VerifyJob(tmp_path, FilesContainer(), FRAME))
    ) == [Finding("damaged", "data.csv", "", "cannot be decoded: its rows differ in length")]


# --- shards ---------------------------------------------------------------------------------------

SHOWN = [("day", "cap"), ("night", "none")]


def samples(images):
    return [
        Sample(f"a{k}", k, "train", SHOWN[k % 2], xxhash.xxh3_128_digest(images[k]))
        for k in range(len(images))
    ]


def write_tar(path, images, change=lambda members: None):
    members = {}
    for k, image in enumerate(images):
        members[f"a{k}.png"] = image
        traits = dict(zip(("sky", "hat"), SHOWN[k % 2], strict=True))
        about = {"index": k, "split": "train", "traits": traits}
        members[f"a{k}.json"] = json.dumps(about).encode()
    change(members)
    with tarfile.open(path, "w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def put(name, content):
    return lambda members: members.update({name: content})


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda members: None, []),
        (put("a1.png", png(7)), [("a1.png", "differs from what was rendered")]),
        (put("a1.json", b'{"index": 5}'), [("a1.json", "does not match the plan")]),
        (put("b.png", png()), [("b.png", "belongs to no image")]),
        (put("a1.cls", b"\xff"), [("a1.cls", "cannot be decoded: ")]),
        (
            lambda members: [members.pop(k) for k in ("a1.png", "a1.json")],
            [("a1", "is missing")],
        ),
    ],
)
def test_a_tar_shard(tmp_path, change, expected):
    images = [png(0), png(1)]
    path = write_tar(tmp_path / "a.tar", images, change)
    found = list(tar_faults(path, samples(images), FRAME, find_fault))
    assert [key for key, _ in found] == [key for key, _ in expected]
    assert all(why.startswith(start) for (_, why), (_, start) in zip(found, expected, strict=True))
    task = ShardTask("a.tar", make_entry(path), samples(images))
    findings = list(task.check(VerifyJob(tmp_path, WebDataset(), FRAME)))
    assert [(one.name, one.part) for one in findings] == [("a.tar", key) for key, _ in expected]


def test_a_shard_of_another_digest_names_what_is_wrong_in_it(tmp_path):
    images = [png(0), png(1), png(2)]
    entry = make_entry(write_tar(tmp_path / "a.tar", images))
    write_tar(tmp_path / "a.tar", [png(5), png(6), png(2)])
    [found] = ShardTask("a.tar", entry, samples(images)).check(
        VerifyJob(tmp_path, WebDataset(), FRAME)
    )
    assert str(found) == "a.tar: differs from what was written, in a0.png and 1 more"


def test_what_is_no_tar_file_any_more(tmp_path):
    images = [png(0)]
    path = write_tar(tmp_path / "a.tar", images)
    entry = make_entry(path)
    path.write_bytes(bytes(path.stat().st_size))
    [found] = ShardTask("a.tar", entry, samples(images)).check(
        VerifyJob(tmp_path, WebDataset(), FRAME)
    )
    assert str(found) == "a.tar: differs from what was written, in a0"


def write_parquet(path, images, change=lambda rows: None):
    rows = [
        {"image": {"bytes": image, "path": f"a{k}.png"}, "index": k,
         "sky": ("day", "night").index(SHOWN[k % 2][0]),
         "hat": ("cap", "none").index(SHOWN[k % 2][1])}
        for k, image in enumerate(images)
    ]  # fmt: skip
    change(rows)
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=2)
    return path


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda rows: None, []),
        (
            lambda rows: rows[1]["image"].update(bytes=png(7)),
            [("a1", "differs from what was rendered")],
        ),
        (lambda rows: rows[2].update(index=9), [("a2", "does not match the plan")]),
        (lambda rows: rows[2].update(hat=1), [("a2", "does not match the plan")]),
        (lambda rows: rows[0]["image"].update(path="x"), [("a0", "does not match the plan")]),
        (lambda rows: rows.pop(), [("a2", "is missing")]),
        (lambda rows: rows.append(rows[0]), [("a0.png", "belongs to no image")]),
    ],
)
def test_a_parquet_shard(tmp_path, change, expected):
    images = [png(0), png(1), png(2)]
    path = write_parquet(tmp_path / "a.parquet", images, change)
    assert list(parquet_faults(path, samples(images), FRAME, find_fault)) == expected
