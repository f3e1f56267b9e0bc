"""What was found is said for people, cut where it is long, and for programs."""

from imggen.report.findings import Finding, as_json, printable, say_findings

FOUND = [
    Finding("damaged", "imgs.npy", "image 3", "differs from what was written"),
    Finding("missing", "images/0.png"),
    *(Finding("extra", f"images/x{k}.png") for k in range(22)),
]


def test_lines():
    lines = list(say_findings(FOUND))
    assert lines[:4] == [
        "missing  1",
        "  images/0.png",
        "damaged  1",
        "  imgs.npy, image 3: differs from what was written",
    ]
    assert lines[4] == "extra    22"
    assert lines[-2:] == ["  images/x19.png", "  ... and 2 more"]
    assert len(lines) == 4 + 1 + 20 + 1


def test_nothing():
    assert list(say_findings([])) == []


def test_json():
    found = as_json(FOUND)
    assert list(found) == ["missing", "damaged", "swapped", "extra"]
    assert found["missing"] == [{"name": "images/0.png"}]
    assert found["damaged"] == [
        {"name": "imgs.npy", "part": "image 3", "detail": "differs from what was written"}
    ]
    assert (len(found["extra"]), found["swapped"]) == (22, [])


def test_names_that_no_terminal_shows():
    assert printable("a\n\udcffé") == "a\\n\\udcffé"
