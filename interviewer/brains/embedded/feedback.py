"""Feedback in a few sentences, from the computed scorecard."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.brains.protocol import NAMES
from interviewer.core.assessment import Verdict
from interviewer.core.case import Case
from interviewer.scoring import Scorecard, StepResult, StepStatus

SEVERAL = 2  # claims taken back that are worth a sentence; anybody errs once
MORE = {1: "One more point", 2: "Two more points", 3: "Three more points"}


def summarize(case: Case, scorecard: Scorecard) -> str:
    """Three to six plain sentences: where it was strong, what to practise, what is not known."""
    scored = [step for step in scorecard.steps if step.status is StepStatus.SCORED]
    parts = [_strength(case, scored), _weakness(scored), _practise(case, scorecard)]
    parts += [_flags(case, scorecard.steps), _taken_back(scorecard.steps)]
    parts.append(_unknown(scorecard.steps))
    return " ".join(part for part in parts if part)


def _strength(case: Case, steps: Sequence[StepResult]) -> str:
    best = max(steps, key=lambda step: step.score or 0, default=None)
    if best is None or (best.score or 0) < 3:
        return "No part reached an adequate level in this interview."
    met = [a for a in best.items if a.verdict is Verdict.MET]
    heaviest = max(met, key=lambda a: case.item(a.item).weight, default=None)
    if heaviest is None or heaviest.turn is None:
        return f"Your strongest part was {NAMES[best.step]}."
    part = NAMES[best.step]
    return f"Your strongest part was {part}; what carried it is in turn {heaviest.turn}."


def _weakness(steps: Sequence[StepResult]) -> str:
    worst = min(steps, key=lambda step: step.score or 0, default=None)
    if worst is None or len(steps) < 2 or (worst.score or 0) >= 4:
        return ""
    missing = sum(a.verdict is Verdict.ABSENT for a in worst.items)
    points = "1 point" if missing == 1 else f"{missing} points"
    return f"The weakest was {NAMES[worst.step]}, with {points} not heard."


def _practise(case: Case, scorecard: Scorecard) -> str:
    """The cheapest change of the call; where there is none, the gap that would add most."""
    flip = scorecard.flip
    if flip is not None and flip.points and flip.enough:
        more, call = MORE[len(flip.points)], flip.to.replace("_", " ")
        first = case.item(flip.points[0].item).label
        return f"{more} would have made it a {call}. Practise this first: {first}."
    if not scorecard.practice:
        return ""
    return f"Practise this first: {case.item(scorecard.practice[0].item).label}."


def _flags(case: Case, steps: Sequence[StepResult]) -> str:
    # A doubtful claim that the case does not list counts only once it was challenged.
    standing = [
        flag
        for step in steps
        for flag in step.red_flags
        if not flag.recovered and (flag.challenged or not flag.statement)
    ]
    if not standing:
        return ""
    listed = {flag.id: flag for _, flag in case.red_flags()}
    worst = max(
        standing, key=lambda flag: listed[flag.red_flag].damage if flag.red_flag in listed else 0
    )
    statement = worst.statement or listed[worst.red_flag].statement
    return f"One claim counted against the score (turn {worst.turn}): {statement}"


def _taken_back(steps: Sequence[StepResult]) -> str:
    """Several wrong claims are a pattern, even where each was given up."""
    back = [flag for step in steps for flag in step.red_flags if flag.recovered]
    if len(back) < SEVERAL:
        return ""
    turns = sorted({flag.turn for flag in back})
    where = f"turn{'s' if len(turns) > 1 else ''} {', '.join(map(str, turns))}"
    return f"{len(back)} wrong claims were heard and taken back ({where})."


def _unknown(steps: Sequence[StepResult]) -> str:
    unknown = [NAMES[s.step] for s in steps if s.status is StepStatus.UNASSESSED]
    if not unknown:
        return ""
    return f"I could not judge enough of {', '.join(unknown)} to put a score on it."
