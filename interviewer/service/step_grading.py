"""Steps judged as a whole: what was said about each, wherever it was said, and what it is worth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from interviewer.brains.protocol import Answer, Brain, Heard, Scene
from interviewer.core.assessment import (
    CHALLENGED,
    Assessment,
    Judgement,
    RaisedBy,
    RedFlagHit,
    StepGrade,
    Verdict,
)
from interviewer.core.case import Case
from interviewer.core.design import Closing
from interviewer.core.settings import StepId
from interviewer.core.transcript import Turn
from interviewer.policy import (
    InterviewState,
    fold_interview,
    helped_now,
    notebook_of,
    planned_seconds,
    standing_flags,
)
from interviewer.store import StoredInterview
from interviewer.text.sentences import find_quote, overlaps

IDEAS = 4  # noted on the way that are shown where nobody could look back


@dataclass(frozen=True)
class Ending:
    """A step that is judged at an interviewer's turn, with what was said to it until then.

    Attributes:
        turn: number of that turn.
        said: the candidate's turns that belong to the step or touch it.
        asked: what the interviewer had said just before each of them.
    """

    step: StepId
    turn: int
    said: tuple[Turn, ...]
    asked: tuple[str, ...]


def ended_step(stored: StoredInterview, state: InterviewState, step: StepId) -> Ending | None:
    """A step that has ended, with what was said; None where a grade knows all of it.

    Args:
        stored: the interview; the step's last end is in it.
        state: the same, folded.
        step: the step.
    """
    ends = [t.number for t in stored.turns if t.move is not None and t.move.closes is step]
    return _due(stored, state, step, ends[-1]) if ends else None


def open_endings(stored: StoredInterview, state: InterviewState) -> list[Ending]:
    """What is to be judged when an interview is over: steps about which anything is new."""
    spoken = [turn.number for turn in stored.turns if turn.role == "interviewer"]
    due = (_due(stored, state, step, spoken[-1]) for step in state.plan)
    return [ending for ending in due if ending is not None]


def _due(stored: StoredInterview, state: InterviewState, step: StepId, turn: int) -> Ending | None:
    """A step with all that was said about it, if the last grade does not know all of that.

    What a candidate says and is not answered any more counts for the step in hand.
    """
    last = stored.turns[-1].number
    until = last if turn >= last - 1 else turn
    ending = _ending_of(stored, state.case, step, turn, until)
    grades = [grade for grade in stored.grades if grade.step is step]
    if not grades:
        return ending if ending.said else None
    latest = max(grades, key=lambda grade: grade.turn)
    said = [one for one in ending.said if one.number > latest.turn]
    return ending if any(_is_news(stored, latest, one) for one in said) else None


def _is_news(stored: StoredInterview, grade: StepGrade, turn: Turn) -> bool:
    """Whether a later turn may change a grade: said in the step, better, or taken back."""
    heard = stored.assessments.get(turn.number)
    if heard is None or turn.step is grade.step:
        return True
    known = {one.item: one.verdict for one in grade.verdicts}
    later = [one for one in heard.verdicts if one.step is grade.step and one.evidence is not None]
    better = any(known.get(v.item) not in (v.verdict, Verdict.MET) for v in later)
    return better or not later  # it touches the step by what it claims or takes back


def _ending_of(stored: StoredInterview, case: Case, step: StepId, turn: int, until: int) -> Ending:
    elsewhere = set(_touching(stored, case, step))
    said: list[Turn] = []
    asked: list[str] = []
    last = ""
    for one in stored.turns:
        if one.role == "interviewer":
            last = one.text
        elif one.number <= until and (one.step is step or one.number in elsewhere):
            said.append(one)
            asked.append(last)
    return Ending(step=step, turn=turn, said=tuple(said), asked=tuple(asked))


def _touching(stored: StoredInterview, case: Case, step: StepId) -> Iterator[int]:
    """Numbers of turns in which something of the step was heard, wherever the interview was."""
    own = {item.id for item in case.steps[step].items}
    wrong = {hit.red_flag for heard in stored.assessments.values() for hit in heard.red_flags}
    wrong &= {flag.id for flag in case.steps[step].red_flags}
    for number, heard in stored.assessments.items():
        earned = any(v.step is step and v.evidence is not None for v in heard.verdicts)
        claimed = any(hit.step is step for hit in heard.red_flags)
        taken_back = wrong.intersection(heard.retracted) or own.intersection(heard.withdrawn)
        if earned or claimed or taken_back:
            yield number


async def grade_step(
    brain: Brain, stored: StoredInterview, progress: InterviewState, ending: Ending, now: float
) -> StepGrade:
    """Has a brain judge a step that ended.

    Raises:
        BrainError: it could not be judged; the verdicts of the turns then stand.
    """
    spoken = zip(ending.said, ending.asked, strict=True)
    said = [Answer(turn.whole, asked) for turn, asked in spoken]
    standing = [flag for flag in standing_flags(progress) if flag.step is ending.step]
    judgement = await brain.grade(progress.case, ending.step, said, standing)
    return StepGrade(
        step=ending.step,
        turn=ending.turn,
        verdicts=tuple(_placed(sound_items(judgement, progress), stored, progress, ending.said)),
        red_flags=tuple(_placed_flags(judgement.red_flags, ending.said)),
        recovered=judgement.recovered,
        dropped=judgement.dropped,
        brain=brain.name,
        at=now,
    )


def sound_items(judgement: Judgement, progress: InterviewState) -> list[Assessment]:
    """What was judged, without credit for the words of a wrong claim that stands, of any step.

    Other words may earn the same; the look back finds them. Of a claim that was taken back, the
    rest of its sentence may count.
    """
    claims = (*standing_flags(progress), *judgement.red_flags)
    over = {*judgement.recovered, *judgement.dropped}
    wrong = [quote for hit in claims if hit.red_flag not in over for quote in hit.quotes]
    return [
        Assessment.judged(item=one.item, step=one.step, verdict=Verdict.ABSENT, reason=CHALLENGED)
        if one.quote and overlaps(one.quote, wrong)
        else one
        for one in judgement.items
    ]


def _placed(
    found: Sequence[Assessment],
    stored: StoredInterview,
    progress: InterviewState,
    said: Sequence[Turn],
) -> Iterator[Assessment]:
    """Verdicts with the turns that say their quotes, and with whoever had brought them up then.

    Where the judge has read that from the questions, it counts beside what the moves gave.
    """
    helped: dict[int, dict[str, RaisedBy]] = {}
    for one in found:
        turn = _turn_of(one.quote, said)
        if turn is None:
            yield one.quoting("")
            continue
        if turn not in helped:
            helped[turn] = help_before(stored, progress, turn)
        yield one.quoting(one.quote, turn).with_help(helped[turn])


def _placed_flags(found: Sequence[RedFlagHit], said: Sequence[Turn]) -> Iterator[RedFlagHit]:
    for hit in found:
        turn = _turn_of(hit.quote, said)
        if turn is not None:
            yield RedFlagHit.heard(red_flag=hit.red_flag, step=hit.step, quote=hit.quote, turn=turn)


def _turn_of(quote: str, said: Sequence[Turn]) -> int | None:
    """The turn that holds a quote."""
    if not quote:
        return None
    return next((turn.number for turn in said if find_quote(quote, turn.whole)), None)


def help_before(
    stored: StoredInterview, progress: InterviewState, turn: int
) -> dict[str, RaisedBy]:
    """Who had brought each point up when a turn was said."""
    earlier = [one for one in stored.turns if one.number < turn]
    case, framework, settings = progress.case, progress.framework, progress.settings
    then = fold_interview(case, framework, settings, earlier, stored.assessments)
    return helped_now(then, stored.assessments.get(turn))


# The look back


def not_found(state: InterviewState) -> list[str]:
    """Items of which nothing was heard so far, or that could not be judged."""
    found = {
        item
        for item, known in state.assessments.items()
        if known.verdict in (Verdict.PARTIAL, Verdict.MET) or not known.applies
    }
    steps = set(state.plan)
    return [item.id for step, item in state.case.items() if step in steps and item.id not in found]


def scene_of(stored: StoredInterview, state: InterviewState) -> Scene:
    """A whole interview as a brain looks back on it."""
    return Scene(
        case=state.case,
        framework=state.framework,
        settings=state.settings,
        step=state.step,
        turns=stored.turns,
        assessments=tuple(state.assessments.values()),
        standing=standing_flags(state),
        taken_back=tuple(flag for flag in state.flags.values() if flag.recovered),
        notebook=notebook_of(state),
        minutes=(state.seconds / 60, planned_seconds(state) / 60),
        design=state.design,
    )


def found_late(
    heard: Heard, stored: StoredInterview, state: InterviewState, brain: str, now: float
) -> Iterator[StepGrade]:
    """What a look back has found, as grades of its steps at the end of the interview."""
    spoken = [turn.number for turn in stored.turns if turn.role == "interviewer"]
    said = [turn for turn in stored.turns if turn.role == "candidate"]
    for step in state.plan:
        items = [one for one in heard.items if one.step is step]
        ours = {flag.red_flag for flag in state.flags.values() if flag.step is step}
        recovered = tuple(claim for claim in heard.recovered if claim in ours)
        upheld = tuple(claim for claim in heard.upheld if claim in ours)
        dropped = tuple(claim for claim in heard.dropped if claim in ours)
        if items or recovered or upheld or dropped:
            late = StepGrade(
                step=step,
                turn=spoken[-1],
                verdicts=tuple(_placed(items, stored, state, said)),
                recovered=recovered,
                upheld=upheld,
                dropped=dropped,
                brain=brain,
                at=now,
            )
            yield _over(late, stored.grades)


def noted_ideas(stored: StoredInterview) -> Closing:
    """Ideas beyond the list that were noted on the way, the first ones."""
    ideas = (idea for heard in stored.assessments.values() for idea in heard.beyond)
    return Closing(beyond=tuple(islice(ideas, IDEAS)))


def _over(late: StepGrade, grades: Sequence[StepGrade]) -> StepGrade:
    """A grade together with an earlier one of the same moment, in whose place it is stored."""
    same = [one for one in grades if (one.step, one.turn) == (late.step, late.turn)]
    if not same:
        return late
    found = {one.item for one in late.verdicts}
    kept = tuple(one for one in same[-1].verdicts if one.item not in found)
    recovered = (one for one in same[-1].recovered if one not in late.upheld)
    upheld = (one for one in same[-1].upheld if one not in late.recovered)
    return late.model_copy(
        update={
            "verdicts": (*kept, *late.verdicts),
            "red_flags": same[-1].red_flags,
            "recovered": tuple(dict.fromkeys((*recovered, *late.recovered))),
            "upheld": tuple(dict.fromkeys((*upheld, *late.upheld))),
            "dropped": tuple(dict.fromkeys((*same[-1].dropped, *late.dropped))),
        }
    )
