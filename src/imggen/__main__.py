"""`python -m imggen`, the same as the console script `imggen`."""

import sys

from imggen.cli import main

sys.exit(main())
