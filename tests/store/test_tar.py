import io
import os
import tarfile

import pytest

from imggen.store import tar
from imggen.store.digests import DigestedFile

NAMES = [
    "a.png", "folder/b.json", "x" * 100, "x" * 101, "deep/" * 60 + "z.png", "ümläut.png", "🐸.cls",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size_bytes", [0, 1, 123_456, 8**11 - 1, 8**11])
def test_headers_are_those_of_another_writer(name, size_bytes):
    member = tarfile.TarInfo(name)
    member.size = size_bytes
    assert tar.header(name, size_bytes) == member.tobuf(tarfile.PAX_FORMAT)


def test_a_reader_finds_all_members_in_order(tmp_path):
    path = tmp_path / "a.tar"
    contents = {name: bytes([k]) * (300 * k) for k, name in enumerate(NAMES)}
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    writer = tar.TarWriter(DigestedFile(file))
    size_bytes = writer.frame_bytes
    for name, content in contents.items():
        packed = tar.pack([(name, [content[:100], memoryview(content)[100:]])])
        size_bytes += writer.size(packed)
        writer.add(packed)
    writer.end()
    os.close(file)
    assert path.stat().st_size == size_bytes
    assert size_bytes % 512 == 0
    with tarfile.open(path) as archive:
        members = archive.getmembers()
        assert {m.name: archive.extractfile(m).read() for m in members} == contents
    assert [m.name for m in members] == NAMES
    assert {(m.mtime, m.uid, m.gid, m.uname, m.gname, m.mode) for m in members} == {
        (0, 0, 0, "", "", 0o644)
    }


def test_the_end_is_two_blocks_of_zeros():
    with tarfile.open(fileobj=io.BytesIO(tar.END)) as archive:
        assert archive.getmembers() == []
    assert len(tar.END) == 1024
