"""A stored interview, followed turn by turn.

Progress is not stored: the transcript and the assessments are the truth, and following them again
gives the same progress.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interviewer.assessment import StepGrade, TurnAssessment
from interviewer.cases import Case, Framework
from interviewer.moves.edited import named_in, still_heard, still_there
from interviewer.moves.graded import take_grade
from interviewer.moves.hearing import hear
from interviewer.moves.progress import Progress, new_progress
from interviewer.moves.speaking import speak
from interviewer.settings import InterviewSettings
from interviewer.transcript import Turn


def follow(
    case: Case,
    framework: Framework,
    settings: InterviewSettings,
    turns: Sequence[Turn],
    assessments: Mapping[int, TurnAssessment],
    grades: Sequence[StepGrade] = (),
) -> Progress:
    """Folds a stored interview.

    Steps that were judged as a whole count with that judgement from the moment they ended.
    Candidate turns without an assessment (unanswered) are left out, and so is what the case no
    longer has because its author edited it meanwhile.
    """
    progress = new_progress(case, framework, settings)
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
