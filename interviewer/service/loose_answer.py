"""One answer judged against one step, as in `interviewer grade`."""

from __future__ import annotations

from interviewer.brains.protocol import Brain
from interviewer.core.assessment import Verdict
from interviewer.core.case import Case
from interviewer.core.settings import Level, StepId
from interviewer.core.value import Value
from interviewer.scoring import StepRecord, StepResult, score_step


class GradedItem(Value):
    """One rubric item of a graded answer."""

    item: str
    verdict: Verdict
    quote: str | None
    reason: str


class GradedAnswer(Value):
    """An answer judged on its own."""

    score: float | None
    """1-5; None when too little could be judged."""
    items: tuple[GradedItem, ...]
    red_flags: tuple[str, ...]
    brain: str


async def grade_answer(brain: Brain, case: Case, step: StepId, answer: str) -> GradedAnswer:
    """Judges an answer on its own: senior, balanced, that step only."""
    scored = await score_answer(brain, case, step, answer)
    return GradedAnswer(
        score=scored.score,
        items=tuple(
            GradedItem(item=i.item, verdict=i.verdict, quote=i.quote, reason=i.reason)
            for i in scored.items
        ),
        red_flags=tuple(flag.red_flag for flag in scored.red_flags),
        brain=brain.name,
    )


async def score_answer(brain: Brain, case: Case, step: StepId, answer: str) -> StepResult:
    """The step score of an answer on its own.

    Nobody could challenge a red flag here, so it costs as if it had been upheld.
    """
    judgement = await brain.grade(case, step, answer)
    record = StepRecord(
        step=step,
        reached=True,
        assessments=judgement.items,
        red_flags=tuple(
            flag.model_copy(update={"challenged": True}) for flag in judgement.red_flags
        ),
    )
    return score_step(record, case, Level.SENIOR)
