"""`python -m imggen`, the same as the console script `imggen`."""

from imggen.cli import enter

enter()
