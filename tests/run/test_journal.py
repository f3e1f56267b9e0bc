"""The journal remembers what is done, and only that."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks import check_sentence

from imggen.config.differences import first_difference
from imggen.errors import OutputError
from imggen.run.journal import Journal
from imggen.run.record import FILE, RECORD, ChunkRecord

MANIFEST = {
    "versions": {"imggen": "1", "isal": "2"},
    "dataset": {"seed": 0, "name": "x"},
    "layer": [{"name": "sky", "trim": False}, {"name": "hat", "probabilities": {"cap": 1.0}}],
}


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "out")
    journal.begin(MANIFEST)
    return journal


def record(start, stop):
    files = np.zeros(stop - start, RECORD)
    files["size_bytes"] = np.arange(start, stop)
    files["digest"] = [bytes([k % 256]) * 16 for k in range(start, stop)]
    return ChunkRecord(start, stop, files, np.zeros((stop - start, 0), FILE), np.zeros(0, FILE))


def done(tmp_path):
    return tmp_path / "out" / ".imggen" / "done"


@given(st.sets(st.integers(0, 60)), st.sets(st.integers(0, 60)))
def test_missing_is_what_is_not_done(tmp_path_factory, cuts, undone):
    journal = Journal(tmp_path_factory.mktemp("out"))
    journal.begin(MANIFEST)
    bounds = sorted({0, 60, *cuts})
    for start, stop in itertools.pairwise(bounds):
        if start not in undone:
            journal.add(record(start, stop))
    missing = [k for start, stop in journal.missing(60) for k in range(start, stop)]
    have = [k for start, stop in journal.ranges() for k in range(start, stop)]
    assert sorted(missing + have) == list(range(60))
    sizes = journal.files(np.arange(60))["size_bytes"]
    assert sizes[have].tolist() == have
    assert not sizes[missing].any()


def test_records_come_back(journal):
    journal.add(record(3, 300))
    assert journal.files(np.arange(300))[3:].tobytes() == record(3, 300).images.tobytes()


def test_half_written_records_do_not_count(journal, tmp_path):
    journal.add(record(0, 10))
    (done(tmp_path) / "10-20.record.part").write_bytes(b"half")
    assert list(journal.missing(30)) == [(10, 30)]
    journal.add(record(10, 20))
    assert list(journal.missing(30)) == [(20, 30)]


@pytest.mark.parametrize("content", [b"", b"words", b"imggen\x00\x02"])
def test_damaged_records_are_forgotten(journal, tmp_path, content):
    journal.add(record(0, 10))
    journal.add(record(10, 20))
    (done(tmp_path) / "0-10.record").write_bytes(content)
    journal.forget_lost(lambda *_: True)
    assert list(journal.missing(20)) == [(0, 10)]


def test_a_record_of_another_length_is_forgotten(journal, tmp_path):
    journal.add(record(0, 10))
    (done(tmp_path) / "0-10.record").rename(done(tmp_path) / "0-20.record")
    journal.forget_lost(lambda *_: True)
    assert list(journal.missing(20)) == [(0, 20)]


def test_what_is_lost_is_forgotten(journal):
    for start in (0, 10, 20):
        journal.add(record(start, start + 10))
    seen = {}

    def is_whole(record, read):
        assert read, "nothing is known to be on the disk"
        seen[record.start, record.stop] = record.images["size_bytes"].tolist()
        return record.start != 10

    journal.forget_lost(is_whole)
    assert list(journal.missing(30)) == [(10, 20)]
    assert seen == {(k, k + 10): list(range(k, k + 10)) for k in (0, 10, 20)}


def test_the_same_run(journal):
    journal.check(MANIFEST)


def test_no_journal(tmp_path):
    Journal(tmp_path).check(MANIFEST)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda m: m["dataset"].update(seed=5), "dataset.seed was 0 and is 5"),
        (lambda m: m["dataset"].update(name="é"), 'dataset.name was "x" and is "é"'),
        (lambda m: m["versions"].pop("isal"), 'versions.isal was "2" and is nothing'),
        (lambda m: m.update(new=True), "new was nothing and is true"),
        (lambda m: m["layer"][0].update(trim=True), "layer.sky.trim was false and is true"),
        (
            lambda m: m["layer"][1]["probabilities"].update(cap=0.5),
            "layer.hat.probabilities.cap was 1.0 and is 0.5",
        ),
        (
            lambda m: m["layer"][1].update(name="cap"),
            'layer.hat.name was "hat" and is "cap"',
        ),
        (lambda m: m["layer"].pop(), "layer was [{"),
    ],
)
def test_another_run(journal, tmp_path, change, sentence):
    import copy

    other = copy.deepcopy(MANIFEST)
    change(other)
    with pytest.raises(OutputError) as caught:
        journal.check(other)
    check_sentence(caught.value, f"{tmp_path / 'out'} cannot be resumed: {sentence}", "--overwrite")


def test_damaged_manifest(journal, tmp_path):
    (tmp_path / "out" / ".imggen" / "manifest.json").write_bytes(b"{")
    with pytest.raises(OutputError) as caught:
        journal.check(MANIFEST)
    check_sentence(caught.value, "manifest.json in its .imggen is damaged", "--overwrite")


def test_no_difference():
    assert first_difference(MANIFEST, MANIFEST) is None
