"""Getting it done: chunks, engines, journal, merge."""

from imggen.run.generate import foresee, generate
from imggen.run.options import Options, Progress, Summary

__all__ = ["Options", "Progress", "Summary", "foresee", "generate"]
