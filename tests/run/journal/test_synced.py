"""The note of what has reached the disk is believed only of its own run."""

import pytest

from imggen.run.journal import synced
from imggen.run.journal.synced import SYNCED, SyncedRanges, read_synced, write_synced
from imggen.store import syncing
from imggen.store.digests import read_sealed

OWN, OTHER = b"own run", b"other run"


def test_it_is_read_as_it_was_written(tmp_path):
    write_synced(tmp_path, [(0, 10), (20, 30)], OWN)
    assert read_synced(tmp_path, OWN) == [(0, 10), (20, 30)]
    assert read_synced(tmp_path, OTHER) == []


@pytest.mark.parametrize("content", [None, b"", b"{}", b'{"run": "6f", "ranges": [[0, 10]]}'])
def test_nothing_is_known_of_a_missing_or_damaged_note(tmp_path, content):
    if content is not None:
        (tmp_path / SYNCED).write_bytes(content)
    assert read_synced(tmp_path, OWN) == []


def test_a_sync_notes_all_ranges_until_then(tmp_path, monkeypatch):
    monkeypatch.setattr(syncing, "PAUSE_SECONDS", 0)
    started = []
    monkeypatch.setattr(syncing.Syncing, "start", lambda _, content: started.append(content))
    ranges = SyncedRanges(tmp_path, tmp_path, OWN)
    ranges.begin([(10, 20), (0, 10)])
    ranges.add((30, 40))
    ranges.add((20, 30))
    ranges.close()
    for content, known in zip(started, ([(0, 20), (30, 40)], [(0, 40)]), strict=True):
        (tmp_path / SYNCED).write_bytes(content)
        assert read_sealed(tmp_path / SYNCED) == synced.values_of(map(list, known), OWN)
        assert read_synced(tmp_path, OWN) == known
