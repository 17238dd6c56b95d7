"""A step judged as a whole when it has ended: what was said to it, and what it was found worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from interviewer.brains.protocol import Brain
from interviewer.core.assessment import Assessment, Judgement, RaisedBy, StepGrade
from interviewer.core.settings import StepId
from interviewer.core.transcript import Turn
from interviewer.policy import InterviewState, fold_interview
from interviewer.store import StoredInterview
from interviewer.text.sentences import find_quote


@dataclass(frozen=True)
class Ending:
    """A step that an interviewer's turn ended, with what was said to it until then.

    Attributes:
        turn: number of that turn.
        said: the candidate's turns that belong to the step.
        asked: the interviewer's words in it.
    """

    step: StepId
    turn: int
    said: tuple[Turn, ...]
    asked: tuple[str, ...]


def ungraded(stored: StoredInterview, current: StepId) -> list[Ending]:
    """What was not judged as a whole yet: steps at their first end, and the one in hand.

    A step is judged once. What a deep dive or a return adds to it later counts turn by turn.

    Args:
        stored: the interview; its last turn is the interviewer's.
        current: the step that it is in.
    """
    ends: dict[StepId, int] = {}
    for turn in stored.turns:
        if turn.move is not None and turn.move.closes is not None:
            ends.setdefault(turn.move.closes, turn.number)
    ends.setdefault(current, stored.turns[-1].number)
    known = {grade.step for grade in stored.grades}
    endings = [ending_of(stored, step, turn) for step, turn in ends.items() if step not in known]
    return [ending for ending in endings if ending.said]


def ending_of(stored: StoredInterview, step: StepId, turn: int) -> Ending:
    """What was said to a step before one of the interviewer's turns."""
    before = [one for one in stored.turns if one.number <= turn]
    elsewhere = set(_touching(stored, step))
    return Ending(
        step=step,
        turn=turn,
        said=tuple(
            one
            for one in before
            if one.role == "candidate" and (one.step is step or one.number in elsewhere)
        ),
        asked=tuple(t.text for t in before if t.role == "interviewer" and t.step is step),
    )


def _touching(stored: StoredInterview, step: StepId) -> Iterator[int]:
    """Numbers of turns in which a point of the step was heard, wherever the interview was."""
    for number, heard in stored.assessments.items():
        if any(v.step is step and v.evidence is not None for v in heard.verdicts):
            yield number


async def grade_step(
    brain: Brain, stored: StoredInterview, progress: InterviewState, ending: Ending, now: float
) -> StepGrade:
    """Has a brain judge a step that ended.

    Raises:
        BrainError: it could not be judged; the verdicts of the turns then stand.
    """
    answer = "\n\n".join(turn.whole for turn in ending.said)
    judgement = await brain.grade(progress.case, ending.step, answer, ending.asked)
    return StepGrade(
        step=ending.step,
        turn=ending.turn,
        verdicts=tuple(_verdicts(judgement, stored, progress, ending)),
        brain=brain.name,
        at=now,
    )


def _verdicts(
    judgement: Judgement, stored: StoredInterview, progress: InterviewState, ending: Ending
) -> Iterator[Assessment]:
    helped: dict[int, dict[str, RaisedBy]] = {}
    for found in judgement.items:
        turn = _turn_of(found.quote, ending.said)
        if turn is None:
            yield found.quoting("")
            continue
        if turn not in helped:
            helped[turn] = _help_before(stored, progress, turn)
        yield found.quoting(found.quote, turn).with_help(helped[turn])


def _turn_of(quote: str, said: Sequence[Turn]) -> int | None:
    """The turn that holds a quote."""
    if not quote:
        return None
    return next((turn.number for turn in said if find_quote(quote, turn.whole)), None)


def _help_before(
    stored: StoredInterview, progress: InterviewState, turn: int
) -> dict[str, RaisedBy]:
    """Who had brought each point up when a turn was said."""
    earlier = [one for one in stored.turns if one.number < turn]
    case, framework, settings = progress.case, progress.framework, progress.settings
    return fold_interview(case, framework, settings, earlier, stored.assessments).help_given
