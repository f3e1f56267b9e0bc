"""Getting it done: chunks, engines, journal, merge."""

from typing import TYPE_CHECKING

from imggen.lazy import lazy_names

if TYPE_CHECKING:
    from imggen.run.forecast.forecast import foresee
    from imggen.run.main import generate
    from imggen.run.options import Options, Progress, Summary

__all__ = ["Options", "Progress", "Summary", "foresee", "generate"]

__getattr__ = lazy_names(
    __name__,
    {
        "Options": "options",
        "Progress": "options",
        "Summary": "options",
        "foresee": "forecast.forecast",
        "generate": "main",
    },
)
