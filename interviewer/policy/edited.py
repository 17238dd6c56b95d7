"""Cases that their author edited under way: what they no longer have is left out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from interviewer.core.act import MoveKind
from interviewer.core.assessment import TurnAssessment
from interviewer.core.case import Case
from interviewer.core.transcript import Turn


def still_there(
    case: Case, turns: Sequence[Turn], assessments: Mapping[int, TurnAssessment]
) -> tuple[list[Turn], dict[int, TurnAssessment]]:
    """What was said and read of an interview, without what its case no longer has."""
    hits = (hit for heard in assessments.values() for hit in heard.red_flags)
    known = case.ids.union(hit.red_flag for hit in hits if hit.statement)  # never listed
    read = {number: _assessed(heard, known) for number, heard in assessments.items()}
    return [_asked(turn, known) for turn in turns], read


def _asked(turn: Turn, known: Collection[str]) -> Turn:
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


def _assessed(assessment: TurnAssessment, known: Collection[str]) -> TurnAssessment:
    """An assessment without items and red flags that are gone."""
    return assessment.model_copy(
        update={
            "verdicts": tuple(v for v in assessment.verdicts if v.item in known),
            "red_flags": tuple(hit for hit in assessment.red_flags if hit.red_flag in known),
        }
    )
