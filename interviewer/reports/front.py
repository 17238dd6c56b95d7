"""The first page of a report as values: what a debrief says, and the figures where it is silent.

A wrong claim stands on it once, whether the debrief names it or not.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from interviewer.core.assessment import Evidence
from interviewer.core.case import Case
from interviewer.core.debrief import ClaimReview, Missing, Remark
from interviewer.core.settings import StepId
from interviewer.core.value import Value
from interviewer.reports.sentences import Titles, claim, note_title, statement
from interviewer.reports.wording import fate
from interviewer.results.result import Result
from interviewer.scoring import FlagResult, PracticePoint

MOST_MISSING = 6  # points taken from the rubric; more is no page
LINE = 32  # words of a quote in a list
BOTH = 60  # words of the two quotes of a claim that was held again in others
_NOT_HEARD = "Not heard: "

WRONG = "What was wrong"
KEPT = "Kept to the end"
TAKEN_BACK = "Taken back after a question"
LATER = " Later: "
SLIPS = "Smaller slips"
MISSING = "What was not heard"
PRACTISE = "What to practise next"
NOTHING_TO_PRACTISE = "Nothing stands out: every expected point that was judged was earned."


class WrongClaim(Value):
    """A claim that does not hold, with the words that made it."""

    name: str
    quote: str
    turn: int
    kept: bool
    again: Evidence | None = None
    """The words in which it was held last, where those are others and there is room for both."""
    why: str = ""
    """Why it fails; else what became of it where that is not plain."""
    better: str = ""


class Task(Value):
    """Something to practise."""

    title: str
    lines: tuple[str, ...]
    note: str = ""
    """Id of the concept note to read with it; empty where none fits."""


def remarks_of(result: Result, step: StepId) -> list[Remark]:
    """What the debrief says of a step, what carried it first."""
    said = [remark for remark in result.debrief.remarks if remark.step is step]
    return sorted(said, key=lambda remark: not remark.strength)


def wrong_claims(result: Result, case: Case | None) -> list[WrongClaim]:
    """Every wrong claim once, those that were kept first, then in the debrief's order.

    Args:
        result: of an interview.
        case: for the words of a claim that the debrief does not name; None when it is gone.
    """
    reviews = result.debrief.claims
    flags = [flag for step in result.steps for flag in step.red_flags]
    said = {(one.turn, one.quote) for one in reviews}
    said |= {(slip.turn, slip.quote) for slip in result.debrief.slips}
    rest = _unnamed(flags, {id_ for review in reviews for id_ in review.red_flags}, said)
    found = [*map(_reviewed, reviews), *(_flagged(flag, case) for flag in rest)]
    return sorted(found, key=lambda one: not one.kept)


def _reviewed(review: ClaimReview) -> WrongClaim:
    same = {"name", "quote", "turn", "kept", "why", "better"}
    again = _held_again(review) if review.kept else None
    return WrongClaim(**review.model_dump(include=same), again=again)


def _flagged(flag: FlagResult, case: Case | None) -> WrongClaim:
    tested = flag.challenged or flag.recovered
    return WrongClaim(
        name=claim(case, flag),
        quote=flag.quote,
        turn=flag.turn,
        kept=not flag.recovered,
        again=None if flag.recovered else _held_again(flag),
        why="" if tested else f"{fate(flag)}.",
    )


def _held_again(said: ClaimReview | FlagResult) -> Evidence | None:
    """Where a claim was held last, unless that says the same or there is no room for both."""
    if said.again is None or said.again.quote in said.quote or said.quote in said.again.quote:
        return None
    words = len(said.quote.split()) + len(said.again.quote.split())
    return said.again if words <= BOTH else None


def _unnamed(
    flags: Sequence[FlagResult], named: Set[str], said: Set[tuple[int, str]]
) -> list[FlagResult]:
    """Flags that no review covers; what has the same id, or the same words at a turn, once."""
    ids = set(named)
    places = {
        *said,
        *(place for flag in flags if flag.red_flag in named for place in _places(flag)),
    }
    found: list[FlagResult] = []
    for flag in sorted(flags, key=lambda flag: (flag.recovered, flag.turn)):
        if flag.red_flag not in ids and (flag.turn, flag.quote) not in places:
            found.append(flag)
        ids.add(flag.red_flag)
        places.update(_places(flag))
    return found


def _places(flag: FlagResult) -> list[tuple[int, str]]:
    """Where a claim was said, as far as that is known."""
    again = [(flag.again.turn, flag.again.quote)] if flag.again else []
    return [(flag.turn, flag.quote), *again]


def not_heard(result: Result, case: Case | None) -> list[Missing]:
    """What the level expects and nobody heard; of the rubric the core points first, a few.

    Of a step in which a claim was pressed nobody can say that no question led to its points.

    Args:
        result: of an interview.
        case: tells the core points; None when it is gone.
    """
    if result.debrief.missing:
        return list(result.debrief.missing)
    known = any(gap.asked for gap in result.gaps)  # not in earlier versions
    pressed = {s.step for s in result.steps if any(flag.challenged for flag in s.red_flags)}
    return [
        Missing(text=_topic(gap), asked=gap.asked or not known or gap.step in pressed)
        for gap in _absent(result, case)
    ]


def _absent(result: Result, case: Case | None) -> list[PracticePoint]:
    core = {item.id for _, item in (case.items() if case else ()) if item.core}
    absent = [gap for gap in result.gaps if gap.verdict == "absent"]
    return sorted(absent, key=lambda gap: gap.item not in core)[:MOST_MISSING]


def _topic(gap: PracticePoint) -> str:
    text = gap.lacked.removeprefix(_NOT_HEARD)
    return text[:1].upper() + text[1:]


def tasks(result: Result, case: Case | None, titles: Titles | None = None) -> list[Task]:
    """What to practise, the most important first.

    Args:
        result: of an interview.
        case: for the words of its points; None when it is gone.
        titles: titles of concept notes by concept id.
    """
    if result.debrief.exercises:
        return [
            Task(title=one.title, lines=(one.task,), note=one.note)
            for one in result.debrief.exercises
        ]
    above = set() if result.debrief.missing else {gap.item for gap in _absent(result, case)}
    return [
        Task(
            title=f"{note_title(point.concept, titles)} ({point.step.value})",
            lines=(
                statement(case, point.item),
                *(() if point.item in above else (_lacked(point),)),
            ),
            note=point.concept,
        )
        for point in result.practice
    ]


def _lacked(point: PracticePoint) -> str:
    return f"Judge: {point.reason}" if point.reason else point.lacked


def marked(missing: Sequence[Missing]) -> list[tuple[str, bool]]:
    """What was not heard, and whether it is marked as not asked; where all of it is, none is."""
    mixed = any(one.asked for one in missing)
    return [(one.text, mixed and not one.asked) for one in missing]


def unasked_sentence(missing: Sequence[Missing], result: Result) -> str:
    """That nobody asked about some of it, or all of it; empty where everything was asked."""
    if all(one.asked for one in missing):
        return ""
    level = result.settings.level.value
    if any(one.asked for one in missing):
        return f"No question led to what is marked; at {level} level it is expected anyway."
    return f"No question led to any of this; at {level} level it is expected anyway."


def cut(quote: str) -> str:
    """The beginning of a quote, as much as a line of a list can hold; the transcript has it all."""
    words = quote.split()
    return " ".join(words) if len(words) <= LINE else f"{' '.join(words[:LINE])} \u2026"


def as_sentence(text: str) -> str:
    """A claim or a title that ends as a sentence does."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
