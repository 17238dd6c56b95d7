"""One answer judged against one step, as in `interviewer grade`."""

from __future__ import annotations

from interviewer.brains.protocol import Answer, Brain
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


async def grade_answer(brain: Brain, case: Case, step: StepId, answer: Answer) -> GradedAnswer:
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


async def score_answer(brain: Brain, case: Case, step: StepId, answer: Answer) -> StepResult:
    """The step score of an answer on its own."""
    return score_step(await judge_answer(brain, case, step, answer), case, Level.SENIOR)


async def judge_answer(brain: Brain, case: Case, step: StepId, answer: Answer) -> StepRecord:
    """What a brain makes of an answer on its own, ready to be scored.

    Nobody could challenge a wrong claim here, so one that the case lists costs as if it had been
    upheld; a judge's doubt about another one costs nothing. Nor was anybody helped: a question
    that came with the answer only shows what it answers.
    """
    judgement = await brain.grade(case, step, [answer])
    flags = (
        flag.model_copy(update={"challenged": not flag.statement}) for flag in judgement.red_flags
    )
    return StepRecord(step=step, reached=True, assessments=judgement.items, red_flags=tuple(flags))
