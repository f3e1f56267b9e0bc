"""Getting it done: chunks, engines, journal, merge."""

from imggen.run.forecast import foresee
from imggen.run.generate import generate
from imggen.run.options import Options, Progress, Summary

__all__ = ["Options", "Progress", "Summary", "foresee", "generate"]
