"""The tables of a dry run, as they are printed."""

import numpy as np

from imggen.command.frequencies import say_frequencies
from imggen.plan.sampling.frequencies import Frequencies


def table(variants, asked, exact, planned, called="layer.hat", where=""):
    numbers = (np.array(asked), np.array(exact), np.array(planned))
    return Frequencies(called, "hat", where, tuple(variants), *numbers)


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


def test_long_tables_are_cut():
    alike = np.full(40, 1 / 40)
    found = table([f"v{k:02}" for k in range(40)], alike, alike, np.full(40, 3))
    lines = say_frequencies([found], []).splitlines()
    assert len(lines) == 32
    assert lines[1].split() == ["v00", "2.5", "%", "2.5", "%", "3", "2.5", "%"]
    assert lines[-1].split() == ["...", "and", "10", "more", "25", "%", "25", "%", "30", "25", "%"]


def test_many_tables_are_cut():
    some = table(["cap"], [1.0], [1.0], [1], "rule.1", "it rains")
    text = say_frequencies([some] * 25, [])
    assert text.count("it rains") == 20
    assert text.endswith("\n\n... and 5 more conditional distributions")
