"""The tables of a dry run, as they are printed."""

from dataclasses import replace

import numpy as np

from imggen.command.frequencies import FULL, WIDTH, as_json_values, say_frequencies, say_shares
from imggen.planning.sampling.frequencies import Frequencies


def table(variants, asked, exact, planned, called="layer.hat", where="", split=""):
    numbers = (np.array(asked), np.array(exact), np.array(planned))
    return Frequencies(called, "hat", where, tuple(variants), *numbers, split)


def test_tables_and_warnings():
    found = [
        table(["cap", "crown", "lost"], [0.25, 0.75, 0.0], [0.5, 0.5, 0.0], [600, 900, 0]),
        table(["cap", "crown"], [1.0, 0.0], [1.0, 0.0], [0, 0], "rule.2", 'coat is "red"'),
    ]
    assert say_frequencies(found, ["it rains.", "it pours."]).splitlines() == [
        "hat    asked  exact  planned",
        "crown   75 %   50 %      900  60 %",
        "cap     25 %   50 %      600  40 %",
        "",
        'hat where coat is "red" (rule.2)  asked  exact  planned',
        "cap                               100 %  100 %        0  0 %",
        "",
        "warning  it rains.",
        "warning  it pours.",
    ]


def test_splits_share_a_table():
    """With one column for what is the same in all of them."""
    names, asked = ["cap", "crown"], [0.5, 0.5]
    found = [
        table(names, asked, [0.5, 0.5], [60, 40], split="train"),
        table(names, asked, [0.25, 0.75], [2, 8], split="test"),
        table(names, asked, [0.5, 0.5], [0, 0], "rule.1", "it rains", "train"),
        table(names, asked, [0.5, 0.5], [3, 1], "rule.1", "it rains", "test"),
        table(names, asked, [0.5, 0.5], [3, 1], "split.test.rule.1", "it pours", "test"),
    ]
    assert say_frequencies(found, []).splitlines() == [
        "hat    asked  exact        planned",
        "              train  test    train  test",
        "crown   50 %   50 %  75 %     40 %  80 %",
        "cap     50 %   50 %  25 %     60 %  20 %",
        "",
        "hat where it rains (rule.1)  asked  exact  planned",
        "                                             train  test",
        "cap                           50 %   50 %      0 %  75 %",
        "crown                         50 %   50 %      0 %  25 %",
        "",
        "hat in test where it pours (split.test.rule.1)  asked  exact  planned",
        "cap                                              50 %   50 %        3  75 %",
        "crown                                            50 %   50 %        1  25 %",
    ]


def test_estimates_are_not_called_exact():
    names = ["cap", "crown"]
    found = [table(names, [0.5, 0.5], [0.4, 0.6], [3, 7])]
    estimated = [replace(found[0], trials=1000)]
    assert say_frequencies(found, []).splitlines()[0] == "hat    asked  exact  planned"
    assert say_frequencies(estimated, []).splitlines()[0] == "hat    asked  estimated  planned"


def test_a_line_for_each_layer():
    """Splits are counted together; what never comes and conditions are left out."""
    names = ["cap", "crown", "lost"]
    asked = [0.25, 0.75, 0.0]
    found = [
        table(names, asked, asked, [100, 300, 0], split="train"),
        table(names, asked, asked, [50, 50, 0], split="test"),
        table(["x"], [1.0], [1.0], [4], "rule.2", 'coat is "red"'),
        replace(table(["on", "off"], [0.5, 0.5], [0.5, 0.5], [1, 999]), layer="lantern"),
    ]
    assert say_shares(found, ["it rains."]).splitlines() == [
        "hat      crown 70 %, cap 30 %",
        "lantern  off 99.9 %, on 0.1 %",
        FULL,
        "warning  it rains.",
    ]


def test_long_lines_are_cut():
    alike = np.full(40, 1 / 40)
    found = [table([f"v{k:02}" for k in range(40)], alike, alike, np.full(40, 3))]
    line = say_shares(found, []).splitlines()[0]
    assert line.startswith("hat  v00 2.5 %, v01 2.5 %, ")
    assert line.endswith(", 32 more")
    assert len(line) <= WIDTH
    found = [table(["v" * 200, "w"], [0.5, 0.5], [0.5, 0.5], [3, 2])]
    assert say_shares(found, []).splitlines()[0] == f"hat  {'v' * 200} 60 %, 1 more"
    assert len(say_frequencies(found, []).splitlines()) == 3


def test_a_dry_run_has_20_lines_at_most():
    """Six of them are not of the shares: four facts, splits, and an empty line."""
    found = [table(["a", "b"], [0.5, 0.5], [0.5, 0.5], [1, 1], f"layer.{k}") for k in range(14)]
    lines = say_shares(found, [f"it rains {k}." for k in range(9)]).splitlines()
    assert lines[7] == "... and 7 more layers"
    assert lines[-2:] == ["warning  it rains 2.", "... and 6 more warnings"]
    assert len(lines) <= 20 - 7


def test_json_values():
    found = table(["cap", "crown"], [0.25, 0.75], [0.5, 0.5], [3, 4], "rule.2", "it rains", "test")
    assert as_json_values(found) == {
        "layer": "hat",
        "declared": "rule.2",
        "where": "it rains",
        "split": "test",
        "estimated": False,
        "variants": {
            "cap": {"asked": 0.25, "exact": 0.5, "planned": 3},
            "crown": {"asked": 0.75, "exact": 0.5, "planned": 4},
        },
    }
