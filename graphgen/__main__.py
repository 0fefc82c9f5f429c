"""`python -m graphgen` is the command `autoviz`."""

import sys

from autoviz_torch import main

if __name__ == "__main__":
    sys.exit(main())
