"""Steps judged as a whole when they ended, taken into an interview's progress."""

from __future__ import annotations

from interviewer.core.assessment import StepGrade, Verdict
from interviewer.policy.progress import InterviewState


def take_grade(progress: InterviewState, grade: StepGrade) -> None:
    """Lets the verdicts of a grade count from the moment the step ended.

    What it has no words for keeps the verdict of its turn; what the case no longer has is left out.
    """
    known = {item.id for _, item in progress.case.items()}
    for verdict in grade.verdicts:
        silent = verdict.verdict is Verdict.UNASSESSED and verdict.evidence is None
        if verdict.item in known and not silent:
            progress.assessments[verdict.item] = verdict
