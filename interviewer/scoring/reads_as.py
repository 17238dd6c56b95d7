"""As which level the answers read, and which points separate that from the target level."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from interviewer.core.case import RubricItem
from interviewer.core.settings import Level
from interviewer.scoring.call import Scoring
from interviewer.scoring.credit import credit
from interviewer.scoring.overall import recommend
from interviewer.scoring.values import LevelReading, Recommendation, StepRecord

AT_LEVEL: frozenset[Recommendation] = frozenset({"lean_hire", "hire", "strong_hire"})
"""Calls at the target, or below it, with which the answers read as that level."""
ABOVE: frozenset[Recommendation] = frozenset({"hire", "strong_hire"})
"""Calls at a level above the target with which they read as that level."""
BELOW: Recommendation = "lean_no_hire"
"""The call at the target with which they read as the level below it."""
SEPARATING = 3  # points named
HIGHEST = list(Level)[-1]

Wanted = Callable[[RubricItem, float], bool]


def level_read(overall: Mapping[Level, float], target: Level) -> Level | None:
    """The level that answers read as, by what they would score at each; None below the lowest.

    The call at the target comes first, so that it and the reading never contradict each other. Who
    is a lean hire there or better reads at least as the target, and as a higher level where they
    would be a hire. A lean no hire reads as the level below. Who is less than that reads as the
    highest level below at which they would be a lean hire.

    Args:
        overall: the overall score by level, the target among them.
        target: the level that the interview was for.
    """
    calls = {level: recommend(score) for level, score in overall.items()}
    if calls[target] in AT_LEVEL:
        above = (level for level in calls if level.rank > target.rank and calls[level] in ABOVE)
        return max(above, key=lambda level: level.rank, default=target)
    below = [level for level in reversed(Level) if level.rank < target.rank]
    if calls[target] == BELOW:
        return next(iter(below), None)
    return next((level for level in below if calls.get(level) in AT_LEVEL), None)


def read_level(scoring: Scoring) -> LevelReading:
    """As which level the answers read; the lowest, not reached, where they stay below it.

    Who stands by a wrong claim after being asked about it does not read as the highest level when
    that was not the target, however much else was earned.
    """
    target = scoring.level
    scored = {level: replace(scoring, level=level).overall for level in Level}
    if _upheld(scoring) and target is not HIGHEST:
        del scored[HIGHEST]
    level = level_read(scored, target)
    if level is None:
        lowest = next(iter(Level))
        return LevelReading(level=lowest, reached=False, points=_missing(scoring, None, lowest))
    return LevelReading(level=level, reached=True, points=_points(scoring, level, target))


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
            yield item, item.weight / total, max(0.0, value)
