"""How fair challenges are: precision and recall over the labelled claims."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from evals.brains import brain_for
from evals.claims.labelled import Claim, load_claims
from interviewer.assessment import Verdict
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.protocol import Scene
from interviewer.case_changes import apply_variant
from interviewer.case_files import load_library
from interviewer.cases import Case, Framework
from interviewer.settings import InterviewSettings
from interviewer.transcript import Move, MoveKind, Turn

RESAMPLES = 2000  # of the bootstrap
INTERVAL = (2.5, 97.5)  # percentiles
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


async def run_claims(*, held_out: bool = False) -> dict[str, Any]:
    """Precision and recall of challenges, developed on and only measured apart.

    Args:
        held_out: whether each case is judged with weights fitted on the other cases only.
    """
    outcomes = await read_claims(load_claims(), held_out=held_out)
    parts: dict[str, Callable[[Claim], bool]] = {
        "all": lambda _: True,
        "developed_on": lambda claim: not claim.held,
        "held": lambda claim: claim.held,
    }
    for case in sorted({outcome.claim.case for outcome in outcomes}):
        parts[case] = lambda claim, case=case: claim.case == case  # type: ignore[misc]
    return {
        name: summarise([outcome for outcome in outcomes if belongs(outcome.claim)])
        for name, belongs in parts.items()
    }


async def read_claims(claims: Sequence[Claim], *, held_out: bool = False) -> list[Outcome]:
    """Every claim read as the answer to its step's opening question."""
    library = load_library()
    framework = library.frameworks[FRAMEWORK]
    outcomes: list[Outcome] = []
    for case_id in dict.fromkeys(claim.case for claim in claims):
        brain = brain_for(case_id, held_out=held_out)
        variants = {
            variant: apply_variant(library.cases[case_id], variant)
            for variant in {claim.variant for claim in claims if claim.case == case_id}
        }
        for claim in claims:
            if claim.case == case_id:
                scene = _scene(claim, variants[claim.variant], framework)
                outcomes.append(await _read(claim, scene, brain))
    return outcomes


async def _read(claim: Claim, scene: Scene, brain: EmbeddedBrain) -> Outcome:
    found = await brain.assess(scene)
    return Outcome(
        claim=claim,
        raised=tuple(flag.red_flag for flag in found.red_flags),
        met=tuple(v.item for v in found.verdicts if v.verdict is Verdict.MET),
        earned=tuple(v.item for v in found.verdicts if v.verdict in EARNED),
    )


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


def summarise(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Precision and recall of challenges with 95% intervals, and what wrong claims earned.

    Precision is strict: a wrong claim challenged for something else counts as unfair too;
    `of_right_claims` counts only the challenges of what is right.
    """
    wrong = [outcome for outcome in outcomes if outcome.claim.wrong]
    denied = [outcome for outcome in wrong if outcome.claim.denies]
    counts = np.array([(o.right, o.unfair, o.due) for o in outcomes])
    draw = np.random.default_rng(0)
    drawn = draw.integers(0, len(outcomes), (RESAMPLES, len(outcomes)))
    sums = counts[drawn].sum(axis=1)
    return {
        "claims": len(outcomes),
        "wrong": len(wrong),
        "challenges": int(counts[:, :2].sum()),
        "unfair": int(counts[:, 1].sum()),
        "of_right_claims": sum(len(o.raised) for o in outcomes if not o.claim.wrong),
        "precision": _share(counts.sum(axis=0)[0], counts[:, :2].sum()),
        "precision_interval": _interval(sums[:, 0], sums[:, 0] + sums[:, 1]),
        "recall": _share(counts.sum(axis=0)[0], counts[:, 2].sum()),
        "recall_interval": _interval(sums[:, 0], sums[:, 2]),
        "wrong_met": sum(bool(outcome.met) for outcome in wrong),
        "wrong_earned": sum(bool(outcome.earned) for outcome in wrong),
        "denied": len(denied),
        "denied_met": sum(outcome.claim.denies in outcome.met for outcome in denied),
        "denied_earned": sum(outcome.claim.denies in outcome.earned for outcome in denied),
    }


def _share(hits: float, of: float) -> float | None:
    return round(float(hits / of), 3) if of else None


def _interval(hits: NDArray[np.int_], of: NDArray[np.int_]) -> tuple[float, float] | None:
    known = of > 0
    if not known.any():
        return None
    low, high = np.percentile(hits[known] / of[known], INTERVAL)
    return round(float(low), 3), round(float(high), 3)
