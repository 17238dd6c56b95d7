"""The protocol of a brain: assess a turn, say a move, grade a step, narrate the feedback.

A brain never decides the flow and never does sums: moves come from the policy, figures from the
scorecard.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from interviewer.core.act import Move
from interviewer.core.assessment import Assessment, Judgement, Notebook, TurnAssessment
from interviewer.core.case import Case, Framework
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.scoring import Scorecard


@dataclass(frozen=True)
class Scene:
    """What a brain may know of an interview when it is called.

    Attributes:
        case: the case with its variant applied.
        turns: everything said so far, the turn in question last.
        assessments: best assessment of each item so far.
        open_flags: red flags heard, challenged or not, that were not taken back.
        assessment: what was read in the last turn, once it has been read.
        notebook: facts told, assumptions, figures and decisions so far.
        minutes: used so far and planned in all.
    """

    case: Case
    framework: Framework
    settings: InterviewSettings
    step: StepId
    turns: Sequence[Turn]
    assessments: Sequence[Assessment] = ()
    open_flags: Sequence[str] = ()
    last_move: Move | None = None
    assessment: TurnAssessment | None = None
    notebook: Notebook = Notebook()
    minutes: tuple[float, float] = (0.0, 0.0)


class Brain(Protocol):
    """Judges and speaks.

    What it says of itself has an answer already, for brains that name this protocol as their base.
    """

    fallback_reason: str = ""
    """Why another brain took this exchange over, for people; empty while none did."""

    @property
    def name(self) -> str:
        """Name and version, stored with every result."""
        ...

    @property
    def grades_steps(self) -> bool:
        """Whether it judges a step as a whole better than turn by turn, so that it is asked to."""
        return False

    def prepare(self, case: Case) -> None:
        """Makes what it needs of a case now instead of at its first turn (blocking)."""
        return

    def read_ahead(self, message: str) -> None:
        """Makes what it needs of a message before it is asked to assess it (blocking)."""
        return

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """Reads the last turn of the scene, a candidate's.

        Args:
            scene: the interview up to that turn.
            given: what a button said the message is, so that it need not be guessed.

        Raises:
            BrainError: it could not be read; nothing was decided.
        """
        ...

    def say(self, scene: Scene, move: Move) -> AsyncIterator[str]:
        """The interviewer's words for a move, sentence by sentence.

        Raises:
            BrainError: no words could be found; nothing was shown.
        """
        ...

    async def grade(
        self, case: Case, step: StepId, answer: str, asked: Sequence[str] = ()
    ) -> Judgement:
        """Judges a whole answer against one step only.

        Args:
            case: the case with its variant applied.
            step: the step.
            answer: everything the candidate said to it.
            asked: what the interviewer said between; helps to understand, earns nothing.

        Raises:
            BrainError: it could not be judged.
        """
        ...

    async def narrate(self, case: Case, scorecard: Scorecard) -> str:
        """Feedback in a few sentences, from the computed scorecard."""
        ...
