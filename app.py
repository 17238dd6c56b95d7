"""Serves the page at http://127.0.0.1:7860, as `interviewer serve` does: `python app.py`.

What it shows and does is in `interviewer/web`.
"""

from interviewer.cli import main

if __name__ == "__main__":
    main(["serve"])
