"""The practice plan: missed concepts again after 1, 3, 7 and 21 days, on a different case.

Expanding intervals follow the spacing effect (Cepeda et al., Distributed practice in verbal recall
tasks, Psychological Bulletin 132, 2006); the four intervals are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from interviewer.core.assessment import Verdict
from interviewer.core.case import Case
from interviewer.core.value import Value
from interviewer.results.view import EndedInterview

DAY = 86_400.0  # seconds
INTERVALS = (1, 3, 7, 21)  # days until a missed concept comes again, by how often it went well
KNOWN = 0.75  # share of a concept's weight from which it went well
_EARNED = {Verdict.MET: 1.0, Verdict.PARTIAL: 0.5, Verdict.ABSENT: 0.0}


class Review(Value):
    """How a concept went in one interview."""

    concept: str
    case_id: str
    at: float
    """Seconds since the epoch."""
    share: float
    """Earned share of the weight of its items, 0-1."""


class Drill(Value):
    """A ten-minute drill of one concept."""

    concept: str
    case_id: str
    """Where it is drilled: not the case of the last review, where another one has it."""
    due_at: float
    """Seconds since the epoch."""
    done: int
    """How often it went well since it was missed, 0-3."""
    missed_in: str
    """The case in which it was last missed."""


def reviews_of(ended: EndedInterview, case: Case) -> list[Review]:
    """How each concept went in an interview; help does not matter here.

    Args:
        ended: the interview.
        case: its case; items that it no longer has are left out.
    """
    weights: dict[str, float] = {}
    earned: dict[str, float] = {}
    items = {item.id: item for _, item in case.items()}
    for item_id, verdict in ended.verdicts.items():
        item = items.get(item_id)
        if item is None or verdict not in _EARNED or item.level.rank > ended.settings.level.rank:
            continue
        weights[item.concept] = weights.get(item.concept, 0.0) + item.weight
        earned[item.concept] = earned.get(item.concept, 0.0) + item.weight * _EARNED[verdict]
    return [
        Review(
            concept=concept,
            case_id=ended.case_id,
            at=ended.created_at,
            share=earned[concept] / weight,
        )
        for concept, weight in weights.items()
    ]


def plan_drills(reviews: Iterable[Review], cases: Mapping[str, Case]) -> tuple[Drill, ...]:
    """What is to be drilled and when, soonest first.

    A concept enters the plan when it was missed, moves to the next interval each time it goes
    well when due, goes back to the first when it is missed again, and leaves after the last.
    """
    by_concept: dict[str, list[Review]] = {}
    for review in sorted(reviews, key=lambda review: review.at):
        by_concept.setdefault(review.concept, []).append(review)
    drills = [_drill(concept, past, cases) for concept, past in by_concept.items()]
    return tuple(sorted((d for d in drills if d is not None), key=lambda d: (d.due_at, d.concept)))


def _drill(concept: str, past: Sequence[Review], cases: Mapping[str, Case]) -> Drill | None:
    missed: Review | None = None
    last, done = past[0], 0
    for review in past:
        if review.share < KNOWN:
            missed, last, done = review, review, 0
        elif missed is not None and review.at >= last.at + INTERVALS[done] * DAY:
            last, done = review, done + 1
            if done == len(INTERVALS):
                missed, done = None, 0
    if missed is None:
        return None
    where = _case_for(concept, last.case_id, cases)
    if where is None:
        return None
    return Drill(
        concept=concept,
        case_id=where,
        due_at=last.at + INTERVALS[done] * DAY,
        done=done,
        missed_in=missed.case_id,
    )


def _case_for(concept: str, but: str, cases: Mapping[str, Case]) -> str | None:
    having = [id_ for id_, case in cases.items() if _has(case, concept)]
    return next((id_ for id_ in having if id_ != but), next(iter(having), None))


def _has(case: Case, concept: str) -> bool:
    return any(item.concept == concept for _, item in case.items())
