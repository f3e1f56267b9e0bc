"""Getting it done: chunks, engines, journal, merge."""

from imggen.run.generate import Options, Progress, Summary, estimate, generate

__all__ = ["Options", "Progress", "Summary", "estimate", "generate"]
