"""From the state of an interview to the record that is scored, points judged again included."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from interviewer.core.assessment import (
    Assessment,
    Evidence,
    Rejudgement,
    TurnAssessment,
    Verdict,
)
from interviewer.core.settings import Mode, StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.policy.state import InterviewState
from interviewer.scoring import InterviewRecord, Observation, StepRecord, credit, merge_turn
from interviewer.text.message import decisions_in, gives_reason
from interviewer.text.sentences import split_sentences

WORDS_A_POINT = 30
"""Words that earning a point takes: the median of the labelled answers."""
REASONS = {
    Verdict.ABSENT: "Not found in what was said in English.",
    Verdict.UNASSESSED: "May have been said in another language, which could not be judged.",
}
QUOTED = 200  # characters of a turn that show an observation


def interview_record(
    state: InterviewState, turns: Sequence[Turn], assessments: Mapping[int, TurnAssessment]
) -> InterviewRecord:
    """What the scorecard needs to know of an interview."""
    observations = tuple(_observe(state, turns, assessments))
    return InterviewRecord(
        steps=tuple(_step_record(state, step) for step in state.plan),
        observations=() if state.is_drill else observations,
        end_reason=state.end_reason or "candidate",
        asked=frozenset(_asked(state, turns)),
    )


def _asked(state: InterviewState, turns: Sequence[Turn]) -> Iterator[str]:
    """Items that the interviewer asked about, gave a hint for or led to with a scenario."""
    for move in (turn.move for turn in turns if turn.move is not None):
        if move.item is not None:
            yield move.item
        yield from state.case.detours.get(move.about or "", ())


def _step_record(state: InterviewState, step: StepId) -> StepRecord:
    counted = state.steps[step]
    out_of_time = state.end_reason == "time" and state.settings.mode is Mode.REAL
    heard = any(a.step is step and a.evidence is not None for a in state.assessments.values())
    touched = counted.entered and (counted.answers > 0 or counted.closed)
    return StepRecord(
        step=step,
        reached=touched or out_of_time or (heard and step in state.graded),
        graded=step in state.graded,
        skipped=counted.skipped,
        seconds=counted.seconds,
        assessments=tuple(_assessments(state, step)),
        red_flags=tuple(flag for flag in state.flags.values() if flag.step is step),
    )


def _assessments(state: InterviewState, step: StepId) -> Iterator[Assessment]:
    """What is known of a step's points, and what words nobody could judge leave open.

    They may hold what was found nowhere else. Beside an answer that was judged it is no more than
    so many words can say, and the lightest points: a score should rest on as much as possible.
    """
    known = {a.item: a for a in state.assessments.values() if a.step is step}
    words, unread = state.steps[step].words, state.steps[step].unread
    if not unread:
        yield from known.values()
        return
    items = state.case.steps[step].items
    lacking = [item for item in items if _is_lacking(known.get(item.id))]
    beside = words >= min(unread, WORDS_A_POINT)
    most = unread // WORDS_A_POINT if beside else len(lacking)
    open_ = {item.id for item in sorted(lacking, key=lambda item: item.weight)[:most]}
    for item in items:
        if item not in lacking:
            yield known[item.id]
        else:
            verdict = Verdict.UNASSESSED if item.id in open_ else Verdict.ABSENT
            yield Assessment(item=item.id, step=step, verdict=verdict, reason=REASONS[verdict])


def _is_lacking(known: Assessment | None) -> bool:
    return known is None or (
        known.evidence is None and known.verdict in (Verdict.ABSENT, Verdict.UNASSESSED)
    )


def _observe(
    state: InterviewState, turns: Sequence[Turn], assessments: Mapping[int, TurnAssessment]
) -> Iterable[Observation]:
    assessed = [(turn, assessments[turn.number]) for turn in turns if turn.number in assessments]
    yield _first(
        "asked_before_designing",
        "Asked before designing",
        (t for t, a in assessed if t.step is StepId.REQUIREMENTS and Intent.QUESTION in a.intents),
        lambda turn: [said for said in split_sentences(turn.text) if said.endswith("?")],
    )
    beside = sorted(assessed, key=lambda pair: bool(pair[1].red_flags))  # wrong claims last
    yield _first(
        "stated_assumptions",
        "Stated assumptions",
        (
            t
            for t, a in beside
            if Intent.ASSUMPTION in a.intents
            and (_sound(state, a.assumptions) or not a.assumptions)
        ),
        lambda turn: _sound(state, assessments[turn.number].assumptions),
    )
    met = [a for a in state.assessments.values() if a.verdict is Verdict.MET]
    yield _decided(met)
    recap = list(_recapped(state))
    yield Observation(
        id="recapped",
        text="Recapped the design",
        seen=bool(recap),
        evidence=recap[0].evidence if recap else None,
    )
    if challenged := [flag for flag in state.flags.values() if flag.challenged]:
        revised = {flag.red_flag for flag in challenged if flag.recovered}
        several = 3 * len(revised) >= len(challenged)
        yield _first(
            "revised_on_evidence",
            "Revised claims when their consequences were pointed out",
            (turn for turn, a in assessed if several and revised.intersection(a.retracted)),
        )
    yield Observation(id="kept_time", text="Kept time", seen=state.end_reason == "completed")


def _sound(state: InterviewState, sentences: Sequence[str]) -> list[str]:
    """Sentences of which nothing is a wrong claim."""
    wrong = [quote for flag in state.flags.values() for quote in flag.quotes]
    return [s for s in sentences if not any(w in s or s in w for w in wrong)]


def _recapped(state: InterviewState) -> Iterator[Assessment]:
    """What was heard of the summary's first point, which is the recap; in part will do."""
    items = state.case.steps[StepId.SUMMARY].items
    known = state.assessments.get(items[0].id) if items else None
    if known is not None and known.verdict in (Verdict.MET, Verdict.PARTIAL):
        yield known


def _first(
    id_: str,
    text: str,
    turns: Iterable[Turn],
    quotes: Callable[[Turn], Sequence[str]] = lambda turn: (),
) -> Observation:
    turn = next(iter(turns), None)
    if turn is None:
        return Observation(id=id_, text=text, seen=False)
    spoken = quotes(turn)
    quote = spoken[0] if spoken else _beginning(turn.text)
    return Observation(
        id=id_, text=text, seen=True, evidence=Evidence(quote=quote, turn=turn.number)
    )


def _decided(met: Sequence[Assessment]) -> Observation:
    """Shown by the first quote that gives a reason and decides, as far as there is one."""
    shown = max(
        met,
        key=lambda one: (gives_reason(one.quote), bool(decisions_in([one.quote]))),
        default=None,
    )
    return Observation(
        id="decided_with_reasons",
        text="Decided with reasons",
        seen=len(met) >= 3,
        evidence=shown.evidence if shown else None,
    )


def _beginning(text: str) -> str:
    """The first words of a text, verbatim and whole."""
    if len(text) <= QUOTED:
        return text
    return text[:QUOTED].rsplit(maxsplit=1)[0]


def apply_rejudgements(state: InterviewState, made: Iterable[Rejudgement]) -> None:
    """Lets the better of two verdicts count, item by item; gone items are left out.

    Of one whose credit the candidate themselves called wrong, the worse one counts, where the
    judge could tell.
    """
    known = {item.id for _, item in state.case.items()}
    for one in made:
        if one.item not in known:
            continue
        if one.kind == "said":
            state.assessments = merge_turn(state.assessments, [one.assessment], ())
        elif _is_lower(one.assessment, state.assessments.get(one.item)):
            state.assessments[one.item] = one.assessment


def _is_lower(again: Assessment, known: Assessment | None) -> bool:
    if again.verdict is Verdict.UNASSESSED or known is None:
        return False
    return (credit(again) or 0.0) < (credit(known) or 0.0)
