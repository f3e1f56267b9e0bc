"""`--json`: events for other programs, one JSON object a line."""

import io
import json
import shutil
from datetime import UTC, datetime

import pytest
from PIL import Image

from imggen import bulk, cli
from imggen.command.events import EventProgress, open_display, write_event
from imggen.run.progress import Count, ProgressLines


@pytest.fixture
def events(call):
    """Runs a command that must succeed; returns its events without their times."""

    def events(main, *args):
        code, out, err = call(main, *args)
        assert (code, err) == (0, "")
        found = list(map(json.loads, out.splitlines()))
        for event in found:
            age = datetime.now(UTC) - datetime.fromisoformat(event.pop("time"))
            assert age.total_seconds() >= 0
        return found

    return events


def test_a_run(events, small_article, here):
    begun, *progress, finished = events(bulk.main, small_article, "--count", 6, "-j", 1, "--json")
    assert begun == {"event": "begun", "images": 6, "done": 0}
    assert {event["event"] for event in progress} == {"progress"}
    assert progress[-1]["done"] == progress[-1]["images"] == 6
    assert progress[-1]["seconds_left"] == 0
    summary = json.loads((here / "out/article/run.json").read_text())
    assert finished["event"] == "finished"
    assert finished["out"] == "out/article"
    for key in ("images", "rendered", "distinct", "digest"):
        assert finished[key] == summary[key]


def test_quiet_runs_print_the_result(events, small_article, here):
    found = events(bulk.main, small_article, "--count", 6, "-j", 1, "--json", "-q")
    assert [event["event"] for event in found] == ["finished"]


def test_a_dry_run(events, small_article, here):
    [forecast] = events(bulk.main, small_article, "--count", 60, "-j", 1, "--json", "--dry-run")
    assert forecast["event"] == "forecast"
    assert (forecast["images"], forecast["left"], forecast["shortage"]) == (60, 60, None)
    layers = [one["layer"] for one in forecast["frequencies"]]
    assert layers == ["background", "character", "object"]
    counts = forecast["frequencies"][0]["variants"]
    assert sum(one["planned"] for one in counts.values()) == 60


def test_a_verification(events, small_article, here):
    events(bulk.main, small_article, "--count", 6, "-j", 1, "--json")
    *_, verified = events(cli.main, "verify", "out/article", "-j", 1, "--json")
    assert (verified["event"], verified["images"], verified["right"]) == ("verified", 6, True)


def test_a_refusal_prints_no_event(call, small_article):
    code, out, err = call(bulk.main, small_article, "--quality", 3, "--json")
    assert (code, out) == (2, "")
    assert err.startswith("imggen: --quality is 3, but PNG keeps")


def test_notes_and_warnings(capsys):
    progress = EventProgress()
    progress.say("it takes long")
    progress.warn('"é" is odd')
    said, err = capsys.readouterr()
    assert [json.loads(line)["text"] for line in said.splitlines()] == [
        "it takes long",
        '"é" is odd',
    ]
    assert '\\"é\\"' in said
    assert err == ""


def test_names_that_are_not_utf_8(monkeypatch):
    """The streams of the command write them as JSON's own escapes."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors="backslashreplace")
    monkeypatch.setattr("sys.stdout", stream)
    write_event("note", text="a\udcff")
    stream.flush()
    assert json.loads(stream.buffer.getvalue())["text"] == "a\udcff"


def test_the_display_by_options():
    assert type(open_display(quiet=True, as_json=True)) is Count
    assert type(open_display(quiet=False, as_json=True)) is EventProgress
    assert type(open_display(quiet=False, as_json=False)) is ProgressLines


def test_a_warning_of_art_is_an_event(call, here, small_article):
    art = shutil.copytree(small_article, here / "art")
    path = art / "backgrounds" / "desert.png"
    with Image.open(path) as image:
        image.save(path, icc_profile=b"damaged")
    code, out, err = call(bulk.main, art, "--count", 1, "--json")
    assert (code, err) == (0, "")
    first = json.loads(out.splitlines()[0])
    sentence = f"In {path}, the colour profile cannot be read, and is ignored."
    assert (first["event"], first["text"]) == ("warning", sentence)
