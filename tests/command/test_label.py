"""`imggen label` leaves the folder that a run with these labels leaves, its report included."""

import pytest

from imggen import bulk, cli


@pytest.mark.parametrize("option", [(), ("--no-report",)])
def test_the_report_is_that_of_a_run_at_once(call, here, small_article, option):
    run = [small_article, "--count", 6, "--workers", 1, "--quiet", *option]
    assert call(bulk.main, *run, "--out", "late") == (0, "", "")
    assert call(cli.main, "label", "late", "--labels", "coco", "--quiet") == (0, "", "")
    assert call(bulk.main, *run, "--out", "once", "--labels", "coco") == (0, "", "")
    names = {path.relative_to(here / "late") for path in (here / "late").rglob("*")}
    assert names == {path.relative_to(here / "once") for path in (here / "once").rglob("*")}
    if not option:
        late, once = ((here / name / "report.html").read_bytes() for name in ("late", "once"))
        assert late == once
