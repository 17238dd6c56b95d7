"""What an assessed candidate turn changes in the progress of an interview."""

from __future__ import annotations

from interviewer.core.assessment import Assessment, RaisedBy, TurnAssessment, Verdict
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.policy.parked import park
from interviewer.policy.progress import TURN_CAP_SECONDS, InterviewState
from interviewer.scoring import FlagRecord, merge_turn
from interviewer.text.quantities import newest
from interviewer.text.words import spoken_words

_ANSWERS = frozenset((Intent.ANSWER, Intent.UNJUDGEABLE))
"""Whoever gave an answer that cannot be judged has not skipped the step."""


def hear(progress: InterviewState, turn: Turn, assessment: TurnAssessment) -> None:
    """Takes an assessed candidate turn into account."""
    here = progress.here
    waited = turn.at - progress.asked_at - turn.paused
    here.seconds += min(TURN_CAP_SECONDS, max(0.0, waited))
    here.answers += bool(_ANSWERS.intersection(assessment.intents))
    here.dont_knows += Intent.DONT_KNOW in assessment.intents
    here.words += assessment.words
    if Intent.UNJUDGEABLE in assessment.intents:
        here.unread += max(0, spoken_words(turn.text) - assessment.words)
    progress.assumptions += [a for a in assessment.assumptions if a not in progress.assumptions]
    progress.numbers = newest(progress.numbers, assessment.numbers)
    progress.decisions += [d for d in assessment.decisions if d not in progress.decisions]
    progress.sketch = turn.sketch or progress.sketch
    heard = [_with_help(progress, verdict) for verdict in assessment.verdicts]
    progress.assessments = merge_turn(progress.assessments, heard, assessment.withdrawn)
    progress.last_items = tuple(
        verdict.item for verdict in assessment.verdicts if verdict.verdict is not Verdict.ABSENT
    )
    _hear_flags(progress, assessment)
    _hear_talk(progress, assessment)


def _hear_talk(progress: InterviewState, assessment: TurnAssessment) -> None:
    """What was given already and what is put off is not asked about now."""
    last = progress.last_move
    if Intent.ALREADY_SAID in assessment.intents and last is not None and last.item:
        progress.said.add(last.item)
    if Intent.OFFER in assessment.intents and assessment.move_on_to is not None:
        progress.wanted = assessment.move_on_to
    _hear_opened(progress, assessment)
    park(progress, assessment)


def _hear_opened(progress: InterviewState, assessment: TurnAssessment) -> None:
    """An answer to a part that comes later counts as one of that part; a summary ends its own."""
    wish, target = {Intent.MOVE_ON, Intent.OFFER}, assessment.move_on_to
    if target is None or wish.intersection(assessment.intents):
        return
    if target in progress.plan and Intent.ANSWER in assessment.intents:
        state = progress.steps[target]
        state.answers += 1
        if target is StepId.SUMMARY:
            state.entered = state.closed = True


def _with_help(progress: InterviewState, verdict: Assessment) -> Assessment:
    """The verdict with whoever brought its item up."""
    raised_by = progress.help_given.get(verdict.item, RaisedBy.CANDIDATE)
    return verdict.model_copy(update={"raised_by": raised_by})


def _hear_flags(progress: InterviewState, assessment: TurnAssessment) -> None:
    for hit in assessment.red_flags:
        known = progress.flags.get(hit.red_flag)
        progress.flags[hit.red_flag] = FlagRecord(
            red_flag=hit.red_flag,
            step=hit.step,
            evidence=hit.evidence,
            challenged=known.challenged if known else False,
        )
    for flag in assessment.retracted:
        if flag in progress.flags:
            record = progress.flags[flag]
            progress.flags[flag] = record.model_copy(update={"recovered": True})
