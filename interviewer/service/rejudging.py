"""Judging an item again because its candidate disputes the verdict.

"I did say this" points at words that may earn it; "this credit is wrong" at those that it was
given for. A brain that can reads the whole interview again, others the words pointed at.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from interviewer.core.assessment import Judgement, RaisedBy, Rejudgement, Verdict
from interviewer.core.case import Case
from interviewer.core.errors import RejudgementRefused
from interviewer.core.settings import StepId
from interviewer.core.transcript import Turn
from interviewer.policy import InterviewState, fold_interview
from interviewer.store import StoredInterview
from interviewer.text.sentences import find_quote

FEWEST_WORDS = 4  # fewer show nothing
LONGEST_CLAIM = 2000  # characters, looked at before anything else
MOST_WORDS = 150  # more is a whole answer, which was judged already
_EARNED = (Verdict.MET, Verdict.PARTIAL)


def claim_again(
    stored: StoredInterview,
    progress: InterviewState,
    item: str,
    turn: int,
    quote: str,
    kind: Literal["said", "not_earned"] = "said",
) -> Rejudgement:
    """Checks what a candidate disputes; the point is still to be judged again.

    Args:
        stored: an interview that has ended.
        progress: the same, folded.
        item: id of the item.
        turn: number of the candidate turn.
        quote: the words pointed at.
        kind: whether they say that these words earn the point, or that its credit is wrong.

    Raises:
        RejudgementRefused: says why not.
    """
    if stored.row.end_reason is None:
        raise RejudgementRefused("Points are judged again after the interview.", "End it first.")
    expect_short(quote)
    step = _step_of(progress.case, item)
    said = _said(stored, turn, quote)
    _expect_kept(stored, item, turn)
    known = progress.assessments.get(item)
    return Rejudgement(
        kind=kind,
        item=item,
        step=step,
        turn=turn,
        quote=said,
        before=known.verdict if known else Verdict.ABSENT,
        after=Verdict.UNASSESSED,
        raised_by=_raised_by(stored, progress, item, turn),
        confidence=0.0,
    )


def expect_credit(claim: Rejudgement) -> None:
    """Refuses to look for credit to take away where there is none.

    Raises:
        RejudgementRefused: the point has none.
    """
    if claim.kind == "not_earned" and claim.before not in _EARNED:
        raise RejudgementRefused("This point has no credit.", "Choose one that has.")


def made_before(claim: Rejudgement, made: Iterable[Rejudgement]) -> Rejudgement | None:
    """The same claim judged earlier, if it was."""
    same = (claim.kind, claim.item, claim.turn, claim.quote)
    return next((r for r in made if (r.kind, r.item, r.turn, r.quote) == same), None)


def judged_again(claim: Rejudgement, judgement: Judgement, brain: str, at: float) -> Rejudgement:
    """The claim with its second verdict; it stays undecided where the judge says nothing of it."""
    made = claim.model_copy(update={"brain": brain, "at": at})
    for found in judgement.items:
        if found.item == claim.item:
            verdict = {
                "after": found.verdict,
                "reason": found.reason,
                "confidence": found.confidence,
                "evidence": found.evidence if found.turn != 1 else None,
                "raised_by": found.with_help({found.item: claim.raised_by}).raised_by,
            }
            return made.model_copy(update=verdict)
    return made


def expect_short(quote: str) -> None:
    """Refuses words that are too many to be looked for.

    Raises:
        RejudgementRefused: says how many there may be.
    """
    if len(quote) > LONGEST_CLAIM:
        raise RejudgementRefused(
            f"The selection has {len(quote):,} characters.", f"Select up to {LONGEST_CLAIM:,}."
        )


def _step_of(case: Case, item: str) -> StepId:
    try:
        return case.step_of(item)
    except KeyError:
        raise RejudgementRefused(
            f"This case has no point {item!r}.", "Choose one of the scorecard."
        ) from None


def _said(stored: StoredInterview, number: int, quote: str) -> str:
    turn: Turn | None = next((t for t in stored.turns if t.number == number), None)
    if turn is None or turn.role != "candidate":
        raise RejudgementRefused(f"Turn {number} is not one of yours.", "Select your own words.")
    words = len(quote.split())
    if not FEWEST_WORDS <= words <= MOST_WORDS:
        raise RejudgementRefused(
            f"The selection has {words} words.", f"Select {FEWEST_WORDS} to {MOST_WORDS}."
        )
    found = find_quote(" ".join(quote.split()), " ".join(turn.whole.split()))
    if found is None or len(found.split()) < words - 1:
        raise RejudgementRefused("These words are not in that turn.", "Select them once more.")
    return found


def _expect_kept(stored: StoredInterview, item: str, number: int) -> None:
    later = (read for turn, read in stored.assessments.items() if turn > number)
    if any(item in read.withdrawn for read in later):
        raise RejudgementRefused("You took this back later.", "Select what you said after that.")


def _raised_by(
    stored: StoredInterview, progress: InterviewState, item: str, number: int
) -> RaisedBy:
    earlier = [turn for turn in stored.turns if turn.number < number]
    then = fold_interview(
        progress.case, progress.framework, progress.settings, earlier, stored.assessments
    )
    return then.help_given.get(item, RaisedBy.CANDIDATE)
