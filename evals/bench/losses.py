"""What was lost or doubled in an interview that was killed: the database against what was told."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from evals.bench.nursery import GOODBYE, Job


@dataclass
class Told:
    """What children told of one interview, and what became of it."""

    stored: list[str] = field(default_factory=list)
    """Candidate texts whose reply had begun."""
    replies: list[str] = field(default_factory=list)
    """Replies that were heard to their end."""
    kills: int = 0
    without_checkpoints: int = 0
    moments: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


class Kept(NamedTuple):
    """What the database holds of one interview."""

    end: str | None
    """Why it ended; None while it goes on."""
    turns: Sequence[tuple[int, str, str]]
    """Number, role and text."""
    judged: Sequence[int]
    """Numbers of the candidate turns that were read."""
    results: int


def problems_in(job: Job, told: Told, *, finished: bool) -> list[str]:
    """What is lost, doubled or out of order in the database, as sentences.

    Args:
        job: the interview and everything that its candidate says.
        told: what children told of it so far.
        finished: whether the interview was played to its end.
    """
    kept = _read(Path(job.home) / "interviews.sqlite", job.interview_id)
    problems = [*_in_order(kept), *_lost(kept, told), *_doubled(kept, job)]
    if finished:
        problems += _unfinished(kept)
    return [f"{job.interview_id}: {problem}" for problem in problems]


def _read(file: Path, interview: str) -> Kept:
    mine = "WHERE interview_id = ?"
    with closing(sqlite3.connect(file)) as database:
        if not database.execute("SELECT 1 FROM sqlite_master WHERE name = 'turns'").fetchone():
            return Kept(None, (), (), 0)  # killed before the tables were made

        def rows(question: str) -> list[Any]:
            return database.execute(question, (interview,)).fetchall()

        return Kept(
            end=next(
                (row[0] for row in rows("SELECT end_reason FROM interviews WHERE id = ?")), None
            ),
            turns=rows(f"SELECT number, role, text FROM turns {mine} ORDER BY number"),
            judged=[row[0] for row in rows(f"SELECT turn FROM assessments {mine} ORDER BY turn")],
            results=len(rows(f"SELECT 1 FROM results {mine}")),
        )


def _in_order(kept: Kept) -> Iterator[str]:
    numbers = [number for number, _, _ in kept.turns]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"the turns are numbered {numbers}"
    roles = [role for _, role, _ in kept.turns]
    expected = [("interviewer", "candidate")[at % 2] for at in range(len(roles))]
    if roles != expected:
        yield f"the roles do not alternate: {roles}"


def _lost(kept: Kept, told: Told) -> Iterator[str]:
    said = Counter(text for _, role, text in kept.turns if role == "candidate")
    for text in told.stored:
        if said[text] != 1:
            yield f"stored {said[text]} times: {text!r}"
    answered = Counter(text for _, role, text in kept.turns if role == "interviewer")
    for text, times in (Counter(told.replies) - answered).items():
        yield f"heard {times} times more often than stored: {text!r}"


def _doubled(kept: Kept, job: Job) -> Iterator[str]:
    said = [text for _, role, text in kept.turns if role == "candidate"]
    if said != [*job.texts, GOODBYE][: len(said)]:
        yield f"the candidate's turns are not what was said: {said}"
    answered = [number - 1 for number, role, _ in kept.turns if role == "interviewer"][1:]
    if list(kept.judged) != answered:
        yield f"turns {answered} are answered and turns {kept.judged} were read"


def _unfinished(kept: Kept) -> Iterator[str]:
    if kept.end is None:
        yield "it has not ended"
    if not kept.turns or kept.turns[-1][1] != "interviewer":
        yield "its last turn is unanswered"
    if kept.results != 1:
        yield f"it has {kept.results} results"
