"""One exchange: what the graph's nodes do with a stored candidate turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field

from interviewer.brains.fallback import FallbackBrain
from interviewer.brains.protocol import Brain, Scene
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Assessment, Evidence, RedFlagHit, TurnAssessment, Verdict
from interviewer.core.case import Case, Framework
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Intent, Turn
from interviewer.llm.usage import CallRecord
from interviewer.policy import (
    InterviewState,
    apply_candidate,
    next_move,
    notebook_of,
    planned_seconds,
)
from interviewer.store import Store, StoredInterview
from interviewer.text.quotes import find_quote


@dataclass
class StoredExchange:
    """The exchange of one unanswered candidate turn, from the store back into the store.

    Attributes:
        stored: the interview as it was when the turn had been stored.
        clock: seconds since the epoch.
        progress: the interview before that turn; the exchange carries it on.
        given: what a button said the message is.
        calls: calls to a language model made for it, kept with its reply.
    """

    stored: StoredInterview
    case: Case
    framework: Framework
    settings: InterviewSettings
    brain: Brain
    store: Store
    clock: Callable[[], float]
    progress: InterviewState
    given: Intent | None = None
    heard: TurnAssessment | None = field(init=False, default=None)
    move: Move | None = field(init=False, default=None)
    spoken: list[str] = field(init=False, default_factory=list)
    calls: list[CallRecord] = field(default_factory=list)

    @property
    def turn(self) -> Turn:
        """The candidate turn in hand."""
        return self.stored.turns[-1]

    async def assess(self) -> None:
        """Has the brain read the candidate turn."""
        self.heard = grounded(await self.brain.assess(self._scene(), self.given), self.turn)

    def decide(self) -> MoveKind:
        """Chooses the move."""
        assert self.heard is not None
        apply_candidate(self.progress, self.turn, self.heard)
        self.move = next_move(self.progress, self.heard)
        return self.move.kind

    async def say(self) -> AsyncIterator[str]:
        """The brain's words for the move, remembered as they are spoken."""
        assert self.move is not None
        async for sentence in self.brain.say(self._scene(), self.move):
            self.spoken.append(sentence)
            yield sentence

    async def keep(self) -> int:
        """Stores assessment and reply in one transaction; returns the reply's number."""
        assert self.heard is not None and self.move is not None
        reply = Turn(
            number=self.turn.number + 1,
            role="interviewer",
            step=self.move.step,
            text=" ".join(self.spoken),
            at=self.clock(),
            move=self.move,
            stand_in=self.brain.stand_in if isinstance(self.brain, FallbackBrain) else "",
        )
        await self.store.add_exchange_reply(
            self.stored.row.id, self.turn.number, self.heard, reply, self.calls
        )
        self.calls.clear()
        return reply.number

    def _scene(self) -> Scene:
        progress = self.progress
        return Scene(
            case=self.case,
            framework=self.framework,
            settings=self.settings,
            step=progress.step,
            turns=self.stored.turns,
            assessments=tuple(progress.assessments.values()),
            open_flags=tuple(id_ for id_, flag in progress.flags.items() if not flag.recovered),
            last_move=progress.last_move,
            heard=self.heard,
            notebook=notebook_of(progress),
            minutes=(progress.seconds / 60, planned_seconds(progress) / 60),
        )


def grounded(heard: TurnAssessment, turn: Turn) -> TurnAssessment:
    """An assessment whose quotes stand in the turn word for word.

    What a brain claims to have heard and nobody said is no evidence: the item stays unassessed,
    the red flag unheard, the number and the decision out of the notebook.
    """
    return heard.model_copy(
        update={
            "verdicts": tuple(_grounded_verdict(verdict, turn) for verdict in heard.verdicts),
            "red_flags": tuple(_grounded_flags(heard.red_flags, turn)),
            "numbers": tuple(n for n in heard.numbers if find_quote(n.quote, turn.whole)),
            "decisions": tuple(d for d in heard.decisions if find_quote(d, turn.whole)),
        }
    )


def _grounded_verdict(verdict: Assessment, turn: Turn) -> Assessment:
    if verdict.evidence is None:
        return verdict
    found = find_quote(verdict.evidence.quote, turn.whole)
    if found is not None:
        evidence = Evidence(quote=found, turn=turn.number)
        return verdict.model_copy(update={"evidence": evidence})
    changes = {"evidence": None, "verdict": Verdict.UNASSESSED, "confidence": 0.0}
    return verdict.model_copy(update=changes)


def _grounded_flags(hits: Iterable[RedFlagHit], turn: Turn) -> Iterator[RedFlagHit]:
    for hit in hits:
        if (found := find_quote(hit.evidence.quote, turn.whole)) is not None:
            evidence = Evidence(quote=found, turn=turn.number)
            yield hit.model_copy(update={"evidence": evidence})
