"""Which rubric item to ask about next."""

from __future__ import annotations

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Verdict
from interviewer.core.case import DeepDive, RubricItem
from interviewer.core.settings import Persona, StepId
from interviewer.policy.progress import InterviewState

CLOSE_TO_LAST = 1.6  # an item that the candidate has just touched is the natural thing to ask
CORE = 1.3
ENOUGH = 0.9  # credit from which an item needs no further question
MINOR = 1  # weight under which a supportive interviewer lets a gap pass


def open_items(progress: InterviewState, step: StepId) -> list[RubricItem]:
    """Items of a step that still lack something and can still be asked about, best first."""
    items = [item for item in progress.expected(step) if _askable(progress, item)]
    return sorted(items, key=lambda item: -_urgency(progress, item))


def worth_asking(progress: InterviewState, step: StepId) -> RubricItem | None:
    """The item of a step to ask about next, or None when nothing is worth a question."""
    for item in open_items(progress, step):
        minor = item.weight <= MINOR and progress.settings.persona is Persona.SUPPORTIVE
        if not minor and progress.earned(item.id) < ENOUGH:
            return item
    return None


def dive_target(progress: InterviewState, dive: DeepDive) -> RubricItem | None:
    """The item of a deep dive to probe, from whatever step, or None when none is open."""
    items = [item for _, item in progress.case.items() if item.id in dive.items]
    rank = progress.settings.level.rank
    open_ = [
        item
        for item in items
        if item.level.rank <= rank
        and _askable(progress, item)
        and progress.earned(item.id) < ENOUGH
    ]
    return max(open_, key=lambda item: _urgency(progress, item), default=None)


def ask_about(progress: InterviewState, item: RubricItem) -> Move:
    """A question about an item: why that choice, where it was named without a reason.

    The reason is asked for with the candidate's own words, so nothing already said is asked again.
    """
    known = progress.assessments.get(item.id)
    open_ = (Verdict.PARTIAL, Verdict.UNASSESSED)
    named = known is not None and known.verdict in open_ and known.evidence is not None
    asked = progress.asked.get(item.id, 0)
    return Move(
        kind=MoveKind.DEEPEN if named and not asked else MoveKind.PROBE,
        step=progress.step,
        item=item.id,
        follow_up=asked,
    )


def hint_target(progress: InterviewState, about: str | None = None) -> RubricItem | None:
    """The item to hint at: what was asked about if it is still open, else the best one.

    Args:
        progress: the interview so far.
        about: id of the item that the wish for a hint names.
    """
    dive = next((dive for dive in progress.case.deep_dives if dive.id == progress.dive), None)
    dived = () if dive is None else dive.items
    items = [
        item
        for step, item in progress.case.items()
        if (step is progress.step or item.id in dived or item.id == about)
        and item.level.rank <= progress.settings.level.rank
        and item.hints
        and not is_met(progress, item.id)
        and not _told(progress, item)
    ]
    if named := next((item for item in items if item.id == about), None):
        return named
    last = progress.last_move
    for item in items:
        if last is not None and item.id == last.item:
            return item
    diving = [item for item in items if item.id in dived]
    started = [item for item in items if progress.hints.get(item.id, 0) > 0]
    ranked = diving or started or items
    return max(ranked, key=lambda item: _urgency(progress, item), default=None)


def _askable(progress: InterviewState, item: RubricItem) -> bool:
    asked = progress.asked.get(item.id, 0)
    if asked >= len(item.follow_ups) or is_met(progress, item.id) or item.id in progress.said:
        return False
    parked = any(move.item == item.id for move in progress.parked)
    return not parked and not _told(progress, item)


def is_met(progress: InterviewState, item_id: str) -> bool:
    """Whether nothing of an item is left to ask about, with however much help it was earned."""
    known = progress.assessments.get(item_id)
    return known is not None and known.verdict is Verdict.MET


def _told(progress: InterviewState, item: RubricItem) -> bool:
    given = progress.help_given.get(item.id)
    return given is not None and given.value == "told"


def _urgency(progress: InterviewState, item: RubricItem) -> float:
    urgency = item.weight * (CORE if item.core else 1.0) * (1.0 - progress.earned(item.id))
    known = progress.assessments.get(item.id)
    unsure = known is not None and known.verdict is Verdict.UNASSESSED
    if item.id in progress.last_items or unsure:
        urgency *= CLOSE_TO_LAST
    # A second question about the same point is worth less than a first one about another.
    return urgency * 0.5 ** progress.asked.get(item.id, 0)
