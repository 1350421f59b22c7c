"""``python -m sirekap``: start, stop and inspect the reference stack."""

import sys

from sirekap.cli import main

if __name__ == "__main__":
    sys.exit(main())
