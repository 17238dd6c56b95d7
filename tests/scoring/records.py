"""Records of interviews from letters, in a case of plain items."""

from __future__ import annotations

from collections.abc import Mapping

from interviewer.core.assessment import Assessment, Evidence, RaisedBy, RedFlagHit, Verdict
from interviewer.core.case import Case
from interviewer.core.settings import STEPS, Level, StepId
from interviewer.scoring import InterviewRecord, StepRecord
from tests.builders import a_case, a_red_flag, a_step, an_item

REQ = StepId.REQUIREMENTS


WORDS = ("granite", "copper", "velvet", "amber")


def plain_case(**item: object) -> Case:
    """Every step has four senior items of weight 1, none of them core unless `item` says so, and
    red flags of damage 1 to 3."""
    like: dict[str, object] = {"weight": 1, "level": Level.SENIOR, "core": False, **item}
    steps = {
        step: a_step(
            step,
            items=tuple(an_item(f"{step.value[:3]}_{word}", **like) for word in WORDS),
            red_flags=tuple(
                a_red_flag(f"{step.value[:3]}_flag{damage}", damage=damage) for damage in (1, 2, 3)
            ),
        )
        for step in STEPS
    }
    return a_case(
        steps=steps, deep_dives=(), constraint_changes=(), push_backs=(), variants=(), numbers=()
    )


def judged(
    verdict: str, item: str = "req_granite", by: str = "candidate", confidence: float = 1.0
) -> Assessment:
    step = next(step for step in STEPS if item.startswith(step.value[:3]))
    return Assessment(
        item=item,
        step=step,
        verdict=Verdict("absent" if verdict == "contradicted" else verdict),
        contradicted=verdict == "contradicted",
        raised_by=RaisedBy(by),
        confidence=confidence,
        evidence=None if verdict == "absent" else Evidence(quote="as said", turn=2),
    )


def record(verdicts: str, step: StepId = REQ, **fields: object) -> StepRecord:
    """A step record from letters: met, partial, absent, contradicted, unassessed, no problem."""
    names = {word[0]: word for word in ("met", "partial", "absent", "contradicted", "unassessed")}
    names["n"] = "unassessed"
    assessments = tuple(
        judged(names[letter], f"{step.value[:3]}_{word}").model_copy(
            update={"applies": letter != "n"}
        )
        for letter, word in zip(verdicts, WORDS, strict=False)
    )
    return StepRecord(**{"step": step, "reached": True, "assessments": assessments, **fields})


def flag(damage: int, *, challenged: bool = True, recovered: bool = False) -> RedFlagHit:
    return RedFlagHit(
        red_flag=f"req_flag{damage}",
        step=REQ,
        evidence=Evidence(quote=f"{damage} box", turn=2),
        challenged=challenged,
        recovered=recovered,
    )


def interview(verdicts: Mapping[StepId, str], **fields: object) -> InterviewRecord:
    steps = tuple(
        record(verdicts[step], step) if step in verdicts else StepRecord(step=step, reached=False)
        for step in STEPS
    )
    return InterviewRecord(**{"steps": steps, **fields})


ALL = dict.fromkeys(STEPS, "mmmm")


HALF = dict.fromkeys(STEPS, "mmaa")
