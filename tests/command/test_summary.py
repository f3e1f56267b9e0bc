"""The summary of a run names its report where there is one."""

import json

import pytest

from imggen import bulk


@pytest.mark.parametrize("option", [(), ("--no-report",)])
def test_the_report_is_named_if_there_is_one(call, here, small_article, option):
    run = [small_article, "--count", 2, "-j", 1, *option]
    _, said, _ = call(bulk.main, *run, "--out", "said")
    assert ("report   said/report.html" in said.splitlines()) == (not option)
    _, events, _ = call(bulk.main, *run, "--out", "events", "--json", "--quiet")
    assert json.loads(events)["report"] == (None if option else "events/report.html")


def test_a_report_that_cannot_be_written_is_not_named(call, here, small_article, monkeypatch):
    def refuse(*_, **__):
        raise ValueError("no pages today")

    monkeypatch.setattr("imggen.report.page.write.make_page", refuse)
    code, said, err = call(bulk.main, small_article, "--count", 2, "-j", 1)
    assert code == 0
    assert "report.html" not in said
    assert err.endswith(
        "imggen: warning: the dataset is complete, but its report failed (ValueError: no pages "
        "today); imggen report out/article tries again.\n"
    )
