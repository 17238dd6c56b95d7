"""From item credits to step scores, dimensions, the overall score and the recommendation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from interviewer.assessment import Assessment, Verdict
from interviewer.cases import Case, Dimension, RubricItem
from interviewer.scorecard.credit import VERDICT_CREDIT, credit, unaided_credit
from interviewer.scorecard.values import (
    Band,
    FlagRecord,
    InterviewRecord,
    Observation,
    PracticePoint,
    Recommendation,
    Scorecard,
    StepRecord,
    StepScore,
    StepStatus,
)
from interviewer.settings import InterviewSettings, Level, StepId, step_minutes

ENOUGH = 0.6  # share of weight that must be judged before a score is stated
CURVE = ((0.0, 1.0), (0.08, 2.0), (0.25, 3.0), (0.5, 4.0), (0.8, 5.0))  # share of credit -> score
FLAG_COST = {1: 0.2, 2: 0.35, 3: 0.5}  # by damage, once challenged and not taken back
RECOVERED_COST = 0.05
UNCHALLENGED_SHARE = 0.5  # nobody asked, so the candidate had no chance to take it back
CALLS: tuple[tuple[float, Recommendation], ...] = (
    (1.75, "strong_no_hire"),
    (2.5, "no_hire"),
    (3.0, "lean_no_hire"),
    (3.5, "lean_hire"),
    (4.25, "hire"),
)
PRACTICE_POINTS = 5
BAND_FLOOR = 0.4  # half-width of a step's band when everything was judged with certainty

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


def interpolate(share: float, curve: Sequence[tuple[float, float]] = CURVE) -> float:
    """Score 1-5 of an earned share 0-1; monotone, linear between the points of `curve`."""
    for (x0, y0), (x1, y1) in zip(curve, curve[1:], strict=False):
        if share <= x1:
            return y0 + (y1 - y0) * (share - x0) / (x1 - x0)
    return curve[-1][1]


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


def flag_cost(flags: Sequence[FlagRecord], case: Case) -> float:
    """Points that red flags take off a step's score."""
    total = 0.0
    for flag in flags:
        full = FLAG_COST[case.red_flag(flag.red_flag).damage]
        if flag.recovered:
            total += RECOVERED_COST
        else:
            total += full if flag.challenged else full * UNCHALLENGED_SHARE
    return total


def score_step(record: StepRecord, case: Case, level: Level, weight: float) -> StepScore:
    """Scores one step; `weight` is its share of the overall score."""
    items = case.steps[record.step].items
    judged = {assessment.item: assessment for assessment in record.assessments}
    listed = tuple(judged.get(item.id) or _absent(item, record.step) for item in items)
    status = _status(record, sum_credits(items, judged, level))
    score = _score(record, case, level, status, credit)
    return StepScore(
        step=record.step,
        status=status,
        score=score,
        unaided=_score(record, case, level, status, unaided_credit),
        band=None if score is None else _band(score, record.assessments),
        assessments=listed if record.reached else (),
        red_flags=record.red_flags,
        seconds=record.seconds,
        weight=weight,
    )


def _absent(item: RubricItem, step: StepId) -> Assessment:
    return Assessment(item=item.id, step=step, verdict=Verdict.ABSENT, reason="Not mentioned.")


def _status(record: StepRecord, credits: Credits) -> StepStatus:
    if not record.reached:
        return StepStatus.NOT_REACHED
    if record.skipped and credits.earned == 0:
        return StepStatus.SKIPPED
    return StepStatus.SCORED if credits.enough else StepStatus.UNASSESSED


def _score(
    record: StepRecord, case: Case, level: Level, status: StepStatus, credit_of: CreditOf
) -> float | None:
    if status is StepStatus.SKIPPED:
        return 1.0
    if status is not StepStatus.SCORED:
        return None
    judged = {assessment.item: assessment for assessment in record.assessments}
    credits = sum_credits(case.steps[record.step].items, judged, level, credit_of)
    raw = interpolate(credits.share) - flag_cost(record.red_flags, case)
    return round(max(1.0, min(5.0, raw)), 2)


def _band(score: float, assessments: Sequence[Assessment]) -> Band:
    doubt = [1 - a.confidence for a in assessments if a.verdict in VERDICT_CREDIT]
    unassessed = sum(a.verdict is Verdict.UNASSESSED for a in assessments)
    share = unassessed / len(assessments) if assessments else 0.0
    half = BAND_FLOOR + 0.5 * (sum(doubt) / len(doubt) if doubt else 0.0) + 0.5 * share
    return Band(low=round(max(1.0, score - half), 2), high=round(min(5.0, score + half), 2))


def score_interview(record: InterviewRecord, case: Case, settings: InterviewSettings) -> Scorecard:
    """The whole scorecard of an interview."""
    weights = _step_weights(settings)
    steps = tuple(
        score_step(step, case, settings.level, weights.get(step.step, 0.0)) for step in record.steps
    )
    scored = [step for step in steps if step.score is not None]
    overall = _weighted(scored, lambda step: step.score)
    weight = sum(step.weight for step in scored)
    drill = settings.drill is not None
    recommended = overall is not None and weight >= ENOUGH and not drill
    return Scorecard(
        steps=steps,
        dimensions=_dimensions(record, case, settings.level),
        observations=record.observations,
        overall=overall,
        unaided=_weighted(scored, lambda step: step.unaided),
        band=_overall_band(scored, overall),
        recommendation=_recommend(overall) if recommended and overall is not None else None,
        confidence=_confidence(scored, weight),
        reads_as=_reads_as(record, case, weights) if recommended else None,
        practice=_practice(record, case, settings.level),
        end_reason=record.end_reason,
    )


def _step_weights(settings: InterviewSettings) -> dict[StepId, float]:
    minutes = step_minutes(settings)
    total = sum(minutes.values())
    return {step: value / total for step, value in minutes.items()}


def _weighted(
    steps: Sequence[StepScore], value_of: Callable[[StepScore], float | None]
) -> float | None:
    weight = sum(step.weight for step in steps)
    if not weight:
        return None
    return round(sum(step.weight * (value_of(step) or 0.0) for step in steps) / weight, 2)


def _overall_band(steps: Sequence[StepScore], overall: float | None) -> Band | None:
    if overall is None:
        return None
    low = _weighted(steps, lambda step: step.band.low if step.band else step.score)
    high = _weighted(steps, lambda step: step.band.high if step.band else step.score)
    return Band(low=low or overall, high=high or overall)


def _recommend(overall: float) -> Recommendation:
    for limit, call in CALLS:
        if overall < limit:
            return call
    return "strong_hire"


def _confidence(scored: Sequence[StepScore], weight: float) -> float:
    certainty = [
        0.0 if a.verdict is Verdict.UNASSESSED else a.confidence
        for step in scored
        for a in step.assessments
    ]
    return round(weight * (sum(certainty) / len(certainty) if certainty else 0.0), 2)


def _reads_as(record: InterviewRecord, case: Case, weights: Mapping[StepId, float]) -> Level | None:
    """The highest level at which the same answers would be a hire; mid when none is."""
    for level in reversed(Level):
        steps = [score_step(s, case, level, weights.get(s.step, 0.0)) for s in record.steps]
        overall = _weighted([s for s in steps if s.score is not None], lambda s: s.score)
        if overall is not None and overall >= 3.5:
            return level
    return Level.MID


def _dimensions(record: InterviewRecord, case: Case, level: Level) -> dict[Dimension, float | None]:
    reached = {step.step for step in record.steps if step.reached}
    judged = {a.item: a for step in record.steps for a in step.assessments}
    scores: dict[Dimension, float | None] = {}
    for dimension in Dimension:
        items = [
            item for step, item in case.items() if item.dimension is dimension and step in reached
        ]
        credits = sum_credits(items, judged, level)
        scores[dimension] = round(interpolate(credits.share), 2) if credits.enough else None
    scores[Dimension.COMMUNICATION] = _communication(record.observations)
    return scores


def _communication(observations: Sequence[Observation]) -> float | None:
    """1-5 from the share of observables seen; never from grammar, accent or length."""
    if not observations:
        return None
    return round(1 + 4 * sum(o.seen for o in observations) / len(observations), 2)


def _practice(record: InterviewRecord, case: Case, level: Level) -> tuple[PracticePoint, ...]:
    points = [point for step in record.steps if step.reached for point in _gaps(step, case, level)]
    return tuple(sorted(points, key=lambda point: -point.gain)[:PRACTICE_POINTS])


def _gaps(record: StepRecord, case: Case, level: Level) -> list[PracticePoint]:
    items = [item for item in case.steps[record.step].items if item.level.rank <= level.rank]
    total = sum(item.weight for item in items)
    judged = {assessment.item: assessment for assessment in record.assessments}
    return [
        _gap(item, judged.get(item.id) or _absent(item, record.step), total)
        for item in items
        if item.id not in judged or (credit(judged[item.id]) or 0.0) < 1.0
    ]


def _gap(item: RubricItem, assessment: Assessment, total: int) -> PracticePoint:
    return PracticePoint(
        item=item.id,
        step=assessment.step,
        concept=item.concept,
        verdict=assessment.verdict.value,
        quote=assessment.evidence.quote if assessment.evidence else None,
        lacked=item.why,
        exemplar=item.exemplar,
        gain=round(item.weight * (1 - (credit(assessment) or 0.0)) / total, 3),
    )
