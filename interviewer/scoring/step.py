"""The score of one step: its credits on the level's curve, what core items cap, wrong claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from interviewer.core.assessment import NOT_FOUND, Assessment, Verdict
from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import Level, StepId
from interviewer.scoring.credit import VERDICT_CREDIT, credit, unaided_credit
from interviewer.scoring.flags import flag_cost
from interviewer.scoring.model import DOUBT_FLOOR, SCORES, band_half, score_of
from interviewer.scoring.values import (
    Band,
    FlagResult,
    ItemResult,
    StepRecord,
    StepResult,
    StepStatus,
)

ENOUGH = 0.6  # share of weight that must be judged before a score is stated
NO_CORE_MET = 2.5  # a step is not above it with none of its expected core items met, if it has any
CORE_ABSENT = 4.5  # nor above this with one of them absent
LIFT = 0.2  # of a sound idea that no item names: what the smallest wrong claim costs
MOST_LIFT = 0.5  # of all of them together
LOWEST, HIGHEST = SCORES[0], SCORES[-1]

CreditOf = Callable[[Assessment], float | None]


class Credits(NamedTuple):
    """Sums over the items of a step or dimension, whatever level they are expected from."""

    earned: float
    judged: float
    """Weight of the items that were judged."""
    whole: float

    @property
    def share(self) -> float:
        """Earned share of the judged weight, 0-1."""
        return max(0.0, self.earned / self.judged) if self.judged else 0.0

    @property
    def enough(self) -> bool:
        """Whether enough was judged to state a score."""
        return self.whole > 0 and self.judged >= ENOUGH * self.whole


def sum_credits(
    items: Sequence[RubricItem],
    assessments: Mapping[str, Assessment],
    credit_of: CreditOf = credit,
) -> Credits:
    """Sums credits; an item without assessment is absent, one that does not apply is no item."""
    earned = judged = whole = 0.0
    for item in applying(items, assessments):
        assessment = assessments.get(item.id)
        value = 0.0 if assessment is None else credit_of(assessment)
        whole += item.weight
        if value is not None:
            earned += item.weight * value
            judged += item.weight
    return Credits(earned, judged, whole)


def applying(
    items: Iterable[RubricItem], assessments: Mapping[str, Assessment]
) -> list[RubricItem]:
    """The items whose problem the design has."""
    judged = ((item, assessments.get(item.id)) for item in items)
    return [item for item, found in judged if found is None or found.applies]


def core_cap(
    items: Sequence[RubricItem],
    assessments: Mapping[str, Assessment],
    level: Level,
    credit_of: CreditOf = credit,
) -> float:
    """The highest score that the core items expected at the level leave open.

    Where the step has only core items of a higher level, any point that is met will do. What could
    not be judged may have been met and caps nothing.
    """
    counted = applying(items, assessments)
    all_core = [item for item in counted if item.core]
    core = [item for item in all_core if item.level.rank <= level.rank]
    values = {
        item.id: credit_of(assessments[item.id]) if item.id in assessments else 0.0
        for item in counted
    }
    deciding = [item.id for item in core or (all_core and counted)]
    met = any(values[id_] and assessments[id_].verdict is Verdict.MET for id_ in deciding)
    if deciding and not met and None not in map(values.get, deciding):
        return NO_CORE_MET
    lacking = (value is not None and value <= 0.0 for value in (values[i.id] for i in core))
    return CORE_ABSENT if any(lacking) else HIGHEST


def score_step(record: StepRecord, case: Case, level: Level) -> StepResult:
    """Scores one step."""
    score = step_value(record, case, level)
    listed = assessed(record, case) if record.reached else []
    return StepResult(
        step=record.step,
        score=score,
        unaided=step_value(record, case, level, unaided_credit),
        band=None if score is None else step_band(score, record),
        status=step_status(record, case),
        items=tuple(ItemResult.of(assessment) for _, assessment in listed),
        red_flags=tuple(FlagResult.of(flag) for flag in record.red_flags),
        seconds=round(record.seconds, 1),
    )


def assessed(record: StepRecord, case: Case) -> list[tuple[RubricItem, Assessment]]:
    """The items of a step that apply, in the case's order; what nobody brought up is absent."""
    judged = _by_item(record)
    items = applying(case.steps[record.step].items, judged)
    return [(item, judged.get(item.id) or absent(item, record.step)) for item in items]


def absent(item: RubricItem, step: StepId) -> Assessment:
    """The assessment of an item that nobody brought up."""
    return Assessment(item=item.id, step=step, verdict=Verdict.ABSENT, reason=NOT_FOUND)


def step_status(record: StepRecord, case: Case) -> StepStatus:
    """How the score of a step comes about, or why it has none."""
    if not record.reached:
        return StepStatus.NOT_REACHED
    credits = sum_credits(case.steps[record.step].items, _by_item(record))
    if record.skipped and credits.earned <= 0:
        return StepStatus.SKIPPED
    return StepStatus.SCORED if credits.enough else StepStatus.UNASSESSED


def step_value(
    record: StepRecord, case: Case, level: Level, credit_of: CreditOf = credit
) -> float | None:
    """The score of a step, 1-5 in hundredths; None when it has none.

    The share of credit on the level's curve, lifted by sound ideas that no item names, not above
    what the core items leave open, less what wrong claims cost.
    """
    status = step_status(record, case)
    if status is StepStatus.SKIPPED:
        return LOWEST
    if status is not StepStatus.SCORED:
        return None
    items, judged = case.steps[record.step].items, _by_item(record)
    share = sum_credits(items, judged, credit_of).share
    earned = score_of(share, level, graded=record.graded) + lift(record)
    capped = min(earned, core_cap(items, judged, level, credit_of))
    return round(max(LOWEST, capped - flag_cost(record.red_flags, case)), 2)


def lift(record: StepRecord) -> float:
    """Points that sound ideas beyond the rubric add; the same words count once."""
    return min(MOST_LIFT, LIFT * len({idea.quote for idea in record.beyond}))


def _by_item(record: StepRecord) -> dict[str, Assessment]:
    return {assessment.item: assessment for assessment in record.assessments}


def narrowest_half() -> float:
    """Half the width of a band when everything was judged with certainty."""
    return band_half(DOUBT_FLOOR)


def step_band(score: float, record: StepRecord, *, overall: bool = False) -> Band:
    """The interval in which a step's score lies.

    Args:
        score: of the step.
        record: the step.
        overall: as it counts in the interval of the whole interview.
    """
    assessments = [one for one in record.assessments if one.applies]
    doubt = [1 - a.confidence for a in assessments if a.verdict in VERDICT_CREDIT]
    unassessed = sum(a.verdict is Verdict.UNASSESSED for a in assessments)
    share = unassessed / len(assessments) if assessments else 0.0
    doubted = DOUBT_FLOOR + 0.5 * (sum(doubt) / len(doubt) if doubt else 0.0) + 0.5 * share
    half = band_half(doubted, graded=record.graded, overall=overall)
    return Band(low=round(max(LOWEST, score - half), 2), high=round(min(HIGHEST, score + half), 2))
