"""The served app, which also writes down when the facade releases each sentence of a reply.

python -m evals.bench.released PORT
"""

from __future__ import annotations

import itertools
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

from evals.bench.served import Server
from interviewer.core.paths import read_places
from interviewer.service.interviews import Interviews
from interviewer.web.server import serve

HOST = "127.0.0.1"


class Released(NamedTuple):
    """A sentence that left the facade."""

    interview: str
    exchange: int
    """Which reply it belongs to; no two replies have the same number."""
    at: float
    """Seconds since the epoch, by the clock that all processes of a machine share."""
    sentence: str


class WatchedServer(Server):
    """`Server` whose sentences are written down, with a language model set up.

    Args:
        home: its data folder.
        endpoint: address of the language model.
        model: its name.
    """

    program = ("-m", __name__)

    def __init__(self, home: Path, endpoint: str, model: str) -> None:
        super().__init__(home, OPENAI_BASE_URL=endpoint, INTERVIEWER_MODEL=model)

    def released(self) -> list[Released]:
        """Every sentence so far."""
        lines = file_in(self.home).read_text(encoding="utf-8").splitlines()
        return [Released(*json.loads(line)) for line in lines]


def file_in(home: Path) -> Path:
    """Where the sentences are written down."""
    return home / "released.jsonl"


def write_down(file: Path) -> None:
    """Has every sentence that `Interviews.submit` yields written to a file first."""
    original = Interviews.submit
    out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    numbers = itertools.count()

    async def submit(*arguments: Any, **named: Any) -> AsyncIterator[str]:
        interview_id, exchange = arguments[1], next(numbers)
        async for sentence in original(*arguments, **named):
            row = Released(interview_id, exchange, time.time(), sentence)
            os.write(out, f"{json.dumps(row)}\n".encode())
            yield sentence

    setattr(Interviews, "submit", submit)  # noqa: B010  (to a type checker it is final)


def main() -> None:
    """Serves until it is interrupted."""
    places = read_places()
    write_down(file_in(places.home))
    serve(HOST, int(sys.argv[1]), places)


if __name__ == "__main__":
    main()
