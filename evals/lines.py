"""JSON Lines, read by the one mark that ends a line: texts may hold the other ones."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from interviewer.core.errors import InterviewerError


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file, in order.

    Raises:
        InterviewerError: a line is no JSON object; names the line.
        OSError: the file cannot be read.
    """
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        if line.strip():
            try:
                found = json.loads(line)
            except ValueError as error:
                raise InterviewerError(f"{path}:{number}: {error}.", "Mend the line.") from error
            if not isinstance(found, dict):
                raise InterviewerError(f"{path}:{number}: not an object.", "Mend the line.")
            yield found
