"""Two factors that give a label away only together."""

import numpy as np
import pytest

from imggen.report.page.columns import Scope
from imggen.report.page.factors import Node, categorical
from imggen.report.page.jointly import find_joint_rules


class Undeclared:
    """No setting ties anything."""

    def why(self, one, other):
        return ()


def scope_of(**columns):
    factors = [
        categorical(name, Node(name, ""), [str(k) for k in range(codes.max() + 1)], codes)
        for name, codes in columns.items()
    ]
    return Scope("images", np.arange(len(factors[0].codes)), tuple(factors), None)


@pytest.mark.parametrize(("count", "found"), [(30, 0), (600, 1)])
def test_exclusive_or(count, found):
    rng = np.random.default_rng(1)
    a, b = rng.integers(0, 2, (2, count))
    rules = find_joint_rules(scope_of(a=a, b=b, label=a ^ b), Undeclared())
    assert len(rules) == found  # of three factors, one; and none of few images
    for rule in rules:
        assert rule.right == 1
        assert rule.right_alone < 0.6
        assert rule.table.sum() == count


def test_not_what_one_gives_away_or_what_is_independent():
    rng = np.random.default_rng(1)
    a, b, c = rng.integers(0, 4, (3, 600))
    assert find_joint_rules(scope_of(a=a, b=b, label=a), Undeclared()) == []
    assert find_joint_rules(scope_of(a=a, b=b, c=c), Undeclared()) == []
