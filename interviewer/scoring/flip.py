"""The cheapest change that would have led to the next better recommendation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

from interviewer.core.assessment import Assessment, RaisedBy, Verdict
from interviewer.core.case import RubricItem
from interviewer.core.settings import StepId
from interviewer.scoring.call import Scoring, earned, judged_as
from interviewer.scoring.credit import credit
from interviewer.scoring.overall import mean_score, next_call
from interviewer.scoring.values import Flip, FlipPoint, Recommendation, StepRecord

FLIP_POINTS = 3  # more than that is another interview, not a change
_HELP = list(RaisedBy)


@dataclass(frozen=True)
class _Open:
    """An expected item that was not earned in full."""

    item: RubricItem
    assessment: Assessment
    step: StepRecord

    @property
    def missing(self) -> float:
        """Weight that would be added, in items of weight 1."""
        return self.item.weight * (1 - (credit(self.assessment) or 0.0))

    @property
    def help(self) -> int:
        """How much help was given with it; 0 for none."""
        return _HELP.index(self.assessment.raised_by)


_Set = tuple[_Open, ...]


@dataclass(frozen=True)
class _Search:
    """Scores sets of items as if they had been earned; each part of a step only once."""

    scoring: Scoring
    known: dict[tuple[StepId, frozenset[str]], float] = field(default_factory=dict)

    def overall(self, points: _Set) -> float:
        """The overall score with all of these earned."""
        changed: dict[StepId, list[_Open]] = {}
        for point in points:
            changed.setdefault(point.step.step, []).append(point)
        scored = dict(self.scoring.scored)
        for step, some in changed.items():
            scored[step] = (scored[step][0], self._value(step, some))
        return mean_score([*scored.values()]) or 0.0

    def _value(self, step: StepId, points: list[_Open]) -> float:
        key = (step, frozenset(point.item.id for point in points))
        if key not in self.known:
            met = [earned(point.item, step) for point in points]
            self.known[key] = self.scoring.value(judged_as(points[0].step, *met))
        return self.known[key]


def find_flip(scoring: Scoring, call: Recommendation) -> Flip | None:
    """The fewest points that would have led to the next better call.

    Points are expected items that were judged and not earned in full. Among sets of the same
    size, the one that lacks the least credit is taken, then the one that needed the least help,
    then the earliest. None from the best call, where more than `FLIP_POINTS` points lack, and where
    nobody would see a difference, since the score is told in tenths.
    """
    following = next_call(call)
    if following is None:
        return None
    needed, better = following
    search = _Search(scoring)
    candidates = [*_open_points(scoring)]
    for size in range(1, FLIP_POINTS + 1):
        if _at_best(search, candidates, size) < needed:
            continue
        sets = combinations(candidates, size)
        enough = [points for points in sets if search.overall(points) >= needed]
        if enough:
            return _flip(better, search, min(enough, key=_cost))
    return None


def _flip(better: Recommendation, search: _Search, points: _Set) -> Flip | None:
    overall = search.overall(points)
    if f"{overall:.1f}" == f"{search.scoring.overall:.1f}":
        return None
    return Flip(to=better, points=tuple(map(_named, points)), overall=overall)


def _open_points(scoring: Scoring) -> Iterator[_Open]:
    for step in scoring.steps():
        for item, assessment in scoring.items(step):
            judged = assessment.verdict is not Verdict.UNASSESSED
            if judged and scoring.expects(item) and (credit(assessment) or 0.0) < 1:
                yield _Open(item, assessment, step)


def _at_best(search: _Search, candidates: list[_Open], size: int) -> float:
    """No set of this size scores more: every step gets the best `size` of its gaps at once."""
    best: list[_Open] = []
    for step in {point.step.step: None for point in candidates}:
        here = [point for point in candidates if point.step.step is step]
        sets: list[_Set] = [*combinations(here, min(size, len(here)))]
        most: _Set = max(sets, key=search.overall)
        best += most
    return search.overall(tuple(best))


def _cost(points: _Set) -> tuple[float, int]:
    return sum(point.missing for point in points), sum(point.help for point in points)


def _named(point: _Open) -> FlipPoint:
    assessment = point.assessment
    return FlipPoint(
        item=point.item.id,
        step=point.step.step,
        verdict=assessment.verdict,
        raised_by=assessment.raiser,
        quote=assessment.quote or None,
        turn=assessment.turn,
    )
