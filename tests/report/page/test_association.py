"""Statistics of two factors against slow code that follows their definitions."""

import math
from itertools import combinations, permutations

import numpy as np
import pytest

from imggen.report.page.association import (
    associate,
    chi_square_of,
    class_rules,
    corrected_v,
    correlation_ratio,
    exact_moments,
    guesses,
    information_of,
    pooled,
    sigmas_of,
    worst_transfer,
)
from imggen.report.page.factors import Node, binned, categorical

TABLE = np.array([[12, 5, 8], [3, 15, 7]])
SPARSE = np.array([[2, 1, 0], [0, 1, 2], [1, 0, 0]])


def rows_of(table):
    """The pairs of levels that a table counts, one after the other."""
    return [
        (i, j)
        for i in range(table.shape[0])
        for j in range(table.shape[1])
        for _ in range(table[i, j])
    ]


def slow_chi_square(table):
    total = table.sum()
    found = 0.0
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            expected = table[i].sum() * table[:, j].sum() / total
            found += (table[i, j] - expected) ** 2 / expected
    return found


@pytest.mark.parametrize("table", [TABLE, SPARSE])
def test_chi_square_and_bergsmas_v(table):
    total, (rows, columns) = table.sum(), table.shape
    chi_square = slow_chi_square(table)
    assert chi_square_of(table) == pytest.approx(chi_square)
    phi = max(0, chi_square / total - (rows - 1) * (columns - 1) / (total - 1))
    shorter = min(side - (side - 1) ** 2 / (total - 1) for side in (rows, columns))
    assert corrected_v(table) == pytest.approx(math.sqrt(phi / (shorter - 1)))


def test_v_is_one_for_copies_and_has_no_bias():
    assert corrected_v(np.diag([20, 30, 50])) == pytest.approx(1, abs=0.02)
    rng = np.random.default_rng(2)
    tables = rng.multinomial(60, np.full(20, 1 / 20), 400).reshape(400, 4, 5)
    plain = [math.sqrt(chi_square_of(one) / 60 / 3) for one in map(pooled, tables)]
    corrected = [corrected_v(one) for one in map(pooled, tables)]
    assert np.mean(plain) > 0.2  # that of Cramer
    assert np.median(corrected) < 0.08


def test_moments_of_chi_square_are_those_of_all_orders():
    table = np.array([[2, 1], [1, 1], [1, 1]])
    pairs = rows_of(table)
    firsts, seconds = zip(*pairs, strict=True)
    values = []
    for order in permutations(seconds):
        shuffled = np.zeros_like(table)
        np.add.at(shuffled, (list(firsts), list(order)), 1)
        values.append(slow_chi_square(shuffled))
    mean, variance = exact_moments(table)
    assert mean == pytest.approx(np.mean(values))
    assert variance == pytest.approx(np.var(values))


# Quantiles of chi-square at the probability of a normal deviate, from tables.
@pytest.mark.parametrize(("quantile", "deviate"), [(9.210, 2.326), (5.991, 1.645), (13.816, 3.090)])
def test_deviates_of_large_tables_are_those_of_chi_square(quantile, deviate):
    share = math.sqrt(quantile / 2 / 3e6)  # of a table with two degrees of freedom
    expected = np.full((2, 3), 1_000_000)
    shift = round(share * math.sqrt(3) * 1_000_000)
    table = expected + np.array([[shift, -shift, 0], [-shift, shift, 0]])
    scaled = quantile / slow_chi_square(table)
    table = expected + np.array([[1, -1, 0], [-1, 1, 0]]) * round(shift * math.sqrt(scaled))
    assert slow_chi_square(table) == pytest.approx(quantile, rel=0.01)
    assert sigmas_of(table) == pytest.approx(deviate, abs=0.06)


@pytest.mark.parametrize("table", [TABLE, np.diag([40, 40])])
def test_information_is_what_entropies_leave(table):
    def entropy(counts):
        return -sum(n / total * math.log2(n / total) for n in counts if n)

    total, (rows, columns) = table.sum(), table.shape
    plain = entropy(table.sum(1)) + entropy(table.sum(0)) - entropy(table.ravel())
    bias = (rows - 1) * (columns - 1) / (2 * total * math.log(2))
    assert information_of(table) == pytest.approx(plain - bias)


def test_correlation_ratio_is_that_of_groups():
    rng = np.random.default_rng(4)
    codes = rng.integers(0, 3, 200)
    values = rng.normal(size=200) + 2 * codes
    within = sum(np.sum((values[codes == k] - values[codes == k].mean()) ** 2) for k in range(3))
    whole = np.sum((values - values.mean()) ** 2)
    expected = math.sqrt(1 - within / 197 / (whole / 199))
    label = categorical("label", Node("a", ""), ["x", "y", "z"], codes)
    number = binned("number", Node("b", "scale"), values)
    assert correlation_ratio(label, number, np.ones(200, bool)) == pytest.approx(expected)
    assert correlation_ratio(number, label, np.ones(200, bool)) is None


def test_rules_are_the_best_of_all():
    large = TABLE * 1000  # so that what chance gives is next to nothing
    for rule in class_rules(large):
        own = large[rule.level]
        others = large.sum(0) - own
        best = max(
            (own[list(yes)].sum() / own.sum() + 1 - others[list(yes)].sum() / others.sum()) / 2
            for size in range(4)
            for yes in combinations(range(3), size)
        )
        assert rule.accuracy == pytest.approx(best, abs=0.01)
        assert rule.sigmas > 6


@pytest.mark.parametrize("table", [TABLE, SPARSE, np.array([[3, 0], [3, 1]])])
def test_guesses_leave_the_row_itself_out(table):
    right = 0.0
    for i, j in rows_of(table):
        left = table[:, j].copy()
        left[i] -= 1
        best = np.flatnonzero(left == left.max())
        right += (i in best) / len(best)
    assert guesses(table) == pytest.approx(right)


def test_rare_levels_are_counted_together():
    table = np.array([[50, 1, 1], [40, 2, 0], [1, 0, 0], [0, 1, 2], [0, 0, 0]])
    assert pooled(table).tolist() == [[50, 2], [40, 2], [1, 3]]


def test_transfer_is_the_worst_of_all_pairs_of_splits():
    same = np.array([[90, 10], [10, 90]])
    tables = {"train": same, "val": same, "test": same[::-1]}
    found = worst_transfer(tables)
    assert (found.learnt, found.used) == ("train", "test")
    assert (found.right, found.right_there) == (pytest.approx(0.9), pytest.approx(0.1))
    assert worst_transfer({"train": same}) is None


def test_independent_factors_are_never_sure():
    """As often as not of 2,000 pairs; six standard deviations are 1 in 10^9."""
    rng = np.random.default_rng(9)
    for count in (12, 50, 400):
        for _ in range(300):
            levels = rng.integers(2, 12, 2)
            one, other = (
                categorical(name, Node(name, ""), [str(k) for k in range(most)], codes)
                for name, most in zip("ab", levels.tolist(), strict=True)
                for codes in [rng.integers(0, most, count) ** 2 // max(1, most - 1)]
            )
            found = associate(one, other)
            assert found is None or (not found.is_sure and found.best_rule is None)
