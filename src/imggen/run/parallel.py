"""The parts of joblib that runs use.

Imported here only, as joblib warns at its import of a serial mode where a system lacks semaphores:
its own pools would be serial then, those of imggen.run.pools are not.
"""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=".*joblib will operate in serial mode")
    from joblib import dump, load
    from joblib.externals.loky import ProcessPoolExecutor, cpu_count

__all__ = ["ProcessPoolExecutor", "cpu_count", "dump", "load"]
