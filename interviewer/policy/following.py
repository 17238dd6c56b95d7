"""A stored interview, followed turn by turn.

The state is not stored: the transcript and the assessments are the truth, and following them again
gives the same progress.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interviewer.core.assessment import StepGrade, TurnAssessment
from interviewer.core.case import Case, Framework
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Turn
from interviewer.policy.edited import named_in, still_heard, still_there
from interviewer.policy.graded import take_grade
from interviewer.policy.hearing import hear
from interviewer.policy.progress import InterviewState, new_state
from interviewer.policy.speaking import speak


def follow(
    case: Case,
    framework: Framework,
    settings: InterviewSettings,
    turns: Sequence[Turn],
    assessments: Mapping[int, TurnAssessment],
    grades: Sequence[StepGrade] = (),
) -> InterviewState:
    """Folds a stored interview.

    Steps that were judged as a whole count with that judgement from the moment they ended.
    Candidate turns without an assessment (unanswered) are left out, and so is what the case no
    longer has because its author edited it meanwhile.
    """
    progress = new_state(case, framework, settings)
    known = named_in(case)
    for turn in turns:
        if turn.role == "interviewer":
            speak(progress, still_there(turn, known))
            for grade in grades:
                if grade.turn == turn.number:
                    take_grade(progress, grade)
        elif turn.number in assessments:
            hear(progress, turn, still_heard(assessments[turn.number], known))
    return progress
