"""A step answered again: before and after, side by side, as HTML."""

from __future__ import annotations

from interviewer.core.assessment import Verdict
from interviewer.core.case import Case
from interviewer.reports.wording import VERDICT_WORDS, step_grade
from interviewer.results.result import Result
from interviewer.scoring import StepResult
from interviewer.web.evidence import statement_of
from interviewer.web.text import plain

_RANK = [Verdict.UNASSESSED, Verdict.ABSENT, Verdict.PARTIAL, Verdict.MET]


def before_and_after(before: Result | None, after: Result, case: Case | None) -> str:
    """What changed since the step was answered first; nothing without an earlier answer."""
    step = after.settings.drill
    old, new = _step(before, step), _step(after, step)
    if old is None or new is None:
        return ""
    rows = "".join(_changes(old, new, case))
    changed = f"<ul>{rows}</ul>" if rows else "<p>No point is judged otherwise than before.</p>"
    return (
        '<section class="before-after"><h2>Before and after</h2>'
        f"<p>{plain(new.step.value.capitalize())}: <strong>{plain(step_grade(old))}</strong> "
        f"before, <strong>{plain(step_grade(new))}</strong> now.</p>{changed}</section>"
    )


def _step(result: Result | None, step: object) -> StepResult | None:
    steps = result.steps if result is not None else ()
    return next((one for one in steps if one.step is step), None)


def _changes(old: StepResult, new: StepResult, case: Case | None) -> list[str]:
    was = {item.item: item.verdict for item in old.items}
    rows = []
    for item in new.items:
        first = was.get(item.item, Verdict.ABSENT)
        if first is item.verdict:
            continue
        words = f"{VERDICT_WORDS[first]} \u2192 {VERDICT_WORDS[item.verdict]}"
        better = _RANK.index(item.verdict) > _RANK.index(first)
        rows.append(
            f'<li class="{"met" if better else "absent"}"><span class="badge">{words}</span> '
            f"{plain(statement_of(case, item.item))}</li>"
        )
    return rows
