"""Credit of one rubric item: its verdict, capped by how much help it took."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from interviewer.core.assessment import Assessment, RaisedBy, Verdict

VERDICT_CREDIT: Mapping[Verdict, float] = {
    Verdict.ABSENT: 0.0,
    Verdict.PARTIAL: 0.5,
    Verdict.MET: 1.0,
}
CONTRADICTED = -0.5
"""Credit of an item that what was said speaks against: a design that breaks a point is worth less
than one that leaves it out. Raters mark it so: labels reach a QWK of 0.85 with it, 0.80 without."""
HELP_CAP: Mapping[RaisedBy, float] = {
    RaisedBy.CANDIDATE: 1.0,
    RaisedBy.OPEN_PROBE: 1.0,
    RaisedBy.NARROW_PROBE: 0.9,
    RaisedBy.CHALLENGE: 0.8,
    RaisedBy.HINT1: 0.8,
    RaisedBy.HINT2: 0.6,
    RaisedBy.HINT3: 0.4,
    RaisedBy.TOLD: 0.0,
}
UNAIDED = frozenset({RaisedBy.CANDIDATE, RaisedBy.OPEN_PROBE})
_RANK = [Verdict.ABSENT, Verdict.UNASSESSED, Verdict.PARTIAL, Verdict.MET]


def credit(assessment: Assessment) -> float | None:
    """Credit in [0, 1], `CONTRADICTED` where words speak against the item; None when unassessed."""
    if assessment.contradicted:
        return CONTRADICTED
    base = VERDICT_CREDIT.get(assessment.verdict)
    return None if base is None else base * HELP_CAP[assessment.raised_by]


def unaided_credit(assessment: Assessment) -> float | None:
    """Credit when nothing that needed help counts; None when unassessed."""
    value = credit(assessment)
    return value if value is None or assessment.raised_by in UNAIDED else min(value, 0.0)


def _order(assessment: Assessment) -> tuple[float, bool, int]:
    earned = max(credit(assessment) or 0.0, 0.0)
    return (earned, assessment.contradicted, _RANK.index(assessment.verdict))


def merge_turn(
    known: Mapping[str, Assessment], heard: Iterable[Assessment], withdrawn: Collection[str]
) -> dict[str, Assessment]:
    """One assessment an item after one more turn: the best, forgetting what was withdrawn.

    The earlier one where they are equal. Something judged beats nothing judged only when it found
    something: words that could not be judged may hold the point that earlier words lacked. Words
    that speak against an item stand until others earn it.

    Args:
        known: item id to its assessment before the turn.
        heard: the turn's assessments.
        withdrawn: items whose earlier claim the turn takes back.
    """
    merged = {item: known[item] for item in known if item not in withdrawn}
    for assessment in heard:
        earlier = merged.get(assessment.item)
        both = (earlier, assessment) if earlier else (assessment,)
        merged[assessment.item] = max(both, key=_order)
    return merged
