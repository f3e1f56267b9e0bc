"""Tests of imggen.run.journal.earlier."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from imggen.planning.ranges import merged
from imggen.run.journal.earlier import marked


@given(st.lists(st.booleans(), max_size=20), st.integers(0, 50))
def test_marked_ranges_are_all_that_is_marked(marks, start):
    made = list(marked(np.array(marks, bool), start))
    assert [k for one in made for k in range(*one)] == [start + k for k in np.flatnonzero(marks)]
    assert made == merged(made)
