"""Progress in a notebook, with a stand-in for IPython's display."""

import pytest

from imggen.api.progress import NotebookProgress


class Handle:
    def __init__(self):
        self.shown = []

    def __call__(self, shown, *, display_id):
        assert display_id
        self.update(shown)
        return self

    def update(self, shown):
        self.shown.append((shown._repr_html_(), repr(shown)))


def test_a_bar_follows_the_run():
    handle = Handle()
    progress = NotebookProgress(handle)
    progress.begin(10, 2)
    progress.advance(3, 1000)
    (before, waiting), (bar, text) = handle.shown
    assert before == '<progress max="1" value="0"></progress> getting ready'
    assert waiting == "getting ready"
    assert bar.startswith('<progress max="10" value="5"></progress> 5 of 10 images (50%), ')
    assert text.startswith("5 of 10 images (50%), ")


def test_an_error_before_the_run_leaves_no_bar():
    handle = Handle()
    with pytest.raises(ValueError, match="wrong"), NotebookProgress(handle):
        raise ValueError("wrong")
    assert handle.shown[-1] == ("", "")


def test_an_error_of_the_run_leaves_the_bar():
    handle = Handle()
    progress = NotebookProgress(handle)
    progress.begin(10, 2)
    progress.advance(3, 1000)
    with pytest.raises(ValueError, match="wrong"), progress:
        raise ValueError("wrong")
    assert handle.shown[-1][1].startswith("5 of 10 images (50%), ")
