"""What is shown of a stored interview."""

from __future__ import annotations

from interviewer.core.assessment import Notebook
from interviewer.core.settings import Mode, StepId, step_minutes
from interviewer.policy import InterviewState, interview_record, notebook_of
from interviewer.results.step_heard import step_heard
from interviewer.results.views import InterviewView, PhaseStatus, PhaseView, StepHeard
from interviewer.scoring import EndReason, Scorecard, score_interview
from interviewer.store import StoredInterview


def view_of(
    stored: StoredInterview, progress: InterviewState, before: Notebook | None = None
) -> InterviewView:
    """The interview at the moment it was loaded.

    Args:
        stored: the interview.
        progress: the same, folded.
        before: the notebook of the interview that it follows.
    """
    case = progress.case
    ended = stored.row.end_reason
    return InterviewView(
        interview_id=stored.row.id,
        case_id=stored.row.case_id,
        case_title=case.title,
        settings=stored.row.settings,
        brain=stored.row.brain,
        turns=stored.turns,
        step=progress.step,
        phases=_phases(progress),
        notebook=notebook_of(progress),
        seconds_used=progress.seconds,
        seconds_planned=sum(step_minutes(progress.settings)[s] for s in progress.plan) * 60,
        created_at=stored.row.created_at,
        paused_at=stored.row.paused_at,
        paused_seconds=stored.row.paused_seconds,
        follows=stored.row.follows,
        before=before,
        heard=_heard(stored, progress),
        linked=stored.linked,
        rejudgements=stored.rejudgements,
        feedback=stored.row.feedback,
        spent=stored.spent,
        unanswered=ended is None and (stored.unanswered or progress.end_reason) is not None,
        end_reason=ended,
        scorecard=_score(stored, progress, ended) if ended else None,
    )


def _heard(stored: StoredInterview, progress: InterviewState) -> tuple[StepHeard, ...]:
    """What was heard of the steps that have ended; real mode keeps it for the scorecard."""
    if progress.settings.mode is Mode.REAL:
        return ()
    ends = {turn.move.closes: turn.number for turn in stored.turns if turn.move is not None}
    return tuple(
        step_heard(progress, step, turn) for step, turn in ends.items() if step is not None
    )


def _score(stored: StoredInterview, progress: InterviewState, reason: EndReason) -> Scorecard:
    progress.end_reason = reason
    record = interview_record(progress, stored.turns, stored.assessments)
    return score_interview(record, progress.case, progress.settings)


def _phases(progress: InterviewState) -> tuple[PhaseView, ...]:
    phases = [
        (phase.title, tuple(step for step in phase.steps if step in progress.plan))
        for phase in progress.framework.phases
    ]
    return tuple(
        PhaseView(title=title, steps=steps, status=_phase_status(progress, steps))
        for title, steps in phases
        if steps
    )


def _phase_status(progress: InterviewState, steps: tuple[StepId, ...]) -> PhaseStatus:
    if progress.step in steps and progress.end_reason is None:
        return "current"
    if all(progress.steps[step].closed for step in steps):
        return "done"
    return "ahead"
