"""Write the report at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imggen.errors import InputError
from imggen.store.layout import REPORT
from imggen.urls import shown

if TYPE_CHECKING:
    from imggen.run.journal.journal import Journal
    from imggen.run.options import Options, Progress, Summary
    from imggen.run.recipe import Recipe


class Reporter:
    """A function to call at the end of a run, which writes its report, see `Afterwards`.

    Attributes
    ----------
    path
        The path or URL of the report; None if there is none.
    """

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.path: str | None = None

    def __call__(
        self, options: Options, recipe: Recipe, journal: Journal, summary: Summary
    ) -> None:
        """Write the report of a run with `options`; warn if it cannot be written.

        The dataset is complete by then, so nothing that goes wrong here may fail the run.
        """
        from imggen.report.page import write  # noqa: PLC0415  # slow to load
        from imggen.report.page.page import RunFacts  # noqa: PLC0415  # likewise

        run = RunFacts(summary.size_bytes, summary.distinct, summary.digest)
        url = options.uploads.url
        try:
            write.write_report(recipe, journal, options.out, run, here=url is None)
        except InputError as error:
            self.progress.warn(f"the dataset is complete, but has no report: {error}")
        except Exception as error:  # noqa: BLE001  # see above
            said = f"{type(error).__name__}: {error}"
            self.progress.warn(
                f"the dataset is complete, but its report failed ({said}); imggen report "
                f"{url or options.out} tries again."
            )
        else:
            self.path = place_of_report(options)

    def has_report(self, options: Options) -> bool:
        """Return True if a dataset in which nothing has changed has a report."""
        there = options.uploads.has(options.out, REPORT)
        self.path = place_of_report(options) if there else None
        return there


def place_of_report(options: Options) -> str:
    """Return the path or URL of the report of a run with `options`."""
    return f"{shown(options.uploads.url or options.out)}/{REPORT}"
