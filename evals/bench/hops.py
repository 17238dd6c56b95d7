"""How far one message travels through our code: files, functions, changes of file.

`python -m evals.bench hops` traces one answered message, embedded brain, warm, below the page;
`python -m evals.bench.hops --by-file` lists what was called where. It is no benchmark of time, as
tracing costs most of it.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType

import interviewer
from evals.bench.measured import Measured
from interviewer.core.act import MoveKind
from interviewer.core.settings import InterviewSettings
from interviewer.service.interviews import open_interviews
from interviewer.simulation.homes import temporary_places

PACKAGE = str(Path(interviewer.__file__).parent)
CASE = "video_recommendation"
WARM = (
    "Who uses it, and how many of them are there each day?",
    "We want people to come back, so I would optimise long-term watch time, not clicks.",
)
MESSAGES = {
    MoveKind.PROBE: (
        "I would train a two-tower model on watch events with sampled softmax; then a ranker "
        "predicts expected watch time at 30k qps. What is the latency budget?"
    ),
    MoveKind.DEEPEN: (
        "I would train a two-tower model on watch events with sampled softmax, because retrieval "
        "over 100 million videos needs an index; then a ranker predicts expected watch time at 30k "
        "qps. What is the latency budget?"
    ),
}
"""Messages by what answers them: a question of the case, or one about the candidate's own words."""
MOST = {
    MoveKind.PROBE: {"files": 35, "functions": 300, "changes": 400},
    MoveKind.DEEPEN: {"files": 36, "functions": 320, "changes": 400},
}
"""What one message may touch at most; to quote the candidate takes the quoting on top."""


@dataclass
class Hops:
    """Calls into our package, on every thread.

    Attributes:
        calls: code objects called, with how often.
        changes: calls that led from one of our files into another, thread by thread.
    """

    calls: Counter[CodeType] = field(default_factory=Counter)
    changes: int = 0
    recording: bool = False
    _last: dict[int, str] = field(default_factory=dict)

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        """Is called by the interpreter at every call."""
        if not self.recording or event != "call" or _is_resumed(frame):
            return
        code = frame.f_code
        if not code.co_filename.startswith(PACKAGE):
            return
        if code.co_name.startswith("<"):
            return
        self.calls[code] += 1
        thread = threading.get_ident()
        self.changes += self._last.get(thread, code.co_filename) != code.co_filename
        self._last[thread] = code.co_filename

    @property
    def counted(self) -> dict[str, int]:
        """Files, functions and changes of file."""
        files = {code.co_filename for code in self.calls}
        return {"files": len(files), "functions": len(self.calls), "changes": self.changes}


def _is_resumed(frame: FrameType) -> bool:
    """Whether a generator or coroutine goes on, which is no call."""
    return frame.f_code.co_code[frame.f_lasti + 1] & 3 != 0  # the argument of RESUME


async def trace_message(kind: MoveKind) -> Hops:
    """Traces the third message of an interview, the one that a move of this kind answers.

    Raises:
        ValueError: something else answers it now, so that the count would be of another path.
    """
    hops = Hops()
    threading.setprofile(hops.note)  # worker threads begin with it
    sys.setprofile(hops.note)
    try:
        with temporary_places() as places:
            async with open_interviews(places) as interviews:
                await interviews.warm()
                view = await interviews.start(CASE, InterviewSettings(), "embedded")
                for text in WARM:
                    await interviews.submit(view.interview_id, text).finished()
                hops.recording = True
                view = await interviews.submit(view.interview_id, MESSAGES[kind]).finished()
                hops.recording = False
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    if (move := view.turns[-1].move) is None or move.kind is not kind:
        raise ValueError(f"The message of {kind} is answered by {move and move.kind}.")
    return hops


def measure() -> list[Measured]:
    """Files, functions and changes of file of each message."""
    return [
        Measured(f"a message, {kind}, {each}", hops.counted[each], most[each], each)
        for kind, most in MOST.items()
        for hops in [asyncio.run(trace_message(kind))]
        for each in most
    ]


def main() -> int:
    """Prints the counts; 1 when one is above its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by-file", action="store_true", help="list files with their functions")
    asked = parser.parse_args()
    missed = False
    for kind, most in MOST.items():
        hops = asyncio.run(trace_message(kind))
        if asked.by_file:
            _list_files(hops)
        for name, count in hops.counted.items():
            print(f"{kind}, {name}: {count} (at most {most[name]})")
            missed |= count > most[name]
    return int(missed)


def _list_files(hops: Hops) -> None:
    per_file = Counter(code.co_filename for code in hops.calls)
    for file, count in sorted(per_file.items()):
        print(f"{count:4} {Path(file).relative_to(PACKAGE)}")


if __name__ == "__main__":
    sys.exit(main())
