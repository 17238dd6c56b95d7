"""What people see of an interview: a reply as it is spoken, and the interview as plain values."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from typing import Literal

from interviewer.core.assessment import Notebook, Rejudgement, Verdict
from interviewer.core.debrief import NOTHING_TOLD, Debrief
from interviewer.core.design import DesignRecord
from interviewer.core.settings import InterviewSettings, Mode, StepId
from interviewer.core.transcript import Turn
from interviewer.core.value import Value
from interviewer.llm.usage import Kind, Spent
from interviewer.policy import InterviewState, interview_record, notebook_of, planned_seconds
from interviewer.results.quotes import quoted
from interviewer.scoring import Band, EndReason, InterviewRecord, Scorecard, score_interview
from interviewer.store import StoredInterview

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
    design: DesignRecord = DesignRecord()
    """What the candidate has built so far; empty for the embedded brain, which notes none."""
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
    debrief: Debrief = NOTHING_TOLD
    """What the interviewer says of it when it has ended."""
    spent: Mapping[Kind, Spent] = {}
    """What calls to a language model cost, by kind."""

    @property
    def feedback(self) -> str:
        """The debrief in a few sentences."""
        return self.debrief.summary

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
        design=progress.design,
        seconds_used=progress.seconds,
        seconds_planned=planned_seconds(progress),
        created_at=stored.row.created_at,
        paused_at=stored.row.paused_at,
        paused_seconds=stored.row.paused_seconds,
        follows=stored.row.follows,
        before=before,
        heard=_heard(stored, progress),
        linked=stored.linked,
        rejudgements=stored.rejudgements,
        debrief=stored.row.told,
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
    return score_interview(record_of(stored, progress), progress.case, progress.settings)


def record_of(stored: StoredInterview, progress: InterviewState) -> InterviewRecord:
    """What is scored of an interview, its quotes as people read them.

    Args:
        stored: the interview.
        progress: the same, folded.
    """
    record = interview_record(progress, stored.turns, stored.assessments)
    found = stored.row.closing
    whole = record.model_copy(update={"beyond": found.beyond, "holes": found.holes})
    return quoted(whole, stored.turns)


def _phases(progress: InterviewState) -> tuple[PhaseView, ...]:
    phases: list[PhaseView] = []
    for phase in progress.framework.phases:
        steps = tuple(step for step in phase.steps if step in progress.plan)
        is_over = all(progress.steps[step].closed for step in steps)
        status: PhaseStatus = "done" if is_over else "ahead"
        if progress.step in steps and progress.end_reason is None:
            status = "current"
        if steps:
            phases.append(PhaseView(title=phase.title, steps=steps, status=status))
    return tuple(phases)


def step_heard(progress: InterviewState, step: StepId, turn: int) -> StepHeard:
    """What was heard of a step so far.

    It names the topics of the items that are expected at the level, never the items themselves, so
    that nothing is given away which a later step asks for. A topic with several items is heard
    when all of them are; what could not be judged is left out.

    Args:
        progress: the interview, folded.
        step: a step that has ended.
        turn: number of the interviewer's turn that ended it.
    """
    shares: dict[str, list[float]] = {}
    for item in sorted(progress.expected(step), key=lambda item: -item.weight):
        share = _share(progress, item.id)
        if share is not None:
            shares.setdefault(item.label, []).append(share)
    return StepHeard(
        step=step,
        turn=turn,
        heard=tuple(topic for topic, all_of in shares.items() if min(all_of) == 1.0),
        in_part=tuple(
            topic for topic, all_of in shares.items() if min(all_of) < 1.0 <= 2 * sum(all_of)
        ),
        not_heard=tuple(topic for topic, all_of in shares.items() if max(all_of) == 0.0),
    )


def _share(progress: InterviewState, item: str) -> float | None:
    """1 for an item that was heard, 0.5 in part, 0 not at all; None when it was not judged."""
    found = progress.assessments.get(item)
    if found is None or found.verdict is Verdict.ABSENT:
        return 0.0
    if found.verdict is Verdict.UNASSESSED:
        return None
    return 1.0 if found.verdict is Verdict.MET else 0.5


class Reply:
    """The interviewer's sentences as they are spoken; then the interview as it stands.

    Nothing happens before the first sentence is asked for.

    Args:
        speak: makes the sentences, and leaves the view here at the end.

    Attributes:
        view: the interview after the last sentence; None before, or when it failed.
    """

    def __init__(self, speak: Callable[[Reply], AsyncGenerator[str, None]]) -> None:
        self.view: InterviewView | None = None
        self._sentences = speak(self)

    def __aiter__(self) -> AsyncGenerator[str, None]:
        return self._sentences

    async def __anext__(self) -> str:
        return await anext(self._sentences)

    async def aclose(self) -> None:
        """Stops the exchange; the message stays unanswered unless its reply was stored."""
        await self._sentences.aclose()

    async def finished(self) -> InterviewView:
        """Lets everything be said; the interview afterwards."""
        async for _ in self._sentences:
            pass
        assert self.view is not None, "the last sentence was spoken"
        return self.view
