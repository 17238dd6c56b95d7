"""Suite `claims`: whether wrong claims, and only they, are challenged."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from evals.claims import Claim, load_claims, load_examples
from evals.figures import Figure, Finding, Report, mean_of, measured
from evals.subjects import Subject, library
from evals.suites.suite import Options, Row, Suite, Task
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


ASKS = "Is every challenge due?"


def tasks(_options: Options) -> list[Task]:
    """A task a claim."""
    claims = (*load_claims(), *load_examples())
    return [Task(claim.id, claim.model_dump(mode="json")) for claim in claims]


async def run(subject: Subject, claim: dict[str, Any]) -> dict[str, Any]:
    """What the brain made of a claim."""
    found = await read_claim(subject, Claim.model_validate(claim))
    return {"raised": found.raised, "met": found.met, "earned": found.earned}


def summarise(rows: Sequence[Row]) -> Report:
    """Precision and recall of challenges, and what wrong claims earned."""
    outcomes = [
        Outcome(Claim.model_validate(row.payload), *(tuple(row.outcome[k]) for k in KEPT))
        for row in rows
    ]
    labelled = [outcome for outcome in outcomes if not outcome.claim.example]
    examples = [outcome for outcome in outcomes if outcome.claim.example]
    wrong = [outcome for outcome in outcomes if outcome.claim.wrong]
    denied = [outcome for outcome in wrong if outcome.claim.denies]
    return Report(
        suite="claims",
        asks=ASKS,
        rests_on=(
            f"{len(labelled)} labelled claims, of which a part was never looked at while the judge "
            f"was worked on (held), and {len(examples)} examples nobody looked at; half are wrong, "
            "the others right and close to a wrong one. Machine authors wrote and labelled them."
        ),
        figures=(
            _precision("precision", labelled),
            _precision("precision, held", [o for o in labelled if o.claim.held]),
            _recall("recall", labelled),
            _precision("precision, examples", examples),
            _recall("recall, examples", examples),
            mean_of(
                "right claims challenged",
                [float(bool(o.raised)) for o in outcomes if not o.claim.wrong],
                better="lower",
            ),
            mean_of(
                "wrong claims that earn", [float(bool(o.earned)) for o in wrong], better="lower"
            ),
            mean_of(
                "denials that earn what they deny",
                [float(o.claim.denies in o.earned) for o in denied],
                better="lower",
            ),
        ),
        findings=tuple(_finding(outcome) for outcome in outcomes if outcome.unfair),
    )


KEPT = ("raised", "met", "earned")


def _precision(name: str, outcomes: Sequence[Outcome]) -> Figure:
    counts = np.array([(o.right, o.right + o.unfair) for o in outcomes])
    return measured(name, lambda at: _share(counts[at]), _alone(outcomes), better="higher")


def _recall(name: str, outcomes: Sequence[Outcome]) -> Figure:
    counts = np.array([(o.right, o.due) for o in outcomes])
    return measured(name, lambda at: _share(counts[at]), _alone(outcomes), better="higher")


def _share(counts: Any) -> float:
    hits, of = counts.sum(axis=0)
    return float(hits / of) if of else float("nan")


def _alone(outcomes: Sequence[Outcome]) -> list[str]:
    return [outcome.claim.id for outcome in outcomes]


def _finding(outcome: Outcome) -> Finding:
    claim = outcome.claim
    return Finding(
        title=f"{claim.id} ({claim.step})",
        wanted=claim.red_flag or "no challenge",
        got=", ".join(outcome.raised),
        text=claim.text,
    )


SUITE = Suite("claims", tasks, run, summarise)
