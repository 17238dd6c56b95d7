"""What the recommendation rests on: the things that moved the overall score most.

They are found by scoring again with one thing changed (a counterfactual), never by a story told
about the scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from interviewer.core.assessment import Assessment, RedFlagHit, Verdict
from interviewer.core.case import Case, RubricItem
from interviewer.core.settings import Level, StepId
from interviewer.scoring.credit import credit
from interviewer.scoring.overall import Weighed, mean_score, step_values
from interviewer.scoring.step import absent, assessed, step_value
from interviewer.scoring.values import InterviewRecord, Mover, StepRecord

MOVERS = 2


@dataclass(frozen=True)
class Scoring:
    """An interview that can be scored again with something changed."""

    record: InterviewRecord
    case: Case
    level: Level
    weights: Mapping[StepId, float]
    """Share of each step, 0-1."""

    @cached_property
    def scored(self) -> dict[StepId, Weighed]:
        """Weight and score of each step that has a score."""
        return step_values(self.record, self.case, self.level, self.weights)

    @cached_property
    def overall(self) -> float:
        """The overall score; 0 when nothing was scored."""
        return mean_score([*self.scored.values()]) or 0.0

    def steps(self) -> Iterator[StepRecord]:
        """The steps that have a score."""
        return (step for step in self.record.steps if step.step in self.scored)

    def items(self, step: StepRecord) -> list[tuple[RubricItem, Assessment]]:
        """The items of a step with their assessments; what nobody brought up is absent."""
        return assessed(step, self.case)

    def expects(self, item: RubricItem) -> bool:
        """Whether the level expects the item, so that lacking it costs something."""
        return item.level.rank <= self.level.rank

    def value(self, step: StepRecord) -> float:
        """The score of a changed step, 1-5."""
        return step_value(step, self.case, self.level) or 1.0

    def effect(self, altered: StepRecord) -> float:
        """What a step adds to the overall score as it is, compared with how it is altered."""
        weight, _ = self.scored[altered.step]
        others = self.scored | {altered.step: (weight, self.value(altered))}
        return round(self.overall - (mean_score([*others.values()]) or 0.0), 2)

    def effect_of_step(self, step: StepId) -> float:
        """What a step adds to the overall score compared with leaving it out of the interview."""
        rest = mean_score([value for known, value in self.scored.items() if known is not step])
        return 0.0 if rest is None else round(self.overall - rest, 2)


def judged_as(step: StepRecord, *assessments: Assessment) -> StepRecord:
    """The step with these assessments in place of those of the same items."""
    changed = {assessment.item for assessment in assessments}
    kept = tuple(a for a in step.assessments if a.item not in changed)
    return step.model_copy(update={"assessments": (*kept, *assessments)})


def earned(item: RubricItem, step: StepId) -> Assessment:
    """The assessment of an item that the candidate earned in full."""
    return Assessment(item=item.id, step=step, verdict=Verdict.MET)


def find_movers(scoring: Scoring) -> tuple[Mover, ...]:
    """The things that most moved the overall score, at most `MOVERS`, the strongest first.

    An earned item is scored again without its credit, a gap as if it had been earned, a red flag
    as if it had not been said, and a step with nothing in it as if it had been left out of the
    interview. What could not be judged is neutral already; what changes nothing is not named.
    """
    found = [mover for step in scoring.steps() for mover in _movers(scoring, step)]
    moved = [mover for mover in found if mover.change]
    return tuple(sorted(moved, key=lambda mover: -abs(mover.change))[:MOVERS])


def _movers(scoring: Scoring, step: StepRecord) -> Iterator[Mover]:
    if any(credit(assessment) for assessment in step.assessments):
        for item, assessment in scoring.items(step):
            yield _point(scoring, step, item, assessment)
    else:
        effect = scoring.effect_of_step(step.step)
        yield Mover(kind="step", step=step.step, id=None, change=effect)
    for flag in step.red_flags:
        yield _flag(scoring, step, flag)


def _point(scoring: Scoring, step: StepRecord, item: RubricItem, assessment: Assessment) -> Mover:
    """What an item added or cost, whichever is more: half a point may do both."""
    value = credit(assessment)
    added = scoring.effect(judged_as(step, absent(item, step.step))) if value else 0.0
    missed = value is not None and value < 1 and scoring.expects(item)
    cost = scoring.effect(judged_as(step, earned(item, step.step))) if missed else 0.0
    return Mover(
        kind="point" if added >= -cost else "gap",
        step=step.step,
        id=item.id,
        change=added if added >= -cost else cost,
        quote=assessment.quote or None,
        turn=assessment.turn,
    )


def _flag(scoring: Scoring, step: StepRecord, flag: RedFlagHit) -> Mover:
    others = tuple(other for other in step.red_flags if other is not flag)
    return Mover(
        kind="red_flag",
        step=step.step,
        id=flag.red_flag,
        change=scoring.effect(step.model_copy(update={"red_flags": others})),
        quote=flag.quote,
        turn=flag.turn,
    )
