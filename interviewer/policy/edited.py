"""What of a stored interview its case still has, after an author edited the case under way."""

from __future__ import annotations

from typing import Any

from interviewer.core.act import MoveKind
from interviewer.core.assessment import TurnAssessment
from interviewer.core.case import Case
from interviewer.core.transcript import Turn


def named_in(case: Case) -> frozenset[str]:
    """Ids of everything that a move or an assessment may name."""
    ids = {item.id for _, item in case.items()} | {flag.id for _, flag in case.red_flags()}
    ids |= {fact.id for fact in case.facts} | {push.id for push in case.push_backs}
    ids |= {dive.id for dive in case.deep_dives} | {c.id for c in case.constraint_changes}
    return frozenset(ids)


def still_there(turn: Turn, known: frozenset[str]) -> Turn:
    """An interviewer turn whose move names nothing that is gone."""
    move = turn.move
    if (
        move is None
        or move.kind is MoveKind.CHECK_NUMBERS
        or known.issuperset({move.item, move.red_flag, move.about, *move.facts} - {None})
    ):
        return turn
    names = {"item": move.item, "red_flag": move.red_flag, "about": move.about}
    kept: dict[str, Any] = {key: id_ if id_ in known else None for key, id_ in names.items()}
    kept["facts"] = tuple(fact for fact in move.facts if fact in known)
    return turn.model_copy(update={"move": move.model_copy(update=kept)})


def still_heard(heard: TurnAssessment, known: frozenset[str]) -> TurnAssessment:
    """An assessment without items and red flags that are gone."""
    return heard.model_copy(
        update={
            "verdicts": tuple(v for v in heard.verdicts if v.item in known),
            "red_flags": tuple(hit for hit in heard.red_flags if hit.red_flag in known),
        }
    )
