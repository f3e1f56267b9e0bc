"""The tables of a dry run, as they are printed."""

from dataclasses import replace

import numpy as np

from imggen.command.frequencies import CUT, LEAST_ROWS, LINES, say_frequencies
from imggen.plan.sampling.frequencies import Frequencies


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


def test_long_tables_are_cut():
    alike = np.full(40, 1 / 40)
    found = [table([f"v{k:02}" for k in range(40)], alike, alike, np.full(40, 3))]
    lines = say_frequencies(found, []).splitlines()
    assert len(lines) == 1 + LINES + 1
    assert lines[1].split() == ["v00", "2.5", "%", "2.5", "%", "3", "2.5", "%"]
    assert lines[-2].split()[:4] == ["...", "and", "5", "more"]
    assert lines[-2].split()[4:] == ["12.5", "%", "12.5", "%", "15", "12.5", "%"]
    assert lines[-1] == CUT
    assert len(say_frequencies(found, [], full=True).splitlines()) == 1 + 40


def test_a_table_that_just_fits_is_not_cut():
    alike = np.full(LINES, 1 / LINES)
    found = [table([f"v{k:02}" for k in range(LINES)], alike, alike, np.full(LINES, 3))]
    assert len(say_frequencies(found, []).splitlines()) == 1 + LINES


def test_many_tables_are_cut():
    alike = np.full(9, 1 / 9)
    names = [f"v{k}" for k in range(9)]
    found = [table(names, alike, alike, np.full(9, 1), f"layer.{k}") for k in range(14)]
    found += [table(["cap"], [1.0], [1.0], [1], f"rule.{k}", "it rains") for k in range(5)]
    lines = say_frequencies(found, []).splitlines()
    assert sum("(rule." in line for line in lines) == 3
    assert len(lines) == 12 * (1 + LEAST_ROWS + 1) + 3 * (2 + 1) + 2
    assert lines[-2:] == ["... and 2 more layers and 2 more conditional distributions", CUT]
    full = say_frequencies(found, [], full=True).splitlines()
    assert len(full) == 14 * (1 + 9 + 1) + 5 * (2 + 1) - 1
