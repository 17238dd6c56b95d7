"""As which level the answers read, and which points separate that from the target level."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from interviewer.core.case import RubricItem
from interviewer.core.settings import Level
from interviewer.scoring.call import Scoring
from interviewer.scoring.credit import credit
from interviewer.scoring.overall import HIRE
from interviewer.scoring.values import LevelReading, StepRecord

SEPARATING = 3  # points named
HIGHEST = list(Level)[-1]

Wanted = Callable[[RubricItem, float], bool]


def read_level(scoring: Scoring) -> LevelReading:
    """The highest level at which the same answers would be a hire; the lowest when none is.

    Who stands by a wrong claim after being asked about it does not read as the highest level,
    however much else was earned.
    """
    target = scoring.level
    for level in reversed(Level):
        at = replace(scoring, level=level)
        if at.scored and at.overall >= HIRE and not (level is HIGHEST and _upheld(scoring)):
            return LevelReading(level=level, reached=True, points=_points(scoring, level, target))
    lowest = next(iter(Level))
    return LevelReading(level=lowest, reached=False, points=_missing(scoring, None, lowest))


def _upheld(scoring: Scoring) -> bool:
    flags = (flag for step in scoring.record.steps for flag in step.red_flags)
    return any(flag.challenged and not flag.recovered for flag in flags)


def _points(scoring: Scoring, level: Level, target: Level) -> tuple[str, ...]:
    if level.rank > target.rank:
        return _named(scoring, lambda item, value: item.level.rank > target.rank and value >= 1)
    return _missing(scoring, level, max(target, _next(level), key=lambda one: one.rank))


def _missing(scoring: Scoring, above: Level | None, up_to: Level) -> tuple[str, ...]:
    """What lacks of the levels over `above`, up to and with `up_to`."""
    floor = -1 if above is None else above.rank
    return _named(scoring, lambda item, value: floor < item.level.rank <= up_to.rank and value < 1)


def _next(level: Level) -> Level:
    levels = list(Level)
    return levels[min(level.rank + 1, len(levels) - 1)]


def _named(scoring: Scoring, wanted: Wanted) -> tuple[str, ...]:
    """The wanted items, those first that weigh most in the whole interview."""
    found = [
        (scoring.weights.get(step.step, 0.0) * share, item.id)
        for step in scoring.steps()
        for item, share, value in _judged(scoring, step)
        if wanted(item, value)
    ]
    return tuple(id_ for _, id_ in sorted(found, key=lambda pair: -pair[0])[:SEPARATING])


def _judged(scoring: Scoring, step: StepRecord) -> Iterator[tuple[RubricItem, float, float]]:
    """The judged items of a step, with their share of its weight and their credit, 0-1."""
    items = [*scoring.items(step)]
    total = sum(item.weight for item, _ in items)
    for item, assessment in items:
        value = credit(assessment)
        if value is not None:
            yield item, item.weight / total, value
