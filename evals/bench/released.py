"""The served app, which also writes down when the facade releases each sentence of a reply.

python -m evals.bench.released PORT FILE
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple, Self

from evals.bench.measured import ROOT
from evals.bench.served import Server
from interviewer.face.server import serve
from interviewer.interview import Interviews
from interviewer.settings import read_places

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

    def __init__(self, home: Path, endpoint: str, model: str) -> None:
        super().__init__(home)
        self._file = home / "released.jsonl"
        self._variables = {
            "INTERVIEWER_HOME": str(home),
            "INTERVIEWER_MODEL": model,
            "OPENAI_BASE_URL": endpoint,
        }

    def __enter__(self) -> Self:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI", "INTERVIEWER"))}
        self.process = subprocess.Popen(
            [sys.executable, "-m", __name__, str(self.port), str(self._file)],
            cwd=ROOT,
            env={**kept, **self._variables},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.process.stdout.readline()  # the port is open from here on
        return self

    def released(self) -> list[Released]:
        """Every sentence so far."""
        lines = self._file.read_text(encoding="utf-8").splitlines()
        return [Released(*json.loads(line)) for line in lines]


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
    port, file = sys.argv[1:]
    write_down(Path(file))
    serve(HOST, int(port), read_places())


if __name__ == "__main__":
    main()
