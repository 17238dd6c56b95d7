"""What a brain says of one candidate turn: verdicts with evidence, red flags, facts asked for."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import Field

from interviewer.core.design import DesignEntry, Idea
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.core.value import Value

NOT_FOUND = "Not found in what was said."
"""The reason of a judge that has none: nothing was heard of the item."""
CHALLENGED = "Rests on a claim that does not hold."


class Evidence(Value):
    """A verbatim quote of the candidate with the number of its turn."""

    quote: str
    turn: int


class Verdict(StrEnum):
    """How far a rubric item was earned; `unassessed` means that it could not be judged."""

    ABSENT = "absent"
    PARTIAL = "partial"
    MET = "met"
    UNASSESSED = "unassessed"


class RaisedBy(StrEnum):
    """Who brought the point up; help lowers its credit."""

    CANDIDATE = "candidate"
    OPEN_PROBE = "open_probe"
    NARROW_PROBE = "narrow_probe"
    CHALLENGE = "challenge"
    """A challenge, a deep dive or a changed constraint led to it."""
    HINT1 = "hint1"
    HINT2 = "hint2"
    HINT3 = "hint3"
    TOLD = "told"


class Help(StrEnum):
    """Who brought a point up, as a judge reads it who sees what was asked before the words."""

    OWN = "own"
    """Said without being asked for it, or unasked earlier already."""
    ASKED = "asked"
    """An open question was about this point."""
    LED = "led"
    """A case, an objection or a narrow question put them on it."""


_GIVEN = (RaisedBy.HINT1, RaisedBy.HINT2, RaisedBy.HINT3, RaisedBy.TOLD)
"""Help that is a fact, however a judge reads the words after it."""
_PROBES = (RaisedBy.OPEN_PROBE, RaisedBy.NARROW_PROBE)
_AS_READ = {
    Help.OWN: RaisedBy.CANDIDATE,
    Help.ASKED: RaisedBy.OPEN_PROBE,
    Help.LED: RaisedBy.CHALLENGE,
}
_READ = {raised_by: help_ for help_, raised_by in _AS_READ.items()}


class Assessment(Value):
    """One rubric item judged: the same value from the judge to the scorecard."""

    item: str
    step: StepId
    verdict: Verdict
    raised_by: RaisedBy = RaisedBy.CANDIDATE
    evidence: Evidence | None = None
    reason: str = ""
    confidence: float = 1.0
    """How sure the judge is, 0-1."""
    contradicted: bool = Field(default=False, exclude_if=operator.not_)
    """Whether what was said speaks against the item, which is then absent; the evidence says it."""
    applies: bool = True
    """Whether the design has the item's problem at all. Where it has not, the evidence shows that,
    the verdict is unassessed, and the item does not count."""
    help: Help | None = Field(default=None, exclude=True)
    """Who brought it up, where a judge has read that; `raised_by` is what counts and is stored."""
    closeness: float = Field(default=0.0, exclude=True)
    """How near the text came to the item, 0-1; for choosing what to ask next, never stored."""

    @classmethod
    def judged(
        cls,
        *,
        item: str,
        step: StepId,
        verdict: Verdict,
        quote: str = "",
        turn: int = 1,
        reason: str = "",
        confidence: float = 1.0,
        closeness: float = 0.0,
        contradicted: bool = False,
    ) -> Assessment:
        """What a judge makes of one item.

        Args:
            item: id of the item.
            step: its step.
            verdict: how far the item was earned.
            quote: verbatim words that show it; empty when there are none.
            turn: number of the turn that says them; 1 for a text on its own.
            reason: why, in a sentence.
            confidence: how sure the judge is, 0-1.
            closeness: how near the text came to the item, 0-1.
            contradicted: whether the quote speaks against the item.
        """
        return cls(
            item=item,
            step=step,
            verdict=verdict,
            evidence=Evidence(quote=quote, turn=turn) if quote else None,
            reason=reason,
            confidence=confidence,
            closeness=closeness,
            contradicted=contradicted,
        )

    @property
    def quote(self) -> str:
        """The candidate's words; empty when there are none."""
        return self.evidence.quote if self.evidence else ""

    @property
    def turn(self) -> int | None:
        """Number of the turn that says them."""
        return self.evidence.turn if self.evidence else None

    @property
    def raiser(self) -> RaisedBy | None:
        """Who brought the point up; None when nobody did."""
        silent = self.verdict is Verdict.ABSENT and self.evidence is None
        return None if silent else self.raised_by

    @property
    def read_as(self) -> Help | None:
        """Who brought it up, in a judge's words; None where a hint or a narrow question did."""
        return _READ.get(self.raised_by)

    @property
    def own_reason(self) -> str:
        """The judge's reason where it says more than that nothing was found."""
        return "" if self.reason == NOT_FOUND else self.reason

    def quoting(self, quote: str, turn: int | None = None) -> Assessment:
        """The same with other words as evidence, none when they are empty.

        Args:
            quote: the words.
            turn: the turn that says them; the same as before when None.
        """
        number = turn or self.turn or 1
        return self.model_copy(
            update={"evidence": Evidence(quote=quote, turn=number) if quote else None}
        )

    def with_help(self, given: Mapping[str, RaisedBy]) -> Assessment:
        """The same with whoever had brought its item up, the candidate where nobody is named.

        What a judge has read counts, but for hints and what was told.

        Args:
            given: item id to the help that the moves of the interview gave.
        """
        raised_by = given.get(self.item, RaisedBy.CANDIDATE)
        if self.help is not None and raised_by not in _GIVEN:
            probed = self.help is Help.ASKED and raised_by in _PROBES
            raised_by = raised_by if probed else _AS_READ[self.help]
        if raised_by is self.raised_by:  # as in most: every exchange folds the interview anew
            return self
        return self.model_copy(update={"raised_by": raised_by})


class RedFlagHit(Value):
    """A wrong claim that was heard, and what became of it."""

    red_flag: str
    """Id of the case's red flag, or of a doubtful claim that the case does not list."""
    step: StepId
    evidence: Evidence
    """The words that state it, where it was heard first."""
    again: Evidence | None = Field(default=None, exclude=True)
    """Where it was last said since then, which may be in words that no longer state it."""
    statement: str = ""
    """What is wrong with it, for people, where the case does not list it; else empty."""
    damage: int = 0
    """How dangerous a claim is that the case does not list, 1-3; 0 where it does."""
    challenged: bool = Field(default=False, exclude=True)
    defended: bool = Field(default=False, exclude=True)
    """It was stood by after it was challenged, whatever came later."""
    recovered: bool = Field(default=False, exclude=True)
    """All four are known from the turns that follow, so they are not stored with the turn."""

    @classmethod
    def heard(cls, *, red_flag: str, step: StepId, quote: str, turn: int = 1) -> RedFlagHit:
        """What a judge hears: a red flag with the words that say it, in that turn."""
        return cls(red_flag=red_flag, step=step, evidence=Evidence(quote=quote, turn=turn))

    @property
    def quote(self) -> str:
        """The candidate's words."""
        return self.evidence.quote

    @property
    def turn(self) -> int:
        """Number of the turn that says them."""
        return self.evidence.turn

    @property
    def quotes(self) -> tuple[str, ...]:
        """The words that state it and those that said it last."""
        return (self.quote, self.again.quote) if self.again else (self.quote,)

    def quoting(self, quote: str) -> RedFlagHit:
        """The same with other words of the same turn as evidence."""
        return self.model_copy(update={"evidence": Evidence(quote=quote, turn=self.turn)})


class Judgement(Value):
    """Everything a judge finds in one text."""

    items: tuple[Assessment, ...]
    """Judged items; items that are absent from steps other than the asked one are left out."""
    red_flags: tuple[RedFlagHit, ...] = ()
    recovered: tuple[str, ...] = ()
    """Claims heard before that were taken back since."""
    dropped: tuple[str, ...] = ()
    """Claims heard before that are not wrong after all."""


class StatedNumber(Value):
    """A figure that the candidate stated."""

    value: float
    """In `unit`; the upper end where a range was given."""
    unit: str
    """As the case writes it where `quantity` is known, else in a normal form (`ms`, `GB`, ...)."""
    quote: str
    """The clause that states it, verbatim."""
    quantity: str | None = None
    """Id of the case's `Quantity` that it answers; None when it answers none for certain."""


class TurnAssessment(Value):
    """Everything read in one candidate turn.

    The brain fills it without deciding anything: `raised_by` and credit are the policy's and
    the scorecard's.
    """

    intents: tuple[Intent, ...]
    verdicts: tuple[Assessment, ...] = ()
    red_flags: tuple[RedFlagHit, ...] = ()
    retracted: tuple[str, ...] = ()
    """Red flags that this turn takes back."""
    withdrawn: tuple[str, ...] = ()
    """Items whose earlier claim this turn takes back."""
    facts: tuple[str, ...] = ()
    """Facts asked for."""
    unanswered: tuple[str, ...] = ()
    """Questions that no fact answers, in the candidate's words."""
    assumptions: tuple[str, ...] = ()
    """Sentences in which the candidate states an assumption or a number of their own."""
    numbers: tuple[StatedNumber, ...] = ()
    """Figures stated in the turn."""
    decisions: tuple[str, ...] = ()
    """Sentences in which the candidate decides something, verbatim."""
    go_back_to: StepId | None = None
    move_on_to: StepId | None = None
    """The step that the candidate wants next, where one is named."""
    terms: tuple[str, ...] = ()
    """Words of the glossary that the candidate asks about."""
    assumed: tuple[str, ...] = ()
    """Assumptions that the candidate wants confirmed and no fact speaks about, verbatim."""
    about: str | None = None
    """Id of the item or red flag that talk about the talk (a hint, a doubt) is about."""
    design: tuple[DesignEntry, ...] = ()
    """What the turn adds to the design record."""
    beyond: tuple[Idea, ...] = ()
    """Sound ideas that no item names."""
    led: tuple[str, ...] | None = None
    """Items that the interviewer's last words had led to; None where that was not read."""
    words: int = 0
    """Words of the turn that could be an answer."""


class StepGrade(Value):
    """A step judged as a whole when it ended; it counts in place of the verdicts of its turns."""

    step: StepId
    turn: int
    """The interviewer's turn that ended the step: all that was said before it was judged."""
    verdicts: tuple[Assessment, ...]
    """With whoever had brought each point up when the words were said."""
    red_flags: tuple[RedFlagHit, ...] = ()
    """Wrong claims that nobody had heard before."""
    recovered: tuple[str, ...] = ()
    """Claims that were taken back since."""
    upheld: tuple[str, ...] = ()
    """Claims that were believed to be taken back and stand at the end."""
    dropped: tuple[str, ...] = ()
    """Claims that are not wrong after all."""
    brain: str = ""
    at: float = 0.0
    """When, as seconds since the epoch."""


class Rejudgement(Value):
    """An item judged again because the candidate disputes its verdict; both verdicts stay."""

    kind: Literal["said", "not_earned"] = "said"
    """"I did say this", or "this credit is wrong"."""
    item: str
    step: StepId
    turn: int
    """The turn that the candidate pointed at."""
    quote: str
    """The words that the candidate pointed at, verbatim from that turn."""
    before: Verdict
    after: Verdict
    raised_by: RaisedBy = RaisedBy.CANDIDATE
    """Who had brought the point up when the words were said."""
    reason: str = ""
    """Why the judge decided so the second time."""
    confidence: float = 1.0
    """How sure the judge was the second time, 0-1."""
    evidence: Evidence | None = None
    """Other words that the judge found to show the verdict; None where it is those pointed at."""
    brain: str = ""
    """Who judged the second time."""
    at: float = 0.0
    """When, as seconds since the epoch."""

    @property
    def assessment(self) -> Assessment:
        """The second verdict."""
        found = Assessment.judged(
            item=self.item,
            step=self.step,
            verdict=self.after,
            quote=self.evidence.quote if self.evidence else self.quote,
            turn=self.evidence.turn if self.evidence else self.turn,
            reason=self.reason,
            confidence=self.confidence,
        )
        return found.with_help({self.item: self.raised_by})


class Notebook(Value):
    """Facts given, assumptions, numbers and decisions so far, and the sketch."""

    facts: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    """The candidate's figures, as the clauses that state them."""
    decisions: tuple[str, ...] = ()
    sketch: str = ""
    """The newest sketch."""

    def joined(self, later: Notebook) -> Notebook:
        """This notebook continued by a later one."""
        return Notebook(
            facts=_both(self.facts, later.facts),
            assumptions=_both(self.assumptions, later.assumptions),
            numbers=_both(self.numbers, later.numbers),
            decisions=_both(self.decisions, later.decisions),
            sketch=later.sketch or self.sketch,
        )


def _both(first: tuple[str, ...], then: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))
