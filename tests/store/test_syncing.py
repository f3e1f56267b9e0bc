"""What is noted as synced was synced first, and no helper outlives what it helps."""

import os
import subprocess
import sys

import pytest
from tests.run.runs import wait_until

from imggen.store import sync_helper, syncing
from imggen.store.syncing import HELPER, Syncing


@pytest.fixture
def no_pause(monkeypatch):
    monkeypatch.setattr(syncing, "PAUSE_SECONDS", 0.0)


def test_notes_what_it_was_given_once_that_is_synced(tmp_path, no_pause):
    path = tmp_path / "synced"
    syncs = Syncing(path, tmp_path)
    for content in (b"first\nof two\n", b"second\n"):
        assert wait_until(syncs.is_due)
        syncs.start(content)
        assert wait_until(lambda content=content: path.exists() and path.read_bytes() == content)
    syncs.close()
    assert [one.name for one in tmp_path.iterdir()] == ["synced"]


def test_is_not_due_at_once_nor_while_it_syncs(tmp_path, monkeypatch):
    assert not Syncing(tmp_path / "synced", tmp_path).is_due()
    monkeypatch.setattr(syncing, "PAUSE_SECONDS", 0.0)
    syncs = Syncing(tmp_path / "synced", tmp_path)
    monkeypatch.setattr(syncing, "start_helper", lambda *_: os.pipe()[::-1])
    assert syncs.is_due()
    syncs.start(b"x\n")
    assert not syncs.is_due(), "the helper has not answered"


def test_goes_on_without_a_helper_that_died(tmp_path, monkeypatch, no_pause):
    gone, to = os.pipe()
    os.close(gone)
    silent, told = os.pipe()
    os.close(told)
    monkeypatch.setattr(syncing, "start_helper", lambda *_: (to, silent))
    syncs = Syncing(tmp_path / "synced", tmp_path)
    syncs.start(b"x\n")
    assert not syncs.is_due()
    syncs.close()


def test_a_helper_that_is_left_alone_writes_nothing(tmp_path):
    line, to = os.pipe()
    os.write(to, b"words\n")
    os.close(to)
    (tmp_path / "journal").mkdir()
    command = [sys.executable, "-I", "-S", HELPER, tmp_path / "journal", "synced", tmp_path]
    done = subprocess.run(command, stdin=line, capture_output=True, check=True)
    os.close(line)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert list((tmp_path / "journal").iterdir()) == []


def test_a_sync_that_fails_is_not_noted(tmp_path, monkeypatch):
    monkeypatch.setattr(sync_helper.ctypes, "CDLL", lambda *_, **__: Failing)
    with pytest.raises(OSError, match="syncfs failed"):
        sync_helper.sync(str(tmp_path))


class Failing:
    """A library whose syncfs fails."""

    @staticmethod
    def syncfs(_):
        return -1


def test_syncs_each_file_system_once(tmp_path, monkeypatch):
    (tmp_path / "images").symlink_to("/proc")
    (tmp_path / "labels").mkdir()
    proc, other = sorted(
        sync_helper.file_systems(str(tmp_path)), key=lambda path: not path.endswith("images")
    )
    assert proc == str(tmp_path / "images")
    assert other in (str(tmp_path), str(tmp_path / "labels"))


def test_syncs_a_folder_with_links_to_nothing(tmp_path):
    (tmp_path / "images").symlink_to(tmp_path / "gone")
    assert sync_helper.file_systems(str(tmp_path)) == [str(tmp_path)]


def test_goes_on_where_no_helper_can_be_started(tmp_path, monkeypatch, no_pause):
    def fail(path, out):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(syncing, "start_helper", fail)
    syncs = Syncing(tmp_path / "synced", tmp_path)
    syncs.start(b"x\n")
    assert not syncs.is_due()
    syncs.close()
