"""Figures and ids in words, the same in every report."""

from __future__ import annotations

import math
from collections.abc import Mapping

from interviewer.brains.factory import EMBEDDED
from interviewer.core.assessment import Verdict
from interviewer.core.design import DesignRecord, EntryKind
from interviewer.core.settings import InterviewSettings
from interviewer.results.clock import clock
from interviewer.results.result import Result
from interviewer.scoring import BANDS, Band, FlagResult, ItemResult, StepResult, StepStatus
from interviewer.scoring.step import narrowest_half

VERDICT_WORDS: Mapping[Verdict, str] = {
    Verdict.MET: "met",
    Verdict.PARTIAL: "partly",
    Verdict.ABSENT: "not heard",
    Verdict.UNASSESSED: "not judged",
}
"""What people read for a verdict, on every page and in every report."""
_SIGNS: Mapping[Verdict, str] = {
    Verdict.MET: "✓",
    Verdict.PARTIAL: "◐",
    Verdict.ABSENT: "○",
    Verdict.UNASSESSED: "?",
}
_AGAINST, _AGAINST_SIGN = "spoken against", "✗"
"""Of an absent item that the words quoted speak against."""
_STATUS: Mapping[StepStatus, str] = {
    StepStatus.SKIPPED: "Left out, which counts as no answer.",
    StepStatus.NOT_REACHED: "Not reached: the interview ended before this step. No score.",
    StepStatus.UNASSESSED: (
        "Not judged: not enough evidence, because little of this step could be. No score."
    ),
}
_MISSING: Mapping[StepStatus, str] = {
    StepStatus.SKIPPED: "skipped, counts as no answer",
    StepStatus.NOT_REACHED: "not reached",
    StepStatus.UNASSESSED: "not enough evidence",
}
_KNOWN: Mapping[str, str] = {
    "completed": "after the last step",
    "candidate": "by the candidate",
    "time": "when the time was up",
    "seven_step": "seven steps",
    "four_step": "four steps",
    "genai": "generative systems",
}
_DESIGN: Mapping[EntryKind, str] = {
    EntryKind.COMPONENT: "Components",
    EntryKind.DECISION: "Decisions",
    EntryKind.REJECTED: "Rejected options",
}
_BAR = 5
COARSE = (
    "The embedded brain judges by likeness to the case's own sentences: it finds the topic and can "
    "miss the stance, so an opposite may pass for the point. On two cases that others wrote, a "
    "step's score was off by about one point on average."
)
"""How far its scores can be trusted; the figure is the mean absolute error of 84 answers."""


def verdict_word(item: ItemResult) -> str:
    """What people read for the verdict on an item."""
    return _AGAINST if item.contradicted else VERDICT_WORDS[item.verdict]


def verdict_label(item: ItemResult) -> str:
    """The same with its sign."""
    sign = _AGAINST_SIGN if item.contradicted else _SIGNS[item.verdict]
    return f"{sign} {verdict_word(item).capitalize()}"


def in_words(identifier: str) -> str:
    """An id as people say it: `not_reached` becomes `not reached`."""
    return _KNOWN.get(identifier, identifier.replace("_", " "))


def drill_title(settings: InterviewSettings) -> str:
    """What a drill is called, `data drill` or `ad auctions drill`; nothing of a whole interview."""
    if settings.concept is not None:
        return f"{in_words(settings.concept)} drill"
    return "" if settings.drill is None else f"{settings.drill.value} drill"


def designed(design: DesignRecord) -> list[tuple[str, tuple[str, ...]]]:
    """What a candidate has built, under the headings of a notebook; those with entries only.

    Open threads are left out: they say what may be asked next.
    """
    parts = [(title, tuple(e.text for e in design.of(kind))) for kind, title in _DESIGN.items()]
    return [(title, entries) for title, entries in parts if entries]


def bare_score(score: float | None) -> str:
    """A score with one decimal, or `none`."""
    return "none" if score is None else f"{score:.1f}"


def bar(score: float | None) -> str:
    """A score as five boxes; empty when there is none."""
    if score is None:
        return ""
    full = int(score + 0.5)
    return "▰" * full + "▱" * (_BAR - full)


def band_word(score: float) -> str:
    """What a score, 1-5, means for the level, in a word or few."""
    return BANDS[min(5, max(1, math.floor(score + 0.5)))]


def halves(band: Band) -> str:
    """A band as a range of halves that holds all of it, such as `3.5–4.5`."""
    low, high = math.floor(band.low * 2) / 2, math.ceil(band.high * 2) / 2
    return f"{low:g}–{high:g}"


def around(score: float, like: Band | None = None, middle: float | None = None) -> Band:
    """The interval around a score without one of its own, as wide as another band.

    Args:
        score: 1-5.
        like: the band of the same thing counted otherwise; the narrowest there is if None.
        middle: the score of `like`; a band that ends at 1 or 5 was cut on that side.
    """
    half = narrowest_half()
    if like is not None:
        half = (like.high - like.low) / 2 if middle is None else half_width(middle, like)
    return Band(low=max(1.0, score - half), high=min(5.0, score + half))


def graded(score: float | None, band: Band | None = None, missing: str = "none") -> str:
    """A score as people should read it: its band in words and a range of halves.

    Args:
        score: 1-5; None where there is none.
        band: its interval; the narrowest there is if None.
        missing: stands where there is no score.
    """
    if score is None:
        return missing
    return f"{band_word(score)}, {halves(band or around(score))}"


def step_grade(step: StepResult) -> str:
    """A step's score in words, or why it has none."""
    if step.status is StepStatus.SCORED:
        return graded(step.score, step.band)
    return _MISSING[step.status]


def half_width(score: float, band: Band) -> float:
    """Half the width of a score's interval, which may be cut off at 1 or 5."""
    return max(score - band.low, band.high - score)


def figure(score: float, band: Band | None) -> str:
    """A score as one figure with its width: `3.4 of 5, most likely between 2.8 and 4.0`."""
    if band is None:
        return f"{score:.1f} of 5"
    return f"{score:.1f} of 5, most likely between {band.low:.1f} and {band.high:.1f}"


def level_read(result: Result) -> str:
    """The level that the answers read as, `senior` or `below mid`; empty where it is not known."""
    if result.reads_as is None:
        return ""
    below = result.level_reading is not None and not result.level_reading.reached
    return f"{'below ' if below else ''}{result.reads_as.value}"


def reading(result: Result) -> str:
    """As which level the answers read, `reads as senior`; empty where that is not known."""
    level = level_read(result)
    return level and f"reads {'' if level.startswith('below') else 'as '}{level}"


def unaided_grade(score: float | None, band: Band | None, with_help: float | None = None) -> str:
    """The score that nothing counts towards that needed help, as wide as the one with help."""
    return graded(score, None if score is None else around(score, band, with_help))


def no_recommendation(result: Result) -> str:
    """Why there is no recommendation."""
    if result.overall is None:
        return "Nothing was said that could be scored."
    if result.settings.is_drill:
        return "A drill is not a whole interview, so it has no recommendation."
    return (
        "Not enough evidence: under 60% of the interview could be scored, which is too little to "
        "recommend anything."
    )


def uncertainty(result: Result) -> str:
    """How far the overall score can be trusted."""
    between = halves(result.band) if result.band else "none"
    confidence = (
        f"confidence {result.confidence or 0.0:.0%}, which is the share of the rubric that was "
        "judged times how sure the judge was."
    )
    if result.brain.startswith(EMBEDDED):
        return (
            f"Read the score as lying anywhere in its range ({between} of 5); {confidence} {COARSE}"
        )
    return (
        "The range is made to hold four of five ratings that readers of the transcript would give; "
        f"it rests on few interviews, rated by language models. Stated {confidence} The judge is "
        "a program, not a person."
    )


def fate(flag: FlagResult) -> str:
    """What became of a red flag, and no more than is known of it."""
    if flag.recovered:
        return "Taken back"
    return "Not taken back" if flag.challenged else "Not discussed further"


def status_line(step: StepResult) -> str:
    """How a step's score came about."""
    if step.status is not StepStatus.SCORED:
        return _STATUS[step.status]
    unaided = unaided_grade(step.unaided, step.band, step.score)
    return (
        f"With help: {graded(step.score, step.band)}. Unaided: {unaided}. "
        f"Time: {clock(step.seconds)}."
    )
