"""Write the report at the end of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imggen.errors import InputError

if TYPE_CHECKING:
    from imggen.run.journal import Journal
    from imggen.run.options import Options, Progress, Summary
    from imggen.run.recipe import Recipe


def write_report(
    progress: Progress, options: Options, recipe: Recipe, journal: Journal, summary: Summary
) -> None:
    """Write the report at the end of a run with `options`; warn if it cannot be written.

    The dataset is complete by then, so nothing that goes wrong here may fail the run.
    """
    from imggen.report.page import write  # noqa: PLC0415  # slow to load
    from imggen.report.page.page import RunFacts  # noqa: PLC0415  # likewise

    run = RunFacts(summary.size_bytes, summary.distinct, summary.digest)
    try:
        write.write_report(recipe, journal, options.out, run, here=options.uploads.url is None)
    except InputError as error:
        progress.warn(f"the dataset is complete, but has no report: {error}")
    except Exception as error:  # noqa: BLE001  # see above
        said = f"{type(error).__name__}: {error}"
        progress.warn(
            f"the dataset is complete, but its report failed ({said}); imggen report "
            f"{options.uploads.url or options.out} tries again."
        )
