"""Judgements with their evidence, as HTML; and how they changed when a step was answered again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markupsafe import Markup

from interviewer.core.assessment import RaisedBy, Rejudgement, Verdict
from interviewer.core.case import Case
from interviewer.core.design import Hole, Idea
from interviewer.reports.front import as_sentence
from interviewer.reports.sentences import claim, other_ways, rejudged_sentence, statement
from interviewer.reports.wording import VERDICT_WORDS, fate, step_grade, verdict_word
from interviewer.results.result import Result
from interviewer.scoring import FlagResult, ItemResult, Observation, PracticePoint, StepResult
from interviewer.web.templates import part

_RAISED = {
    RaisedBy.CANDIDATE: "Raised by you.",
    RaisedBy.OPEN_PROBE: "After an open question.",
    RaisedBy.NARROW_PROBE: "After a narrow question.",
    RaisedBy.CHALLENGE: "After a challenge or a scenario that led to it.",
    RaisedBy.HINT1: "With a first hint.",
    RaisedBy.HINT2: "With a second hint.",
    RaisedBy.HINT3: "With a third hint.",
    RaisedBy.TOLD: "Told by the interviewer.",
}
_RANK = [Verdict.UNASSESSED, Verdict.ABSENT, Verdict.PARTIAL, Verdict.MET]


def item_row(
    item: ItemResult,
    case: Case | None,
    again: Sequence[Rejudgement] = (),
    gap: PracticePoint | None = None,
    note: str = "",
) -> Markup:
    """One judged rubric item: verdict, quote with its turn, reason, what would have earned it.

    Args:
        item: the verdict that counts.
        case: for the item's statement.
        again: how the item was judged again, if it was.
        gap: what lacked, where it was not earned in full.
        note: title of the note to read with it; empty where there is none.
    """
    raised = _RAISED[item.raised_by] if item.quote and item.raised_by else ""
    lacks = gap if item.verdict is not Verdict.MET else None
    why = item.reason or (lacks.lacked if lacks is not None else "")
    return part(
        "evidence.item_row",
        item,
        verdict_word(item).capitalize(),
        statement(case, item.item),
        f"{why} {raised}".strip(),
        [(one, rejudged_sentence(one)) for one in again],
        lacks,
        other_ways(case, item.item),
        note,
    )


def flag_row(flag: FlagResult, case: Case | None) -> Markup:
    """A red flag that was heard, and what became of it."""
    return part("evidence.flag_row", flag, as_sentence(claim(case, flag)), fate(flag))


def observation_row(observation: Observation) -> Markup:
    """Something observable about communication."""
    return part("evidence.observation_row", observation)


def idea_row(idea: Idea) -> Markup:
    """A sound idea that no item names, with its words."""
    return part("evidence.idea_row", idea)


def hole_row(hole: Hole, note: str) -> Markup:
    """A question to be ready for, the claim that it rests on, and a note to read.

    Args:
        hole: the question.
        note: title of its note; empty where there is none.
    """
    return part("evidence.hole_row", hole, note)


class Change(NamedTuple):
    """An item that is judged otherwise than before."""

    words: str
    """Both verdicts."""
    statement: str
    better: bool


def before_and_after(before: Result | None, after: Result, case: Case | None) -> str:
    """What changed since the step was answered first; nothing without an earlier answer."""
    step = after.settings.drill
    old, new = _step(before, step), _step(after, step)
    if old is None or new is None:
        return ""
    changes = list(_changes(old, new, case))
    return part(
        "evidence.before_and_after", new.step.value, step_grade(old), step_grade(new), changes
    )


def _step(result: Result | None, step: object) -> StepResult | None:
    steps = result.steps if result is not None else ()
    return next((one for one in steps if one.step is step), None)


def _changes(old: StepResult, new: StepResult, case: Case | None) -> Iterator[Change]:
    was = {item.item: item.verdict for item in old.items}
    for item in new.items:
        first, now = was.get(item.item, Verdict.ABSENT), item.verdict
        if first is not now:
            words = f"{VERDICT_WORDS[first]} \u2192 {VERDICT_WORDS[now]}"
            better = _RANK.index(now) > _RANK.index(first)
            yield Change(words, statement(case, item.item), better)
