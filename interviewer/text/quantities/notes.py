"""The notebook of figures: the newest one of a quantity or of a stage replaces the older."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.core.assessment import StatedNumber
from interviewer.text.quantities.clauses import says
from interviewer.text.quantities.stages import limit_of, stage_of


def newest(known: Sequence[StatedNumber], stated: Sequence[StatedNumber]) -> list[StatedNumber]:
    """What is known after a turn.

    Args:
        known: figures of earlier turns.
        stated: figures of the turn; several of one stage in it are parts of a list and stay.
    """
    replaced = {topic for number in stated if (topic := _topic(number))}
    said = {number.quote for number in stated}
    kept = [n for n in known if _topic(n) not in replaced and n.quote not in said]
    return [*kept, *_last_of_each(stated)]


def _last_of_each(stated: Sequence[StatedNumber]) -> list[StatedNumber]:
    """Without the older of two answers to one quantity."""
    last = {n.quantity: at for at, n in enumerate(stated) if n.quantity is not None}
    return [n for at, n in enumerate(stated) if n.quantity is None or last[n.quantity] == at]


def _topic(number: StatedNumber) -> str | None:
    if stage := stage_of(number):
        return f"stage {stage.name}"
    if limit_of(number) is not None and says("whole", number.quote):
        return "limit"
    return number.quantity
