"""Figures and ids in words, the same in every report."""

from __future__ import annotations

from collections.abc import Mapping

from interviewer.assessment import RaisedBy, Verdict
from interviewer.report.result import Result, StepResult
from interviewer.scorecard import Band, StepStatus

VERDICTS: Mapping[Verdict, str] = {
    Verdict.MET: "**✓ Met**",
    Verdict.PARTIAL: "**◐ Partial**",
    Verdict.ABSENT: "**○ Absent**",
    Verdict.UNASSESSED: "**? Unassessed**",
}
HELP: Mapping[RaisedBy, str] = {
    RaisedBy.OPEN_PROBE: "after an open question",
    RaisedBy.NARROW_PROBE: "after a narrower question",
    RaisedBy.HINT1: "after a first hint",
    RaisedBy.HINT2: "after a second hint",
    RaisedBy.HINT3: "after a third hint",
    RaisedBy.TOLD: "after you were told",
}
_STATUS: Mapping[StepStatus, str] = {
    StepStatus.SKIPPED: "You chose to leave this step out, which counts as 1.",
    StepStatus.NOT_REACHED: "Not reached: the interview ended before this step. No score.",
    StepStatus.UNASSESSED: "Unassessed: too little of this step could be judged. No score.",
}
_ENDED: Mapping[str, str] = {
    "completed": "after the last step",
    "candidate": "by the candidate",
    "time": "when the time was up",
}
_BAR = 5


def in_words(identifier: str) -> str:
    """An id as people say it: `not_reached` becomes `not reached`."""
    return _ENDED.get(identifier, identifier.replace("_", " "))


def bare_score(score: float | None) -> str:
    """A score with one decimal, or `none`."""
    return "none" if score is None else f"{score:.1f}"


def interval(band: Band | None) -> str:
    """A band, 1-5, as text; empty when there is none."""
    return f"{band.low:.1f}–{band.high:.1f}" if band else ""


def bar(score: float | None) -> str:
    """A score as five boxes; empty when there is none."""
    if score is None:
        return ""
    full = int(score + 0.5)
    return "▰" * full + "▱" * (_BAR - full)


def minutes(seconds: float) -> str:
    """A length of time as minutes and seconds, `7:05`."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def headline(result: Result) -> str:
    """The outcome in one line."""
    call = result.recommendation
    parts = [f"**{in_words(call).capitalize()}**" if call else "**No recommendation**"]
    if result.overall is not None:
        parts.append(f"**{bare_score(result.overall)}** of 5 {bar(result.overall)}")
    parts.append(f"interviewed for {result.settings.level.value}")
    if result.reads_as:
        parts.append(f"reads as **{result.reads_as.value}**")
    return " · ".join(parts)


def no_recommendation(result: Result) -> str:
    """Why there is no recommendation."""
    if result.overall is None:
        return "Nothing was said that could be scored."
    if result.settings.drill:
        return "A drill of one step is not a whole interview, so it has no recommendation."
    return "Under 60% of the interview could be scored, which is too little to recommend anything."


def uncertainty(result: Result) -> str:
    """How far the overall score can be trusted."""
    return (
        f"Read the score as lying anywhere in its range ({interval(result.band)}); confidence "
        f"{result.confidence or 0.0:.0%}, which is the share of the rubric that was judged times "
        "how sure the judge was. The judge is a program, not a person."
    )


def unsaid(verdict: str) -> str:
    """Stands where a quote of the candidate would."""
    return "This could not be judged." if verdict == "unassessed" else "You did not bring this up."


def status_line(step: StepResult) -> str:
    """How a step's score came about."""
    if step.status is not StepStatus.SCORED:
        return _STATUS[step.status]
    return (
        f"**{bare_score(step.score)}** of 5 (range {interval(step.band)}), unaided "
        f"{bare_score(step.unaided)}, in {minutes(step.seconds)} minutes."
    )
