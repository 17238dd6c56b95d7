"""Suite `claims`: whether wrong claims, and only they, are challenged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from evals.claims.examples import load_examples
from evals.claims.labelled import Claim, load_claims
from evals.claims.measure import Outcome, read_claim
from evals.figures import Figure, Finding, Report, mean_of, measured
from evals.subjects import Subject
from evals.suites.suite import Options, Row, Suite, Task

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
