"""What wrong claims take off a step's score: by damage and fate, each belief once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from interviewer.core.assessment import RedFlagHit
from interviewer.core.case import Case

FLAG_COST = {1: 0.2, 2: 0.35, 3: 0.5}  # by damage, once challenged and not taken back
RECOVERED_COST = 0.05
DEFENDED_SHARE = 0.75  # stood by once it was challenged, and taken back only later
UNCHALLENGED_SHARE = 0.5  # nobody asked, so the candidate had no chance to take it back


def flag_cost(flags: Iterable[RedFlagHit], case: Case) -> float:
    """Points that wrong claims take off a step's score."""
    damage = {flag.id: flag.damage for step in case.steps.values() for flag in step.red_flags}
    return sum(_cost(flag, damage.get(flag.red_flag)) for flag in each_belief(flags))


def each_belief(flags: Iterable[RedFlagHit]) -> tuple[RedFlagHit, ...]:
    """Every belief once, as the case lists it where it does.

    Hits of one id are one belief, and what a doubt says of a sentence that is wrong already, the
    first that states it or the last, is no second one; two claims that the case lists are two, even
    in one sentence. A belief was asked about, stood by and taken back where any of its hits was.
    """
    kept: list[RedFlagHit] = []
    for flag in flags:
        known = next((at for at, other in enumerate(kept) if _is_same(flag, other)), None)
        if known is None:
            kept.append(flag)
        else:
            kept[known] = _joined(kept[known], flag)
    return tuple(kept)


def _is_same(one: RedFlagHit, other: RedFlagHit) -> bool:
    doubted = bool(one.statement or other.statement)
    # Not where both were said last: one sentence may name all that somebody still holds.
    same = _stated(one) in {*_places(other)} or _stated(other) in {*_places(one)}
    return one.red_flag == other.red_flag or (doubted and same)


def _stated(flag: RedFlagHit) -> tuple[int, str]:
    """Where it was stated."""
    return flag.turn, flag.quote


def _places(flag: RedFlagHit) -> Iterator[tuple[int, str]]:
    """Where it was said, as far as that is known."""
    yield _stated(flag)
    if flag.again:
        yield flag.again.turn, flag.again.quote


def _joined(first: RedFlagHit, again: RedFlagHit) -> RedFlagHit:
    listed = again if first.statement and not again.statement else first
    return listed.model_copy(
        update={
            "evidence": first.evidence,
            "again": again.again or first.again,
            "damage": max(first.damage, again.damage),
            "challenged": first.challenged or again.challenged,
            "defended": first.defended or again.defended,
            "recovered": first.recovered or again.recovered,
        }
    )


def stands(flags: Sequence[RedFlagHit]) -> bool:
    """Whether one of these claims was not taken back."""
    return any(not flag.recovered for flag in flags)


def _cost(flag: RedFlagHit, listed: int | None) -> float:
    """What one claim costs.

    A claim that the case does not list is a judge's doubt, and costs only once the candidate was
    asked about it and stood by it; what a case no longer lists costs nothing.
    """
    damage = min(max(flag.damage, 1), 3) if flag.statement else listed
    if damage is None:
        return 0.0
    if flag.recovered:
        return FLAG_COST[damage] * DEFENDED_SHARE if flag.defended else RECOVERED_COST
    unasked = 0.0 if flag.statement else UNCHALLENGED_SHARE
    return FLAG_COST[damage] * (1.0 if flag.challenged else unasked)
