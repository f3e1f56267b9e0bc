"""Locks on folders, and file systems that have none."""

import errno
import fcntl

import pytest

from imggen.cli import main as imggen
from imggen.errors import OutputError
from imggen.run.journal import folder, locks
from imggen.run.partitions import partitions
from imggen.run.partitions.partitions import Partition, is_locked, locked_partition, setting_up


@pytest.fixture
def no_locks(monkeypatch):
    """A system whose files cannot be locked, as NFS without a lock service."""

    def flock(file, kind):
        raise OSError(errno.ENOLCK, "No locks available")

    for module in (locks.fcntl, partitions.fcntl):
        monkeypatch.setattr(module, "flock", flock)


def sentence(out):
    return (
        f"{out} cannot be locked against other runs: its file system has no locks. Mount it with "
        "locks (NFS: without nolock, and with a lock service), or choose another --out."
    )


@pytest.mark.usefixtures("no_locks")
def test_a_file_system_without_locks_is_refused(tmp_path):
    with pytest.raises(OutputError) as refused, folder.locked_folder(tmp_path):
        pytest.fail("it is not locked")
    assert str(refused.value) == sentence(tmp_path)
    with pytest.raises(OutputError) as refused, locked_partition(tmp_path, Partition(1, 2)):
        pytest.fail("it is not locked")
    assert str(refused.value) == sentence(tmp_path)
    with pytest.raises(OutputError) as refused, setting_up(tmp_path):
        pytest.fail("it is not locked")
    assert str(refused.value) == sentence(tmp_path)


@pytest.mark.usefixtures("no_locks")
def test_status_does_without_locks(tmp_path):
    (tmp_path / ".imggen").mkdir()
    assert imggen(["status", str(tmp_path)]) == 1


def test_who_asks_needs_no_exclusive_lock(tmp_path, monkeypatch):
    """NFS gives an exclusive lock only to who may write."""
    path = tmp_path / "lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert is_locked(path)
        fcntl.flock(file, fcntl.LOCK_UN)
        asked = []
        monkeypatch.setattr(partitions.fcntl, "flock", lambda _, kind: asked.append(kind))
        assert not is_locked(path)
        assert asked == [fcntl.LOCK_SH | fcntl.LOCK_NB]
