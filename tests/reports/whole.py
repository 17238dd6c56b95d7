"""An interview with everything that a report can show."""

from __future__ import annotations

from collections.abc import Callable

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import (
    Assessment,
    Evidence,
    RaisedBy,
    RedFlagHit,
    Rejudgement,
    Verdict,
)
from interviewer.core.debrief import ClaimReview, Debrief, Exercise, Missing, Remark, Slip
from interviewer.core.design import DesignEntry, DesignRecord, EntryKind, Hole, Idea
from interviewer.core.settings import STEPS, InterviewSettings, StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.llm.usage import Kind, Spent
from interviewer.reports import (
    build_result,
)
from interviewer.results.view import InterviewView
from interviewer.scoring import InterviewRecord, Observation, StepRecord, score_interview
from tests.builders import CONCEPT, a_case, a_turn
from tests.views import a_view

CASE = a_case()


TITLES = {CONCEPT: "How milliseconds are shared out"}


SKETCH = "door -> shelf -> box\n          |-> lost & found"


IDEA = "A trial shelf shows the wear before anything is bought."


DOUBT = "A coin per request mixes both arms."


HELD = "To me it is fine as it stands."
SUM = "Two shelves and two are five."


HOLE = "What happens to the shelf when the door is left open?"


ENDED_AT = STEPS.index(StepId.MONITORING)  # the last steps were not reached


def spoken(step: StepId) -> str:
    return f"In {step.value} I keep the first thing apart because it wears out."


def a_conversation(said: Callable[[StepId], str]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for at, step in enumerate(STEPS[:ENDED_AT]):
        move = Move(kind=MoveKind.OPEN_STEP if at else MoveKind.HINT, step=step)
        ask = a_turn(2 * at + 1, f"What about {step.value}?", step=step, move=move)
        ask = ask.model_copy(update={"stand_in": said(step)} if step is StepId.DATA else {})
        sketch = SKETCH if step is StepId.SERVING else ""
        answer = a_turn(2 * at + 2, said(step), step=step, sketch=sketch, intents=(Intent.ANSWER,))
        turns += [ask, answer]
    return tuple(turns)


def a_step_record(at: int, step: StepId, said: str) -> StepRecord:
    """First item met, the second half met after a hint, the third unassessed, the rest absent."""
    if at >= ENDED_AT:
        return StepRecord(step=step, reached=False)
    first, second, third, *_ = CASE.steps[step].items
    words = Evidence(quote=said, turn=2 * at + 2)
    return StepRecord(
        step=step,
        reached=True,
        seconds=30,
        assessments=(
            Assessment(item=first.id, step=step, verdict="met", evidence=words, reason="So."),
            Assessment(
                item=second.id,
                step=step,
                verdict="partial",
                raised_by=RaisedBy.HINT1,
                evidence=words,
                reason="A reason lacks.",
            ),
            Assessment(item=third.id, step=step, verdict="unassessed", reason="Unclear."),
        ),
        red_flags=claims(step, words),
    )


def claims(step: StepId, words: Evidence) -> tuple[RedFlagHit, ...]:
    """One that the case lists, and one that it does not."""
    if step is not StepId.DATA:
        return ()
    flag = CASE.steps[step].red_flags[0].id
    listed = RedFlagHit(red_flag=flag, step=step, evidence=words, challenged=True)
    later = Evidence(quote=words.quote, turn=words.turn + 2)
    doubt = {"red_flag": "doubt_6_1", "statement": DOUBT, "damage": 2, "evidence": later}
    return (listed, listed.model_copy(update=doubt))


def a_summary(said: Callable[[StepId], str]) -> Debrief:
    """What a brain leaves that only sums up."""
    return Debrief(summary=f"{said(StepId.REQUIREMENTS)}\n\n{said(StepId.DATA)}")


def a_debrief(said: Callable[[StepId], str]) -> Debrief:
    """Every part of a debrief; a claim that stands for both flags, and one that was taken back."""
    words = {step: said(step) for step in STEPS}
    flag = CASE.steps[StepId.DATA].red_flags[0].id
    kept = ClaimReview(
        red_flags=(flag, "doubt_6_1"),
        name=f"A kept claim {words[StepId.DATA]}",
        quote=words[StepId.DATA],
        turn=6,
        kept=True,
        why=f"It fails. {words[StepId.FRAMING]}",
        better=f"What holds. {words[StepId.MODELING]}",
        again=Evidence(quote=HELD, turn=8),
    )
    back = {"red_flags": ("doubt_8_1",), "name": "A claim that was taken back", "kept": False}
    return a_summary(said).model_copy(
        update={
            "remarks": tuple(
                Remark(step=step, text=f"{kind} {words[step]}", strength=kind == "Carried.")
                for step in STEPS[:3]
                for kind in ("Held back.", "Carried.")
            ),
            "claims": (kept.model_copy(update=back), kept),
            "slips": (Slip(text=f"A slip. {words[StepId.DATA]}", quote=SUM, turn=8),),
            "missing": (
                Missing(text=f"A plan. {words[StepId.SERVING]}", asked=True),
                Missing(text=f"A check. {words[StepId.SERVING]}", asked=False),
            ),
            "exercises": (
                Exercise(title="Add it up", task=words[StepId.DATA], note=CONCEPT),
                Exercise(title=f"Alone {words[StepId.DATA]}", task="Write it down."),
            ),
        }
    )


def a_whole_view(
    said: Callable[[StepId], str] = spoken,
    debrief: Callable[[Callable[[StepId], str]], Debrief] = a_debrief,
) -> InterviewView:
    """An interview with everything that a report can show."""
    steps = tuple(a_step_record(at, step, said(step)) for at, step in enumerate(STEPS))
    seen = Evidence(quote=said(STEPS[0]), turn=2)
    observations = (
        Observation(id="decided", text="Decided with reasons", seen=True, evidence=seen),
        Observation(id="recapped", text="Recapped the design", seen=False),
    )
    record = InterviewRecord(
        steps=steps,
        observations=observations,
        end_reason="candidate",
        beyond=(Idea(step=StepId.DATA, text=IDEA, quote=said(StepId.DATA), turn=6),),
        holes=(
            Hole(step=StepId.DATA, question=HOLE, quote=said(StepId.DATA), turn=6, note=CONCEPT),
            Hole(step=StepId.DATA, question=HOLE, quote=said(StepId.DATA), turn=6),
        ),
    )
    again = Rejudgement(
        item="req_velvet",
        step=StepId.REQUIREMENTS,
        turn=2,
        quote=said(StepId.REQUIREMENTS),
        before=Verdict.ABSENT,
        after=Verdict.PARTIAL,
        reason="Named at least.",
    )
    return a_view(
        turns=a_conversation(said),
        scorecard=score_interview(record, CASE, InterviewSettings()),
        rejudgements=(again,),
        design=DesignRecord(
            entries=tuple(
                DesignEntry(kind=kind, text="One shelf each.", turn=4) for kind in EntryKind
            )
        ),
        brain=f"llm {said(StepId.FRAMING)}, prompts 1.1.1.1, embedded-1",
        debrief=debrief(said),
        spent={Kind.SAY: Spent(calls=1_000, prompt=900, output=100)},
    )


RESULT = build_result(a_whole_view())


SUMMED_UP = build_result(a_whole_view(debrief=a_summary))
"""The same by a brain that only sums up."""
