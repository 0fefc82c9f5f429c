"""`python cli.py` in a checkout is the command `autoviz`, as `python -m graphgen` is."""

import sys

from autoviz_torch import main

if __name__ == "__main__":
    sys.exit(main())
