"""What the faces (browser, command line) see of an interview; plain values without behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from interviewer.core.assessment import Notebook, Rejudgement, Verdict
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.core.transcript import Turn
from interviewer.core.value import Value
from interviewer.llm.usage import Kind, Spent
from interviewer.scoring import Band, EndReason, Scorecard

PhaseStatus = Literal["done", "current", "ahead"]


class PhaseView(Value):
    """One phase of the framework as the candidate sees it."""

    title: str
    steps: tuple[StepId, ...]
    status: PhaseStatus


class StepHeard(Value):
    """What was heard of a step that has ended; topics, in the order of their weight."""

    step: StepId
    turn: int
    """The interviewer's turn that ended the step."""
    heard: tuple[str, ...] = ()
    in_part: tuple[str, ...] = ()
    not_heard: tuple[str, ...] = ()


class InterviewView(Value):
    """An interview at one moment."""

    interview_id: str
    case_id: str
    case_title: str
    settings: InterviewSettings
    brain: str
    turns: tuple[Turn, ...]
    step: StepId
    phases: tuple[PhaseView, ...]
    notebook: Notebook
    seconds_used: float
    """Interview time so far; brain latency, pauses and closed tabs do not count."""
    seconds_planned: float
    created_at: float | None = None
    """When it began, seconds since the epoch; None where nobody says."""
    paused_at: float | None = None
    """Since when the clock stands, seconds since the epoch; None while it runs."""
    paused_seconds: float = 0.0
    """Seconds of earlier pauses since the interviewer last spoke."""
    follows: str | None = None
    """The interview whose step this one answers again."""
    before: Notebook | None = None
    """What the notebook and the sketch held there; None when this one follows none."""
    heard: tuple[StepHeard, ...] = ()
    """Of every step that has ended, what was heard; in practice mode only."""
    linked: bool = False
    """Whether a link to its report is in force."""
    unanswered: bool
    """Something waits for `resume`: the last candidate turn for its reply, or the end of it all."""
    end_reason: EndReason | None
    scorecard: Scorecard | None
    """Present once the interview has ended."""
    rejudgements: tuple[Rejudgement, ...] = ()
    """Items judged again on the candidate's word, in order."""
    feedback: str = ""
    """What the interviewer says of it when it has ended."""
    spent: Mapping[Kind, Spent] = {}
    """What calls to a language model cost, by kind."""

    @property
    def ended(self) -> bool:
        """Whether the interview is over."""
        return self.end_reason is not None

    @property
    def last_turn(self) -> int:
        """Number of the last stored turn."""
        return self.turns[-1].number if self.turns else 0


class InterviewSummary(Value):
    """One line of the list of interviews."""

    interview_id: str
    case_id: str
    case_title: str
    created_at: float
    settings: InterviewSettings
    brain: str
    turns: int
    end_reason: EndReason | None
    overall: float | None
    band: Band | None = None
    """The interval around `overall`."""
    recommendation: str | None
    follows: str | None = None
    """The interview whose step this one answers again."""
    tokens: int = 0
    """Of all calls to a language model."""
    dollars: float | None = None
    """What they cost, where all prices are known."""


class EndedInterview(Value):
    """What is learnt from an interview that has ended: for the trend and the practice plan."""

    interview_id: str
    case_id: str
    created_at: float
    settings: InterviewSettings
    brain: str
    overall: float | None
    verdicts: Mapping[str, Verdict] = {}
    """By item, as they count, in the steps that were scored."""


class Keeping(Value):
    """Where interviews are kept, and for whom."""

    place: str
    """The data folder, or the database where that is elsewhere."""
    alone: bool
    """They are those of the person at this machine; else of one of several who are served."""
    days: float | None = None
    """Without a word, after which a server deletes them; None for never."""
