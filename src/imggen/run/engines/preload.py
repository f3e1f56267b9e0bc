"""Imports all modules of workers in the fork server that they are forked from.

Not for any other process: garbage collection leaves alone what is there by now. It would write to
all of it, and memory that is written to is no longer shared with the other workers.
"""

from __future__ import annotations

import gc
from contextlib import suppress

gc.disable()
with suppress(Exception):  # the first task of a worker will meet the same error, and report it
    import imggen.run.chunks.worker
    import imggen.run.engines.parallel  # noqa: F401
gc.freeze()
gc.enable()
