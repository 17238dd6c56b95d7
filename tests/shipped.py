"""The shipped case with the real judge, and scenes of interviews about it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interviewer.brains.protocol import Scene
from interviewer.cases.library import load_library
from interviewer.core.act import Move, MoveKind
from interviewer.core.case import Case, Framework
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.core.transcript import Turn
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.judge.reading import Vectors
from interviewer.retrieval.embedding import shared_model
from tests.homes import shared_folder

CASE_ID = "video_recommendation"


@cache
def shipped_case() -> Case:
    """The case that the tests of brain and judge are about."""
    return load_library().cases[CASE_ID]


@cache
def shipped_framework() -> Framework:
    """The framework of scenes."""
    return load_library().frameworks["seven_step"]


def the_judge(factory: pytest.TempPathFactory) -> EmbeddedJudge:
    """The judge, prepared for the shipped case; its vectors are shared by all tests of a run."""
    return _judge(shared_folder(factory, "vectors"))


@cache
def _judge(folder: Path) -> EmbeddedJudge:
    known: dict[str, Vectors] = {}

    def encode(texts: Sequence[str]) -> Vectors:
        """The model's vectors; each text is encoded once a run."""
        if fresh := [text for text in dict.fromkeys(texts) if text not in known]:
            known.update(zip(fresh, shared_model().encode(fresh), strict=True))
        return np.stack([known[text] for text in texts])

    judge = EmbeddedJudge(encode, folder)
    vectors = judge.prepare(shipped_case())
    for bank in (vectors.earns, vectors.misses, vectors.flags, vectors.facts):
        known.update(zip(bank.texts, bank.vectors, strict=True))
    return judge


def a_scene(text: str | None = None, step: StepId = StepId.DATA, **overrides: Any) -> Scene:
    """A scene: the interviewer has asked, and the candidate has said `text` if it is given."""
    case: Case = overrides.get("case", shipped_case())
    asked = Move(kind=MoveKind.OPEN_STEP, step=step)
    turns = [a_line(1, case.steps[step].question, step, asked)]
    if text is not None:
        turns.append(a_line(2, text, step))
    values: dict[str, Any] = {
        "case": case,
        "framework": shipped_framework(),
        "settings": InterviewSettings(),
        "step": step,
        "turns": tuple(turns),
        "last_move": asked,
    }
    return Scene(**{**values, **overrides})


def a_line(number: int, text: str, step: StepId, move: Move | None = None) -> Turn:
    """A turn; the interviewer has the odd numbers."""
    role = "interviewer" if number % 2 else "candidate"
    return Turn(number=number, role=role, step=step, text=text, at=30.0 * number, move=move)


def interviewer_said(texts: Sequence[str], step: StepId = StepId.DATA) -> tuple[Turn, ...]:
    """A transcript in which the interviewer has said these texts, one a turn."""
    turns: list[Turn] = []
    for text in texts:
        turns += [a_line(len(turns) + 1, text, step), a_line(len(turns) + 2, "Go on.", step)]
    return tuple(turns)
