"""The protocol of a brain, and what every brain keeps to.

A brain assesses a turn, says a move, grades a step and debriefs the candidate. It never decides the
flow and never does sums: moves come from the policy, figures from the scorecard.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import NamedTuple, ParamSpec, Protocol, TypeVar

from interviewer.core.act import Move
from interviewer.core.agenda import Agenda
from interviewer.core.assessment import (
    Assessment,
    Judgement,
    Notebook,
    RedFlagHit,
    Rejudgement,
    TurnAssessment,
)
from interviewer.core.case import Case, Framework
from interviewer.core.debrief import Debrief
from interviewer.core.design import Closing, DesignRecord
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
        open_flags: red flags of the case heard, challenged or not, that were not taken back.
        standing: the same with their words, and wrong claims that the case does not list.
        taken_back: wrong claims that are believed to be taken back, when the interview is over.
        assessment: what was read in the last turn, once it has been read.
        notebook: facts told, assumptions, figures and decisions so far.
        minutes: used so far and planned in all.
        design: what the candidate has built so far.
        agenda: what the next reply may do, where the interviewer finds its own.
    """

    case: Case
    framework: Framework
    settings: InterviewSettings
    step: StepId
    turns: Sequence[Turn]
    assessments: Sequence[Assessment] = ()
    open_flags: Sequence[str] = ()
    standing: Sequence[RedFlagHit] = ()
    taken_back: Sequence[RedFlagHit] = ()
    last_move: Move | None = None
    assessment: TurnAssessment | None = None
    notebook: Notebook = Notebook()
    minutes: tuple[float, float] = (0.0, 0.0)
    design: DesignRecord = DesignRecord()
    agenda: Agenda | None = None


@dataclass
class Speech:
    """A reply that the interviewer found by itself.

    Attributes:
        move: what it does; whole when its sentences have been drawn, as it names the facts that
            they told.
        sentences: its words, as they may be shown; the first has been checked already.
    """

    move: Move
    sentences: AsyncIterator[str]


class Answer(NamedTuple):
    """What a candidate said at once.

    Attributes:
        text: their words.
        question: what the interviewer had said just before; empty where that is not known.
    """

    text: str
    question: str = ""


class Heard(NamedTuple):
    """What a brain found in a whole interview, when it is over.

    Attributes:
        items: points of which more was said than had been found.
        recovered: ids of wrong claims that were taken back.
        upheld: ids of claims that were believed to be taken back and stand.
        dropped: ids of claims that are not wrong after all.
        closing: what goes beyond the rubric, and what to be ready for.
    """

    items: tuple[Assessment, ...] = ()
    recovered: tuple[str, ...] = ()
    upheld: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    closing: Closing = Closing()


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

    @property
    def interviews(self) -> bool:
        """Whether it finds replies of its own, under an agenda, while it reads the message."""
        return False

    async def reply(self, scene: Scene) -> Speech | None:
        """Its own reply to the last turn, under the scene's agenda.

        It is asked while the turn is being assessed, so it knows what was read before it.

        Returns:
            The reply; None where it is left to the policy.

        Raises:
            BrainError: no words could be found; nothing was shown.
        """
        return None

    async def look_back(self, scene: Scene, absent: Sequence[str]) -> Heard:
        """Looks at a whole interview before anything in it is called missing.

        Args:
            scene: the interview at its end.
            absent: ids of items that nobody has heard so far.

        Raises:
            BrainError: it could not be looked at.
        """
        return Heard()

    async def reread(self, scene: Scene, claim: Rejudgement) -> Judgement | None:
        """Reads a whole interview again for one point whose verdict the candidate disputes.

        Args:
            scene: the interview at its end.
            claim: the point, and the words that the candidate points at.

        Returns:
            The point as it is judged now; None where only the words pointed at can be judged.

        Raises:
            BrainError: it could not be read.
        """
        return None

    def prepare(self, case: Case) -> None:
        """Makes what it needs of a case now instead of at its first turn (blocking)."""
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
        self,
        case: Case,
        step: StepId,
        said: Sequence[Answer],
        standing: Sequence[RedFlagHit] = (),
    ) -> Judgement:
        """Judges all that was said about one step, against that step only.

        Args:
            case: the case with its variant applied.
            step: the step.
            said: everything the candidate said to it; the questions help to understand it and to
                tell who brought a point up, and earn nothing.
            standing: wrong claims that were heard in it, of which it is said what became.

        Raises:
            BrainError: it could not be judged.
        """
        ...

    async def debrief(self, scene: Scene, scorecard: Scorecard) -> Debrief:
        """What the candidate is told afterwards, beside the computed scorecard.

        Args:
            scene: the interview at its end.
            scorecard: what it is worth; no figure of it is changed any more.

        Raises:
            BrainError: there are no words for it.
        """
        ...


SPOKEN_WORDS = 60  # more than that at once, and nobody remembers the question
FACTS_AT_ONCE = 8

TITLES = {
    StepId.REQUIREMENTS: "goals and constraints",
    StepId.FRAMING: "framing the problem",
    StepId.DATA: "the data",
    StepId.MODELING: "models and evaluation",
    StepId.SERVING: "serving",
    StepId.MONITORING: "monitoring",
    StepId.SUMMARY: "your summary",
}
"""What a step is called in a sentence to the candidate."""
NAMES = TITLES | {
    StepId.FRAMING: "framing",
    StepId.DATA: "data",
    StepId.SUMMARY: "the summary",
}
"""The same in feedback, where it stands beside a score."""


class Draft(NamedTuple):
    """What a reply has to say, in the embedded brain's words."""

    sentences: Sequence[str]
    owed: frozenset[str] = frozenset()
    """Those that have to reach the candidate: facts, a word's meaning, the time, what is open."""
    room: int = SPOKEN_WORDS
    """How many words the reply may have."""


LONG = 3000  # characters; a message of more is read after the long ones that came before it
SHORT_AT_ONCE = 2  # texts; more threads only take the processor from each other

Found = TypeVar("Found")
Given = ParamSpec("Given")


class Readers:
    """Threads of their own, so that a crowd of texts keeps no other work of the program waiting."""

    async def run(
        self, size: int, work: Callable[Given, Found], *args: Given.args, **named: Given.kwargs
    ) -> Found:
        """Does blocking work on a text.

        Args:
            size: characters of the text.
            work: what is to be done.
            args: its arguments.
            named: those with a name.
        """
        threads = self._long if size > LONG else self._short
        call = partial(work, *args, **named)
        return await asyncio.get_running_loop().run_in_executor(threads, call)

    @cached_property
    def _long(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, "long-text")

    @cached_property
    def _short(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(SHORT_AT_ONCE, "text")
