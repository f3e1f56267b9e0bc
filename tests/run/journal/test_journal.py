"""The journal remembers what is done, and only that."""

import copy
import itertools
from shutil import rmtree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks import check_sentence
from tests.run.runs import wait_until

from imggen.config.differences import first_difference
from imggen.containers.record import FILE, RECORD, ChunkRecord, RecordType
from imggen.errors import OutputError
from imggen.run.journal.identity import identity_of_manifest
from imggen.run.journal.journal import Journal
from imggen.run.journal.ranges import covers, marked, merged
from imggen.store import syncing
from imggen.store.digests import write_sealed

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
    missing = [k for start, stop in journal.missing((0, 60)) for k in range(start, stop)]
    have = [k for start, stop in journal.ranges() for k in range(start, stop)]
    assert sorted(missing + have) == list(range(60))
    found = [
        (place + k, size)
        for place, images in journal.images(None).at(0, 60)
        for k, size in enumerate(images["size_bytes"].tolist())
    ]
    assert found == [(k, k) for k in have]


def test_records_come_back(journal):
    journal.add(record(3, 300))
    [(place, images)] = journal.images(None).at(0, 300)
    assert place == 3
    assert images.tobytes() == record(3, 300).images.tobytes()
    [(place, images)] = journal.images(None).at(10, 200)
    assert place == 0
    assert images.tobytes() == record(3, 300).images[7:197].tobytes()


def test_half_written_records_do_not_count(journal, tmp_path):
    journal.add(record(0, 10))
    (done(tmp_path) / "10-20.record.part").write_bytes(b"half")
    assert list(journal.missing((0, 30))) == [(10, 30)]
    journal.add(record(10, 20))
    assert list(journal.missing((0, 30))) == [(20, 30)]


@pytest.mark.parametrize("content", [b"", b"words", b"imggen\x00\x02"])
def test_damaged_records_are_forgotten(journal, tmp_path, content):
    journal.add(record(0, 10))
    journal.add(record(10, 20))
    (done(tmp_path) / "0-10.record").write_bytes(content)
    journal.forget_lost(lambda *_: True)
    assert list(journal.missing((0, 20))) == [(0, 10)]


def test_a_record_of_another_length_is_forgotten(journal, tmp_path):
    journal.add(record(0, 10))
    (done(tmp_path) / "0-10.record").rename(done(tmp_path) / "0-20.record")
    journal.forget_lost(lambda *_: True)
    assert list(journal.missing((0, 20))) == [(0, 20)]


def test_what_is_lost_is_forgotten(journal):
    for start in (0, 10, 20):
        journal.add(record(start, start + 10))
    seen = {}

    def is_whole(record, read):
        assert read, "nothing is known to be on the disk"
        seen[record.start, record.stop] = record.images["size_bytes"].tolist()
        return record.start != 10

    journal.forget_lost(is_whole)
    assert list(journal.missing((0, 30))) == [(10, 20)]
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
    other = copy.deepcopy(MANIFEST)
    change(other)
    with pytest.raises(OutputError) as caught:
        journal.check(other)
    check_sentence(caught.value, f"{tmp_path / 'out'} cannot be resumed: {sentence}", "--overwrite")


def refused(tmp_path, manifest=MANIFEST):
    with pytest.raises(OutputError) as caught:
        Journal(tmp_path / "out").check(manifest)
    before, after = (
        f"{tmp_path / 'out'} cannot be resumed: ",
        ". Give the same settings and art, or ",
    )
    sentence = str(caught.value)
    assert sentence.startswith(before)
    assert sentence.endswith(after + "--overwrite to start anew.")
    return sentence.removeprefix(before).split(after)[0]


@pytest.fixture(params=["missing", "damaged"])
def lost_manifest(request, journal, tmp_path):
    """How the manifest of `journal` is lost."""
    path = tmp_path / "out" / ".imggen" / "manifest.json"
    if request.param == "missing":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes().replace(b'"seed": 0', b'"seed": 8'))
    return request.param


@pytest.fixture
def of_the_run(tmp_path):
    """Its journal, with records that say so."""
    kind = RecordType(identity_of_manifest(MANIFEST))
    journal = Journal(tmp_path / "out", kind)
    journal.begin(MANIFEST)
    journal.add(record(0, 10))
    journal.add(record(10, 20))
    return journal


def test_records_stand_for_a_lost_manifest(of_the_run, lost_manifest, tmp_path):
    Journal(tmp_path / "out").check(MANIFEST)
    (done(tmp_path) / "0-10.record").write_bytes(b"")
    Journal(tmp_path / "out").check(MANIFEST)
    of_the_run.begin(MANIFEST)
    other = copy.deepcopy(MANIFEST)
    other["dataset"]["seed"] = 99
    assert refused(tmp_path, other) == "dataset.seed was 0 and is 99"


def test_records_of_another_run_are_refused(of_the_run, lost_manifest, tmp_path):
    other = copy.deepcopy(MANIFEST)
    other["dataset"]["seed"] = 99
    what = f"manifest.json in its .imggen is {lost_manifest}, and its records belong to another run"
    assert refused(tmp_path, other) == what
    kind = RecordType(identity_of_manifest(other))
    Journal(tmp_path / "out", kind).add(record(20, 30))
    assert refused(tmp_path, other) == what
    assert refused(tmp_path) == what


def test_no_record_stands_for_a_lost_manifest(journal, lost_manifest, tmp_path):
    (done(tmp_path) / "0-10.record").write_bytes(b"damaged")
    what = f"manifest.json in its .imggen is {lost_manifest}, and no record identifies the run"
    assert refused(tmp_path) == what


def test_a_run_that_was_stopped_before_its_manifest_is_new(tmp_path):
    done(tmp_path).mkdir(parents=True)
    (tmp_path / "out" / ".imggen" / "manifest.json.part").write_bytes(b"{")
    Journal(tmp_path / "out").check(MANIFEST)


def test_any_flipped_bit_of_a_manifest_is_refused_or_not_trusted(journal, tmp_path):
    path = tmp_path / "out" / ".imggen" / "manifest.json"
    content = path.read_bytes()
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 1 << place % 8
        path.write_bytes(damaged)
        refused(tmp_path)


def test_records_of_another_run_are_not_done(of_the_run, journal):
    assert journal.forget_lost(lambda *_: True)
    assert list(journal.missing((0, 20))) == [(0, 20)]


def test_overlapping_records_are_forgotten(journal):
    for bounds in ((0, 10), (5, 15), (10, 20)):
        journal.add(record(*bounds))
    assert journal.forget_lost(lambda *_: True)
    assert journal.ranges() == [(0, 10), (10, 20)]


# --- what is on the disk --------------------------------------------------------------------------


def reads(out, **settings):
    """The ranges that are read again when a run is resumed."""
    seen = []
    kept = Journal(out).forget_lost(lambda one, read: seen.append((one.start, read)) or True)
    assert not kept
    return sorted(start for start, read in seen if read)


def test_what_is_synced_is_not_read_again(tmp_path, monkeypatch, journal):
    monkeypatch.setattr(syncing, "PAUSE_SECONDS", 0.0)
    synced = tmp_path / "out" / ".imggen" / "synced.json"
    journal.add(record(0, 10))
    assert wait_until(synced.exists)
    monkeypatch.setattr(syncing, "PAUSE_SECONDS", float("inf"))
    journal.add(record(10, 20))
    journal.close()
    assert reads(tmp_path / "out") == [10]
    content = synced.read_bytes()
    for damaged in (b"", content[:-1], content.replace(b"10]", b"90]")):
        synced.write_bytes(damaged)
        assert reads(tmp_path / "out") == [0, 10]


def test_what_is_lost_is_synced_no_more(tmp_path, journal):
    identity = bytes(16).hex()
    synced = tmp_path / "out" / ".imggen" / "synced.json"
    write_sealed(synced, {"run": identity, "ranges": [[0, 30]]})
    for start in (0, 10, 20):
        journal.add(record(start, start + 10))
    assert reads(tmp_path / "out") == []
    journal.forget_lost(lambda one, read: one.start != 10)
    journal.add(record(10, 20))
    assert reads(tmp_path / "out") == [10]


@pytest.mark.parametrize("lose", [Journal.forget, lambda journal: rmtree(journal._done)])
def test_what_was_synced_and_is_gone_is_synced_no_more(tmp_path, journal, lose):
    write_sealed(
        tmp_path / "out" / ".imggen" / "synced.json",
        {"run": bytes(16).hex(), "ranges": [[0, 30]]},
    )
    journal.add(record(0, 10))
    lose(journal)
    journal.forget_lost(lambda *_: True)
    journal.begin(MANIFEST)
    journal.add(record(0, 10))
    assert reads(tmp_path / "out") == [0]


def test_synced_records_of_another_run_are_read(tmp_path, journal):
    synced = tmp_path / "out" / ".imggen" / "synced.json"
    write_sealed(synced, {"run": "00" * 15 + "01", "ranges": [[0, 30]]})
    journal.add(record(0, 10))
    assert reads(tmp_path / "out") == [0]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 9)), max_size=20))
def test_merged_ranges_hold_the_same(pairs):
    ranges = [(start, start + length) for start, length in pairs]
    made = merged(ranges)
    assert {k for one in made for k in range(*one)} == {k for one in ranges for k in range(*one)}
    assert all(before[1] < after[0] for before, after in itertools.pairwise(made))
    assert all(covers(made, one) for one in ranges)


@given(st.lists(st.booleans(), max_size=20), st.integers(0, 50))
def test_marked_ranges_are_all_that_is_marked(marks, start):
    made = list(marked(np.array(marks, bool), start))
    assert [k for one in made for k in range(*one)] == [start + k for k in np.flatnonzero(marks)]
    assert made == merged(made)


def test_no_difference():
    assert first_difference(MANIFEST, MANIFEST) is None
