"""Progress: counting, plain lines, the bar, and how sizes and times are said."""

import io

import pytest

from imggen.run import progress as progress_module
from imggen.run.progress import Bar, Count, ProgressLines, open_progress, show_rate, show_seconds
from imggen.sizes import show_bytes


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is set."""

    class Clock:
        now = 0.0

    monkeypatch.setattr(progress_module.time, "monotonic", lambda: Clock.now)
    return Clock


def advance_all(progress, images, step=1, size_bytes=1000):
    for _ in range(0, images, step):
        progress.advance(step, step * size_bytes)


def test_quiet_counts_and_says_nothing():
    stream = io.StringIO()
    with open_progress(stream, quiet=True) as progress:
        assert type(progress) is Count
        assert not progress.begun
        progress.say("compiling")
        progress.begin(10, 4)
        advance_all(progress, 6)
    assert (progress.begun, progress.images, progress.done) == (True, 10, 10)
    assert stream.getvalue() == ""


def test_what_takes_long_is_said_at_once():
    stream = io.StringIO()
    with open_progress(stream, quiet=False) as progress:
        progress.say("compiling")
        assert stream.getvalue() == "compiling\n"
        progress.say("compiled")
    assert stream.getvalue() == "compiling\ncompiled\n"


def test_a_line_every_10_seconds(clock):
    stream = io.StringIO()
    with open_progress(stream, quiet=False) as progress:
        assert type(progress) is ProgressLines
        progress.begin(100, 0)
        for _ in range(100):
            clock.now += 0.75
            progress.advance(1, 1000)
    lines = stream.getvalue().splitlines()
    done = [line.split("  ")[1].split(" of")[0] for line in lines]
    assert done == ["14", "28", "42", "56", "70", "84", "98", "100"]


def test_short_runs_get_one_line(clock):
    stream = io.StringIO()
    progress = ProgressLines(stream)
    progress.begin(3, 0)
    advance_all(progress, 3)
    assert len(stream.getvalue().splitlines()) == 1


def test_what_a_line_says(clock, monkeypatch):
    monkeypatch.setattr(progress_module.time, "strftime", lambda form: "17:04:05")
    stream = io.StringIO()
    progress = ProgressLines(stream)
    progress.begin(2000, 0)
    clock.now = 12.0
    progress.advance(500, 1_500_000_000)
    said = "17:04:05  500 of 2,000 images (25%), 42 images/s, 125 MB/s, 36 s left\n"
    assert stream.getvalue() == said


def test_a_resumed_run_counts_its_own_speed_only(clock):
    stream = io.StringIO()
    progress = ProgressLines(stream)
    progress.begin(1000, 900)
    clock.now = 9.0
    progress.advance(50, 0)
    assert stream.getvalue() == ""
    clock.now = 10.0
    progress.advance(50, 0)
    said = "1,000 of 1,000 images (100%), 10 images/s, 0.0 MB/s, 0.0 s left\n"
    assert stream.getvalue().endswith(f"  {said}")


def test_nothing_left_to_do():
    stream = io.StringIO()
    with ProgressLines(stream) as progress:
        progress.begin(5, 5)
    assert stream.getvalue() == ""


def test_terminals_get_a_bar(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    assert type(open_progress(Terminal(), quiet=False)) is Bar


def test_dumb_terminals_get_lines(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    assert type(open_progress(Terminal(), quiet=False)) is ProgressLines


def test_bar(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "100")
    with Bar() as progress:
        assert progress._bar.tasks[0].description == "getting ready"
        progress.say("compiling")
        progress.say("imggen: warning: In [red]/" + "x" * 200)
        progress.begin(40, 10)
        advance_all(progress, 30, step=10, size_bytes=1_000_000)
    shown = capsys.readouterr().err
    assert "compiling\n" in shown
    assert "imggen: warning: In [red]/" + "x" * 200 + "\n" in shown, "neither markup nor wrapped"
    assert "40 of 40 images (100%), " in shown
    assert progress.done == 40


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0.0 s"),
        (9.94, "9.9 s"),
        (10, "10 s"),
        (59.4, "59 s"),
        (59.9, "1 min 00 s"),
        (61, "1 min 01 s"),
        (3599.9, "1 h 00 min"),
        (7260, "2 h 01 min"),
    ],
)
def test_show_seconds(seconds, said):
    assert show_seconds(seconds) == said


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (641_234_567, "641.2 MB"),
        (3.3e9, "3.3 GB"),
        (4_200_000_000_000_000, "4,200.0 TB"),
    ],
)
def test_show_bytes(size, said):
    assert show_bytes(size) == said


@pytest.mark.parametrize(
    ("rate", "said"), [(0.25, "0.2"), (9.9, "9.9"), (10, "10"), (1e4, "10,000")]
)
def test_show_rate(rate, said):
    assert show_rate(rate) == said
