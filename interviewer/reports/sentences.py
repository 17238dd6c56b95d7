"""What the figures say, one sentence at a time; pure, and the same in every report and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from interviewer.brains.protocol import TITLES
from interviewer.core.assessment import Rejudgement, Verdict
from interviewer.core.case import Case
from interviewer.core.settings import StepId
from interviewer.reports.wording import VERDICT_WORDS, half_width, in_words
from interviewer.results.clock import clock
from interviewer.results.result import Result
from interviewer.results.view import StepHeard
from interviewer.scoring import FlagResult, Flip, FlipPoint, Mover
from interviewer.scoring.practice import HELP
from interviewer.scoring.step import MOST_LIFT

Titles = Mapping[str, str]
"""Titles of concept notes by concept id; what is not in it is called by its id."""

BEYOND = "What you brought beyond the list"
BEYOND_IS = (
    "Sound ideas that no point of the rubric names; together they can lift a step by up to "
    f"{MOST_LIFT:g} points."
)
HOLES = "Be ready for"
HOLES_ARE = "Questions that follow from what was said and that nobody asked; they are not scored."
TOPICS = 3  # that one line of feedback names as heard; more is no line
_SIZES = ((0.25, "a lot"), (0.1, "clearly"), (0.0, "a little"))
_MOVED = {
    "point": "This point lifted the overall score {size}",
    "gap": "This gap lowered the overall score {size}",
    "red_flag": "This claim lowered the overall score {size}",
    "step": "Nothing was earned in this step, which lowered the overall score {size}",
}


def statement(case: Case | None, item_id: str) -> str:
    """A rubric item in its own words; its id when the case is gone or no longer has it."""
    items = case.items() if case else ()
    return next((item.statement for _, item in items if item.id == item_id), item_id)


def other_ways(case: Case | None, item_id: str) -> str:
    """Sound treatments of an item in one sentence; empty where the case names none."""
    items = case.items() if case else ()
    ways = next((item.alternatives for _, item in items if item.id == item_id), ())
    return f"Sound as well: {'; '.join(way.rstrip('.') for way in ways)}." if ways else ""


def sums(case: Case, step: StepId) -> list[str]:
    """The figures that a good answer derives, with how; they belong to the requirements."""
    known = case.numbers if step is StepId.REQUIREMENTS else ()
    return [f"{quantity.quantity}: {quantity.derivation}" for quantity in known]


def claim(case: Case | None, flag: FlagResult) -> str:
    """What is wrong with a claim: in the judge's words where the case does not list it.

    Else as the case lists it; its id when the case is gone or no longer has it.
    """
    listed = case.red_flags() if case else ()
    known = (one.statement for _, one in listed if one.id == flag.red_flag)
    return flag.statement or next(known, flag.red_flag)


def note_title(concept: str, titles: Titles | None = None) -> str:
    """What a concept's note is called."""
    return (titles or {}).get(concept) or in_words(concept).capitalize()


def mover_subject(mover: Mover, result: Result, case: Case | None) -> str:
    """What it was that moved the score."""
    if mover.id is None:
        return f"The step {in_words(mover.step.value)}"
    if mover.kind != "red_flag":
        return statement(case, mover.id)
    flags = (flag for step in result.steps for flag in step.red_flags)
    return next((claim(case, flag) for flag in flags if flag.red_flag == mover.id), mover.id)


def mover_sentence(mover: Mover) -> str:
    """What it did to the score, with sign and size."""
    size = next(word for least, word in _SIZES if abs(mover.change) >= least)
    text = _MOVED[mover.kind].format(size=size)
    if mover.kind == "step" and mover.change > 0:
        text = text.replace("lowered", "lifted")
    tenths = f"{mover.change:+.1f}" if abs(mover.change) >= 0.05 else "under 0.1"
    return f"{text} ({tenths} on the scale of 1 to 5)."


def flip_sentence(flip: Flip | None, result: Result) -> str:
    """The cheapest change that would have led to a better call; empty where none shows."""
    if flip is None or flip.overall is None or result.overall is None or not flip.enough:
        return ""
    before, after = f"{result.overall:.1f}", f"{flip.overall:.1f}"
    if before == after:
        return ""
    what = {1: "One point", 2: "Two points", 3: "Three points"}[len(flip.points)]
    width = result.band and f", give or take {half_width(result.overall, result.band):.1f}"
    return (
        f"{what}, earned in full, would have made it {in_words(flip.to)}: the overall score would "
        f"have been {after} instead of {before}{width or ''}."
    )


def flip_point_sentence(point: FlipPoint) -> str:
    """How far a point was earned that would have helped."""
    if point.verdict is Verdict.MET and point.raised_by is not None:
        return f"Heard, but only {HELP.get(point.raised_by, 'with help')}."
    if point.verdict is Verdict.PARTIAL:
        return "Heard in part."
    return "Not heard."


def level_sentence(result: Result, case: Case, titles: Titles | None = None) -> str:
    """As which level the answers read, and what separates that from the target level."""
    reading, target = result.level_reading, result.settings.level
    if result.reads_as is None:
        return ""
    first = f"The target was {target.value} and the answers read as {result.reads_as.value}"
    if reading is None or not reading.points:
        return f"{first}."
    points = _listed([_point_name(case, item, titles) for item in reading.points])
    if not reading.reached:
        return (
            f"The target was {target.value} and the answers stay below {reading.level.value}; "
            f"expected there and not earned in full were above all {points}."
        )
    if reading.level.rank > target.rank:
        return f"{first}; earned although expected only above {target.value}: {points}."
    if reading.level is target:
        return f"{first}; expected at the next level and not earned in full: {points}."
    return f"{first}; expected above that and not earned in full were above all {points}."


def _point_name(case: Case, item_id: str, titles: Titles | None) -> str:
    for step, item in case.items():
        if item.id == item_id:
            return f"{note_title(item.concept, titles)} ({step.value})"
    return item_id


def _listed(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    return " and ".join([", ".join(unique[:-1]), unique[-1]] if len(unique) > 1 else unique)


def heard_sentence(one: StepHeard) -> str:
    """What was heard of a step that has ended, in one short sentence; empty when nothing is known.

    It names topics, the heaviest first: of those that were heard well, or else in part, and the
    one that was not heard.
    """
    title = TITLES[one.step]
    heard = f"heard {', '.join(one.heard[:TOPICS])}" if one.heard else ""
    if one.in_part and not heard:
        heard = f"in part {', '.join(one.in_part[:TOPICS])}"
    missing = f"not heard yet: {one.not_heard[0]}" if one.not_heard else ""
    said = "; ".join(part for part in (heard, missing) if part)
    between = ", " if said == missing else ": "
    return f"{title[:1].upper()}{title[1:]}{between}{said}." if said else ""


def rejudged_sentence(again: Rejudgement) -> str:
    """Both verdicts of an item that was judged again, and which of them counts."""
    ranks = [Verdict.ABSENT, Verdict.UNASSESSED, Verdict.PARTIAL, Verdict.MET]
    rise = ranks.index(again.after) - ranks.index(again.before)
    disputed = again.kind == "not_earned"
    if rise == 0:
        outcome = "The verdict stays."
    elif disputed and (rise > 0 or again.after is Verdict.UNASSESSED):
        outcome = "The first verdict counts, because nothing speaks against it."
    elif disputed:
        outcome = "The second verdict counts: the credit was too much."
    elif rise > 0:
        outcome = "The second verdict counts, because it is the better one."
    else:
        outcome = "The first verdict counts, because it is the better one."
    first, second = VERDICT_WORDS[again.before], VERDICT_WORDS[again.after]
    return f"First judged: {first}; then: {second}. {outcome}"


def time_sentence(result: Result) -> str:
    """How the time was spent, in one sentence."""
    spent = [step for step in result.steps if step.seconds]
    if not spent:
        return ""
    longest = max(spent, key=lambda step: step.seconds)
    # Seconds of steps are rounded; earlier versions kept no clock of the whole.
    stood = result.transcript[-1].clock if result.transcript else None
    total = sum(step.seconds for step in spent) if stood is None else stood
    return (
        f"{clock(total)} of interview time in all, the most of it "
        f"({clock(longest.seconds)}) on {longest.step.value}."
    )
