"""The report of a run is the same however the run was made, and none tells of another state."""

import pytest

from imggen import bulk, cli

COUNT = 12


@pytest.fixture
def make(call, here, small_article):
    """Makes a run in a folder of `here`; returns its report, or None."""

    def make(folder, *options, count=COUNT):
        asked = ["--count", count, "--out", folder, "--workers", 1, "--quiet", *options]
        assert call(bulk.main, small_article, *asked) == (0, "", "")
        path = here / folder / "report.html"
        return path.read_bytes() if path.exists() else None

    return make


def test_a_resumed_run_has_the_same(make, call, here):
    whole = make("whole")
    make("resumed", count=5)
    assert make("resumed", "--resume") == whole
    (here / "whole/report.html").unlink()
    assert call(cli.main, "report", "whole", "--quiet") == (0, "", "")
    assert (here / "whole/report.html").read_bytes() == whole


def test_merged_partitions_have_the_same(make, call, here):
    for number in (2, 1):
        assert make("parts", "--partition", f"{number}/2") is None
    assert call(cli.main, "merge", "parts", "--quiet") == (0, "", "")
    assert (here / "parts/report.html").read_bytes() == make("whole")


def test_without_a_report_that_of_fewer_images_is_removed(make):
    assert make("out", count=5) is not None
    assert make("out", "--resume", "--no-report", count=5) is not None  # nothing has changed
    assert make("out", "--resume", "--no-report") is None


def test_names_files_that_are_missing_and_others_among_them(make, call, here):
    make("out", "--format", "png")
    images = here / "out/images"
    first, second, *_ = sorted(images.iterdir())
    first.rename(images / "another.png")
    second.unlink()
    assert call(cli.main, "report", "out", "--quiet") == (0, "", "")
    page = (here / "out/report.html").read_text()
    assert f"2 of {COUNT} image files are missing." in page
    assert f"1 image file beside the {COUNT} of the dataset is none of it." in page
