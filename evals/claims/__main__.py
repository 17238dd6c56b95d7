"""`python -m evals.claims`: precision and recall of challenges."""

from __future__ import annotations

import sys

from evals.__main__ import main

sys.exit(main(["claims", *sys.argv[1:]]))
