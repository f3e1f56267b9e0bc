"""Damage to any kind of file is found and repaired: see tests/report/damages.py."""

import pytest
from tests.report.damages import GROUPS, damage_groups


def check_damages(group, damages, seed):
    tally = damage_groups([group], damages, seed)
    assert not tally.failures
    assert len(tally.done) > 8
    assert tally.done == tally.found == tally.tried == tally.repaired


@pytest.mark.parametrize("group", GROUPS)
def test_damage_is_found_and_repaired(group):
    check_damages(group, 1, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("group", GROUPS)
def test_much_damage_is_found_and_repaired(group):
    check_damages(group, 8, seed=2)  # more by hand: python -m tests.report.damages
