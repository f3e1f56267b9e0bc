"""A temporary folder is gone whenever the process is ended."""

from contextlib import contextmanager

from imggen import swept


class Recorder:
    """Notes in which order things are done that an end at once may come between."""

    def __init__(self):
        self.done = []

    @contextmanager
    def starting(self):
        self.done.append("no end from here")
        yield
        self.done.append("to here")

    @contextmanager
    def cleaning_up(self, clean_up):
        self.done.append("an end removes it from here")
        yield
        self.done.append("to here")


def test_an_end_at_once_leaves_nothing_whenever_it_comes(tmp_path, monkeypatch):
    recorder, remove = Recorder(), swept.remove_folder
    folder = tmp_path / "folder"
    folder.mkdir()

    def make():
        recorder.done.append("made")
        return folder

    def note(given):
        recorder.done.append("removed")
        remove(given)

    monkeypatch.setattr(swept, "current", lambda: recorder)
    monkeypatch.setattr(swept, "remove_folder", note)
    with swept.passing_folder(make):
        recorder.done.append("used")
    assert recorder.done == [
        "no end from here",
        "made",
        "an end removes it from here",
        "to here",
        "used",
        "removed",
        "to here",
    ]
    assert not folder.exists()
