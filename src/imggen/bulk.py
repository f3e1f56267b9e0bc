"""`python -m imggen.bulk`, also `imggen bulk`: makes the dataset that a configuration describes.

Worker processes load this module again, so it holds nothing but the way in.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run `python -m imggen.bulk` with `argv` (default: the command line's); the exit code."""
    from imggen.command.app import make_app, run_app  # noqa: PLC0415  # not for workers
    from imggen.command.bulk import EPILOG, HELP, bulk  # noqa: PLC0415  # likewise

    app = make_app()
    app.command(help=HELP, epilog=EPILOG)(bulk)
    return run_app(app, argv, "python -m imggen.bulk")


if __name__ == "__main__":
    sys.exit(main())
