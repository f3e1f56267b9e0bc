"""The progress of `imggen.generate`: a bar in notebooks, else lines for the logger."""

from __future__ import annotations

import html
import logging
import sys
from types import TracebackType
from typing import Any

from imggen.run.progress import Count, Ticker

LOGGER = logging.getLogger("imggen")


class LoggedProgress(Ticker):
    """A progress counter that logs: INFO every 10 seconds, and WARNING for the dataset's flaws."""

    def say(self, sentence: str) -> None:
        """Log a note on what takes long before the run begins."""
        LOGGER.info(sentence.removeprefix("imggen: "))

    def warn(self, sentence: str) -> None:
        """Log a warning about the dataset."""
        LOGGER.warning(sentence)

    def report(self) -> None:
        """Log the progress."""
        LOGGER.info("%s", self)


class NotebookProgress(LoggedProgress):
    """A progress counter that shows a bar below the cell of a notebook that runs it."""

    def __init__(self, display: Any) -> None:  # noqa: ANN401  # IPython's
        super().__init__()
        self._handle = display(self, display_id=True)

    def advance(self, images: int, size_bytes: int) -> None:
        """Count `images` more stored images of `size_bytes` in all, and redraw the bar."""
        super().advance(images, size_bytes)
        self._handle.update(self)

    def report(self) -> None:
        """Do nothing: the bar shows it."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the bar away if nothing was begun: the error is all there is to see."""
        if error is not None and not self.begun:
            self._handle.update(Nothing())

    def _repr_html_(self) -> str:
        """Return the bar and its text."""
        text = html.escape(str(self)) if self.begun else "getting ready"
        return f'<progress max="{max(self.images, 1)}" value="{self.done}"></progress> {text}'

    def __repr__(self) -> str:
        return str(self) if self.begun else "getting ready"


class Nothing:
    """An empty output of a cell."""

    def _repr_html_(self) -> str:
        return ""

    def __repr__(self) -> str:
        return ""


def open_progress() -> Count:
    """Return the display of progress for who calls `generate`."""
    ipython = sys.modules.get("IPython")
    if ipython is not None and hasattr(ipython.get_ipython(), "kernel"):
        return NotebookProgress(ipython.display.display)
    return LoggedProgress()
