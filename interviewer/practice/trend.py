"""How scores went over past interviews."""

from __future__ import annotations

from collections.abc import Iterable

from interviewer.core.assessment import Verdict
from interviewer.core.settings import Level
from interviewer.core.value import Value
from interviewer.results.view import EndedInterview


class TrendPoint(Value):
    """One whole interview."""

    interview_id: str
    case_id: str
    at: float
    """When it started, seconds since the epoch."""
    overall: float


class Trend(Value):
    """Interviews whose scores can be compared: judged by the same brain for the same level."""

    brain: str
    level: Level
    points: tuple[TrendPoint, ...]
    """Oldest first."""

    @property
    def change(self) -> float | None:
        """Mean of the newest half minus mean of the oldest half; None under four points."""
        half = len(self.points) // 2
        if half < 2:
            return None
        old, new = self.points[:half], self.points[-half:]
        return sum(p.overall for p in new) / half - sum(p.overall for p in old) / half


def trends(interviews: Iterable[EndedInterview]) -> tuple[Trend, ...]:
    """One trend a brain and level, the one with the newest interview first.

    A brain's name holds the version of its judge, so scores of two judges are never joined.
    Drills, interviews without an overall score and those in which nothing was heard are left out.
    """
    points: dict[tuple[str, Level], list[TrendPoint]] = {}
    for ended in sorted(interviews, key=lambda ended: ended.created_at):
        if ended.overall is None or ended.settings.is_drill or not _was_heard(ended):
            continue
        point = TrendPoint(
            interview_id=ended.interview_id,
            case_id=ended.case_id,
            at=ended.created_at,
            overall=ended.overall,
        )
        points.setdefault((ended.brain, ended.settings.level), []).append(point)
    found = [Trend(brain=key[0], level=key[1], points=tuple(p)) for key, p in points.items()]
    return tuple(sorted(found, key=lambda trend: -trend.points[-1].at))


def _was_heard(ended: EndedInterview) -> bool:
    """Whether a point was earned at all; one that was only opened and ended says nothing."""
    return any(verdict in (Verdict.MET, Verdict.PARTIAL) for verdict in ended.verdicts.values())
