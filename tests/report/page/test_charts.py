"""The numbers in charts are those that they are made of."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

from imggen.report.page.charts import MOST_BARS, MOST_LEVELS, bars, density, heat_table, histogram
from imggen.report.page.findings import Bars, Heat


def test_a_table_has_each_count_and_its_share_of_the_row():
    heat = Heat(np.array([[3, 1], [0, 5]]), ("a", "<b>"), ("x", "y"), ("first", "second"))
    page = heat_table(heat)
    cells = re.findall(r'<td style="--v:([\d.]+)" title="(\d+) \((\d+) %\)">(\d+)</td>', page)
    assert cells == [
        ("0.75", "3", "75", "75"), ("0.25", "1", "25", "25"),
        ("0.00", "0", "0", "0"), ("1.00", "5", "100", "100"),
    ]  # fmt: skip
    assert "&lt;b&gt;" in page
    assert "<caption>first by second, % of each row</caption>" in page


def test_a_table_says_how_many_levels_it_leaves_out():
    count = MOST_LEVELS + 3
    names = tuple(map(str, range(count)))
    page = heat_table(Heat(np.diag(np.arange(1, count + 1)), names, names, ("a", "b")))
    assert page.count("<td style=") == MOST_LEVELS**2
    assert "(rarer levels that are not shown: 6)" in page
    assert "<th scope=row>0</th>" not in page


def test_bars_are_as_long_as_their_shares():
    page = bars(Bars(("a", "b"), (0.5, 0.25), (0.2, 0.4)))
    found = re.findall(r"<span>(\w)</span><b style=\"--v:([\d.]+)\"><i style=\"--a:([\d.]+)", page)
    assert found == [("b", "0.800", "0.500"), ("a", "0.400", "1.000")]  # of the longest, 0.5
    assert re.findall(r"<em>(.*?)</em>", page) == ["40 %", "20 %"]


def test_of_many_bars_the_longest_and_shortest_are_left():
    names = tuple(map(str, range(100)))
    page = bars(Bars(names, None, tuple(k / 4950 for k in range(100))))
    kept = [int(one) for one in re.findall(r"<span>(\d+)</span>", page)]
    half = MOST_BARS // 2
    assert kept == [*range(99, 99 - half, -1), *range(half - 1, -1, -1)]


def test_a_histogram_is_as_high_as_its_counts():
    page = histogram([2, 0, 8], ("0.5", "2"), "scale")
    heights = [float(one) for one in re.findall(r'height="([\d.]+)"', page)]
    assert heights == [8, 0, 32]
    assert re.findall(r"<span>(.*?)</span>", page) == ["0.5", "bars: up to 8", "2"]


def test_a_map_is_darkest_where_most_points_are():
    points = np.array([[5.0, 2.0]] * 4 + [[95.0, 48.0]])
    page = density(points, (100, 50), "thing")
    (data,) = re.findall(r"base64,([^\"]+)", page)
    alpha = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))[..., 3]
    assert alpha.shape == (24, 48)
    assert (alpha[0, 2], alpha[23, 45]) == (255, 127)  # by the square root
    assert np.count_nonzero(alpha) == 2


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_is_no_fault(count):
    assert "<rect" in histogram([count], ("0", "0"), "none")
    assert "alt=" in density(np.zeros((count, 2)), (10, 10), "none")
