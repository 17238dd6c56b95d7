"""What got worse: a report beside an earlier one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import TypeAdapter

from evals.figures import Figure, Report

BASELINES = Path(__file__).with_name("baselines")

Verdict = Literal["worse", "better", "same", "new", "gone", "out of bounds"]
FAILING: Sequence[Verdict] = ("worse", "gone", "out of bounds")


class Change(NamedTuple):
    """One figure, before and after."""

    suite: str
    name: str
    before: Figure | None
    after: Figure | None
    verdict: Verdict


def read_report(path: Path) -> tuple[Report, ...]:
    """The reports of a file, or of every JSON file in a folder.

    Raises:
        OSError: it cannot be read.
        ValidationError: it holds something else.
    """
    if path.is_dir():
        return tuple(report for file in sorted(path.glob("*.json")) for report in read_report(file))
    reports = TypeAdapter(tuple[Report, ...] | Report).validate_json(path.read_bytes())
    return (reports,) if isinstance(reports, Report) else reports


def compare(before: Sequence[Report], after: Sequence[Report]) -> list[Change]:
    """Every figure of the suites that were run, with what became of it."""
    known = {report.suite: report for report in before}
    changes: list[Change] = []
    for report in after:
        earlier = known.get(report.suite)
        old = {figure.name: figure for figure in earlier.figures} if earlier else {}
        new = {figure.name: figure for figure in report.figures}
        changes += [_change(report.suite, name, old, new) for name in dict.fromkeys((*new, *old))]
    return changes


def _change(suite: str, name: str, old: Mapping[str, Figure], new: Mapping[str, Figure]) -> Change:
    before, after = old.get(name), new.get(name)
    return Change(suite, name, before, after, judge(before, after))


def judge(before: Figure | None, after: Figure | None) -> Verdict:
    """What became of a figure.

    It is worse when it fell out of the earlier interval on the wrong side; a count without an
    interval is worse as soon as it moved the wrong way. What only describes is never worse.
    """
    if after is None:
        return "gone"
    if _breaks(after):
        return "out of bounds"
    if before is None:
        return "new"
    if after.timing or after.better is None or after.value == before.value:
        return "same"
    if after.value is None or before.value is None:
        return "worse" if after.value is None else "better"
    sign = 1 if after.better == "higher" else -1
    low = before.low if sign > 0 else before.high
    high = before.high if sign > 0 else before.low
    if sign * after.value < sign * (before.value if low is None else low):
        return "worse"
    return (
        "better" if sign * after.value > sign * (before.value if high is None else high) else "same"
    )


def _breaks(figure: Figure) -> bool:
    if figure.bound is None or figure.value is None:
        return False
    over = figure.value - figure.bound
    return over > 0 if figure.better == "lower" else over < 0


def failures(changes: Sequence[Change]) -> list[Change]:
    """The changes that must not land.

    A bound that was missed before and is missed no worse does not fail again.
    """
    return [change for change in changes if change.verdict in FAILING and not _known(change)]


def _known(change: Change) -> bool:
    before, after = change.before, change.after
    if change.verdict != "out of bounds" or before is None or after is None:
        return False
    if before.value is None or after.value is None or not _breaks(before):
        return False
    worse = after.value - before.value
    return worse <= 0 if after.better == "lower" else worse >= 0
