"""The case's own sentences for a move, each with its other ways (`ways.yaml`)."""

from __future__ import annotations

from interviewer.core.act import Move, MoveKind
from interviewer.core.case import Case, ItemWays
from interviewer.core.settings import StepId

Texts = tuple[str, ...]
"""Ways to say the same, the case's own first; empty when there is nothing to say."""


def opening_of(case: Case) -> Texts:
    """The case's opening."""
    return (case.opening, *case.ways.opening)


def question_of(case: Case, step: StepId) -> Texts:
    """The opening question of a step."""
    return (case.steps[step].question, *case.ways.steps.get(step, ()))


def fact_of(case: Case, fact_id: str) -> Texts:
    """A fact."""
    return (case.fact(fact_id).answer, *case.ways.facts.get(fact_id, ()))


def authored(case: Case, move: Move) -> Texts:
    """What the case itself says for a move; empty where it has nothing."""
    if move.red_flag:
        challenge = case.red_flag(move.red_flag).challenge
        return (challenge, *case.ways.red_flags.get(move.red_flag, ()))
    if move.about:
        return _about(case, move)
    return () if move.item is None else _of_item(case, move, move.item)


def _about(case: Case, move: Move) -> Texts:
    about = move.about or ""
    for dive in case.deep_dives:
        if dive.id == about and move.follow_up:
            at = min(move.follow_up, len(dive.follow_ups)) - 1
            return (dive.follow_ups[at], *_at(case.ways.dive_follow_ups.get(about, ()), at))
        if dive.id == about:
            return (dive.question, *case.ways.deep_dives.get(about, ()))
    for change in case.constraint_changes:
        if change.id == about:
            return (change.text, *case.ways.constraint_changes.get(about, ()))
    for push in case.push_backs:
        if push.id == about:
            return (push.text, *case.ways.push_backs.get(about, ()))
    return ()


def _of_item(case: Case, move: Move, item_id: str) -> Texts:
    item, ways = case.item(item_id), case.ways.items.get(item_id, ItemWays())
    if move.kind is MoveKind.HINT:
        at = move.hint - 1
        return (item.hints[at], *_at(ways.hints, at))
    at = min(move.follow_up, len(item.follow_ups) - 1)
    return (item.follow_ups[at], *_at(ways.follow_ups, at))


def _at(ways: tuple[Texts, ...], at: int) -> Texts:
    return ways[at] if at < len(ways) else ()
