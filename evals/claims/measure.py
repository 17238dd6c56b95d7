"""What a brain makes of the labelled claims."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from evals.claims.labelled import Claim
from evals.subjects import Subject, library
from interviewer.brains.protocol import Scene
from interviewer.cases.variants import apply_variant
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Verdict
from interviewer.core.case import Case, Framework
from interviewer.core.settings import InterviewSettings
from interviewer.core.transcript import Turn

FRAMEWORK = "seven_step"
EARNED = (Verdict.MET, Verdict.PARTIAL)


class Outcome(NamedTuple):
    """What the brain made of one claim."""

    claim: Claim
    raised: tuple[str, ...]
    """Red flags heard."""
    met: tuple[str, ...]
    """Items of any step that were met."""
    earned: tuple[str, ...]
    """Items that were met or partial."""

    @property
    def right(self) -> int:
        """Challenges that are due: the labelled red flag, heard."""
        return int(self.claim.wrong and self.claim.red_flag in self.raised)

    @property
    def unfair(self) -> int:
        """Challenges of what is right, or of what was not said."""
        return len(self.raised) - self.right

    @property
    def due(self) -> int:
        """Challenges that the label asks for."""
        return int(self.claim.red_flag is not None)


async def read_claims(claims: Sequence[Claim], subject: Subject) -> list[Outcome]:
    """Every claim read as the answer to its step's opening question."""
    return [await read_claim(subject, claim) for claim in claims]


async def read_claim(subject: Subject, claim: Claim) -> Outcome:
    """One claim, read as the answer to its step's opening question."""
    case = _case(claim.case, claim.variant)
    scene = _scene(claim, case, library().frameworks[FRAMEWORK])
    found = await subject.brain_for(case).assess(scene)
    return Outcome(
        claim=claim,
        raised=tuple(flag.red_flag for flag in found.red_flags),
        met=tuple(v.item for v in found.verdicts if v.verdict is Verdict.MET),
        earned=tuple(v.item for v in found.verdicts if v.verdict in EARNED),
    )


@cache
def _case(case_id: str, variant: str | None) -> Case:
    """One object a variant: the judge knows a case it has seen by its identity."""
    return apply_variant(library().cases[case_id], variant)


def _scene(claim: Claim, case: Case, framework: Framework) -> Scene:
    asked = Move(kind=MoveKind.OPEN_STEP, step=claim.step)
    question = case.steps[claim.step].question
    turns = (
        Turn(number=1, role="interviewer", step=claim.step, text=question, at=0.0, move=asked),
        Turn(number=2, role="candidate", step=claim.step, text=claim.text, at=30.0),
    )
    return Scene(
        case=case,
        framework=framework,
        settings=InterviewSettings(),
        step=claim.step,
        turns=turns,
        last_move=asked,
    )
