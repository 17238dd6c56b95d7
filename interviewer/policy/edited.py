"""Cases that their author edited under way: what they no longer have is left out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from interviewer.core.act import MoveKind
from interviewer.core.assessment import TurnAssessment
from interviewer.core.case import Case
from interviewer.core.transcript import Turn


def known_ids(case: Case, assessments: Iterable[TurnAssessment]) -> frozenset[str]:
    """Ids of all that a case has, and of wrong claims that it never listed."""
    hits = (hit for heard in assessments for hit in heard.red_flags)
    return case.ids.union(hit.red_flag for hit in hits if hit.statement)


def still_there(turn: Turn, known: Collection[str]) -> Turn:
    """An interviewer turn whose move names nothing that is gone."""
    move = turn.move
    named = {"item": move.item, "red_flag": move.red_flag, "about": move.about} if move else {}
    if (
        move is None
        or move.kind is MoveKind.CHECK_NUMBERS
        or set(known).issuperset({*named.values(), *move.facts} - {None})
    ):
        return turn
    kept: dict[str, Any] = {key: id_ if id_ in known else None for key, id_ in named.items()}
    kept["facts"] = tuple(fact for fact in move.facts if fact in known)
    return turn.model_copy(update={"move": move.model_copy(update=kept)})


def still_assessed(assessment: TurnAssessment, known: Collection[str]) -> TurnAssessment:
    """An assessment without items and red flags that are gone."""
    return assessment.model_copy(
        update={
            "verdicts": tuple(v for v in assessment.verdicts if v.item in known),
            "red_flags": tuple(hit for hit in assessment.red_flags if hit.red_flag in known),
        }
    )
