"""The score of one step, from the credits of its items."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from interviewer.core.assessment import NOT_FOUND, Assessment, RedFlagHit, Verdict
from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import Level, StepId
from interviewer.scoring.credit import VERDICT_CREDIT, credit, unaided_credit
from interviewer.scoring.model import band_half, interpolate
from interviewer.scoring.values import (
    Band,
    FlagResult,
    ItemResult,
    StepRecord,
    StepResult,
    StepStatus,
)

ENOUGH = 0.6  # share of weight that must be judged before a score is stated
FLAG_COST = {1: 0.2, 2: 0.35, 3: 0.5}  # by damage, once challenged and not taken back
RECOVERED_COST = 0.05
UNCHALLENGED_SHARE = 0.5  # nobody asked, so the candidate had no chance to take it back
DOUBT_FLOOR = 0.4  # doubt about a step of which everything was judged with certainty

CreditOf = Callable[[Assessment], float | None]


class Credits(NamedTuple):
    """Sums over the items of a step or dimension."""

    earned: float
    judged: float
    """Weight of the expected items that were judged."""
    expected: float

    @property
    def share(self) -> float:
        """Earned share of the judged weight, 0-1 (bonus items may fill gaps, not exceed 1)."""
        return min(1.0, self.earned / self.judged) if self.judged else 0.0

    @property
    def enough(self) -> bool:
        """Whether enough was judged to state a score."""
        return self.expected > 0 and self.judged >= ENOUGH * self.expected


def sum_credits(
    items: Sequence[RubricItem],
    assessments: Mapping[str, Assessment],
    level: Level,
    credit_of: CreditOf = credit,
) -> Credits:
    """Sums credits; items above `level` add what they earn and are never missed."""
    earned = judged = expected = 0.0
    for item in items:
        bonus = item.level.rank > level.rank
        assessment = assessments.get(item.id)
        value = 0.0 if assessment is None else credit_of(assessment)
        expected += 0.0 if bonus else item.weight
        if value is not None:
            earned += item.weight * value
            judged += 0.0 if bonus else item.weight
    return Credits(earned, judged, expected)


def flag_cost(flags: Sequence[RedFlagHit], case: Case) -> float:
    """Points that red flags take off a step's score."""
    total = 0.0
    for flag in flags:
        full = FLAG_COST[case.red_flag(flag.red_flag).damage]
        if flag.recovered:
            total += RECOVERED_COST
        else:
            total += full if flag.challenged else full * UNCHALLENGED_SHARE
    return total


def score_step(record: StepRecord, case: Case, level: Level) -> StepResult:
    """Scores one step."""
    score = step_value(record, case, level)
    listed = assessed(record, case) if record.reached else []
    return StepResult(
        step=record.step,
        score=score,
        unaided=step_value(record, case, level, unaided_credit),
        band=None if score is None else _band(score, record.assessments),
        status=step_status(record, case, level),
        items=tuple(ItemResult.of(assessment) for _, assessment in listed),
        red_flags=tuple(FlagResult.of(flag) for flag in record.red_flags),
        seconds=round(record.seconds, 1),
    )


def assessed(record: StepRecord, case: Case) -> list[tuple[RubricItem, Assessment]]:
    """The items of a step in the case's order; what nobody brought up is absent."""
    judged = {assessment.item: assessment for assessment in record.assessments}
    items = case.steps[record.step].items
    return [(item, judged.get(item.id) or absent(item, record.step)) for item in items]


def absent(item: RubricItem, step: StepId) -> Assessment:
    """The assessment of an item that nobody brought up."""
    return Assessment(item=item.id, step=step, verdict=Verdict.ABSENT, reason=NOT_FOUND)


def step_status(record: StepRecord, case: Case, level: Level) -> StepStatus:
    """How the score of a step comes about, or why it has none."""
    return _status(record, _credits(record, case, level, credit))


def step_value(
    record: StepRecord, case: Case, level: Level, credit_of: CreditOf = credit
) -> float | None:
    """The score of a step, 1-5 in hundredths; None when it has none."""
    status = step_status(record, case, level)
    if status is StepStatus.SKIPPED:
        return 1.0
    if status is not StepStatus.SCORED:
        return None
    credits = _credits(record, case, level, credit_of)
    raw = interpolate(credits.share) - flag_cost(record.red_flags, case)
    return round(max(1.0, min(5.0, raw)), 2)


def _credits(record: StepRecord, case: Case, level: Level, credit_of: CreditOf) -> Credits:
    judged = {assessment.item: assessment for assessment in record.assessments}
    return sum_credits(case.steps[record.step].items, judged, level, credit_of)


def _status(record: StepRecord, credits: Credits) -> StepStatus:
    if not record.reached:
        return StepStatus.NOT_REACHED
    if record.skipped and credits.earned == 0:
        return StepStatus.SKIPPED
    return StepStatus.SCORED if credits.enough else StepStatus.UNASSESSED


def narrowest_half() -> float:
    """Half the width of a band when everything was judged with certainty."""
    return band_half(DOUBT_FLOOR)


def _band(score: float, assessments: Sequence[Assessment]) -> Band:
    doubt = [1 - a.confidence for a in assessments if a.verdict in VERDICT_CREDIT]
    unassessed = sum(a.verdict is Verdict.UNASSESSED for a in assessments)
    share = unassessed / len(assessments) if assessments else 0.0
    doubted = DOUBT_FLOOR + 0.5 * (sum(doubt) / len(doubt) if doubt else 0.0) + 0.5 * share
    half = band_half(doubted)
    return Band(low=round(max(1.0, score - half), 2), high=round(min(5.0, score + half), 2))
