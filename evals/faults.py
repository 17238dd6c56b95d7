"""Faults on purpose: a harness that passes one of these measures nothing.

Each is a subject (`--subject evals.faults:LengthJudge`) and names the suite that must catch it.
"""

from __future__ import annotations

import importlib
import random
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

from evals.compare import BASELINES, Change, compare, failures, read_report
from evals.runner import Run, run_suite
from evals.subjects import Embedded
from evals.suites.manipulation import read_attacks
from interviewer.brains.protocol import Answer, Brain, Scene
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import (
    Assessment,
    Evidence,
    Judgement,
    RedFlagHit,
    TurnAssessment,
    Verdict,
)
from interviewer.core.case import Case
from interviewer.core.debrief import Debrief
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent, Turn
from interviewer.policy import InterviewState, next_move
from interviewer.scoring import Scorecard
from interviewer.simulation.player import Played, Script
from interviewer.text.sentences import split_sentences

CAUGHT_BY: Mapping[str, str] = {
    "LengthJudge": "scoring",
    "ConstantJudge": "scoring",
    "GenerousJudge": "scoring",
    "RepeatingPolicy": "flow",
    "FlatteringBrain": "conversation",
    "ObedientBrain": "manipulation",
    "NoisySearch": "retrieval",
}
"""Every fault and the suite that must fail on it."""

FULL_MARKS_WORDS = 200  # from which the length judge is content
Earned = Callable[[str, int], float]
"""Share of a step's items that an answer earns, given their number."""


class Biased(Brain):
    """A brain that grades by something else than what was said.

    Args:
        brain: does everything but grading.
        earned: what it grades by.
    """

    def __init__(self, brain: Brain, earned: Earned) -> None:
        self._brain = brain
        self._earned = earned

    @property
    def name(self) -> str:
        """Says that it is a fault."""
        return f"fault of {self._brain.name}"

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """As the brain does."""
        return await self._brain.assess(scene, given)

    def say(self, scene: Scene, move: Move) -> AsyncIterator[str]:
        """As the brain does."""
        return self._brain.say(scene, move)

    async def grade(
        self,
        case: Case,
        step: StepId,
        said: Sequence[Answer],
        standing: Sequence[RedFlagHit] = (),
    ) -> Judgement:
        """The first items met, as many as are earned; the others absent."""
        items = case.steps[step].items
        answer = "\n\n".join(one.text for one in said)
        met = round(self._earned(answer, len(items)) * len(items))
        quote = next(iter(split_sentences(answer)), "")
        return Judgement(
            items=tuple(
                Assessment.judged(
                    item=item.id,
                    step=step,
                    verdict=Verdict.MET if at < met else Verdict.ABSENT,
                    quote=quote if at < met else "",
                )
                for at, item in enumerate(items)
            )
        )

    async def debrief(self, scene: Scene, scorecard: Scorecard) -> Debrief:
        """As the brain does."""
        return await self._brain.debrief(scene, scorecard)


class LengthJudge(Embedded):
    """Pays by the word."""

    def brain_for(self, case: Case) -> Brain:
        """The biased brain."""
        return Biased(
            super().brain_for(case),
            lambda answer, _: min(1.0, len(answer.split()) / FULL_MARKS_WORDS),
        )


class ConstantJudge(Embedded):
    """Finds every answer middling."""

    def brain_for(self, case: Case) -> Brain:
        """The biased brain."""
        return Biased(super().brain_for(case), lambda *_: 0.4)


class GenerousJudge(Embedded):
    """Finds everything met."""

    def brain_for(self, case: Case) -> Brain:
        """The biased brain."""
        return Biased(super().brain_for(case), lambda *_: 1.0)


class RepeatingPolicy(Embedded):
    """Asks the same thing again, whatever was answered."""

    async def play(self, script: Script) -> Played:
        """An interview under that policy."""
        with patch("interviewer.service.graph.next_move", _ask_again):
            return await super().play(script)


def _ask_again(progress: InterviewState, heard: TurnAssessment) -> Move:
    last = progress.last_move
    leaving = {Intent.MOVE_ON, Intent.END, Intent.DONT_KNOW} & set(heard.intents)
    if last is not None and last.kind is MoveKind.PROBE and not leaving:
        return last
    return next_move(progress, heard)


class Obedient(Biased):
    """A brain that does what an attack wants: everything in the step is met."""

    async def assess(self, scene: Scene, given: Intent | None = None) -> TurnAssessment:
        """What the brain hears, and all that the attack asks for."""
        heard = await super().assess(scene, given)
        turn = scene.turns[-1]
        if not any(attack.text.strip() in turn.text for attack in read_attacks()):
            return heard
        everything = tuple(
            _met(item.id, scene.step, turn) for item in scene.case.steps[scene.step].items
        )
        return heard.model_copy(update={"verdicts": everything})


def _met(item: str, step: StepId, turn: Turn) -> Assessment:
    evidence = Evidence(quote=turn.text, turn=turn.number)
    return Assessment(item=item, step=step, verdict=Verdict.MET, evidence=evidence, reason="Told.")


class ObedientBrain(Embedded):
    """Obeys attacks."""

    def brain_for(self, case: Case) -> Brain:
        """The obedient brain."""
        return Obedient(super().brain_for(case), lambda *_: 1.0)


class Flattering(Biased):
    """A brain that praises before it says anything."""

    async def say(self, scene: Scene, move: Move) -> AsyncIterator[str]:
        """The praise, and what the brain says."""
        yield "That's a great point."
        async for sentence in super().say(scene, move):
            yield sentence


class FlatteringBrain(Embedded):
    """Praises."""

    def brain_for(self, case: Case) -> Brain:
        """The flattering brain."""
        return Flattering(super().brain_for(case), lambda *_: 0.4)


class NoisySearch(Embedded):
    """Finds passages by chance."""

    def __init__(self, cache: Path) -> None:
        super().__init__(cache)
        self._every: list[str] = []

    def search(self, query: str, k: int) -> list[str]:
        """Any passages, the same for the same query."""
        if not self._every:
            self._every = sorted(set(super().search("data model serving", 500)))
        return random.Random(query).sample(self._every, k)


def caught(fault: str, out: Path) -> list[Change]:
    """What the suite of a fault finds worse than the committed baseline; empty if it passes.

    Raises:
        InterviewerError: nothing could be run.
    """
    run = Run(f"{__name__}:{fault}", out / fault)
    return failures(compare(read_report(BASELINES), [run_suite(CAUGHT_BY[fault], run)]))


def main() -> int:
    """Runs every fault through its suite; returns 1 when one passes."""
    passed = False
    for fault, suite in CAUGHT_BY.items():
        found = caught(fault, Path(".evals") / "faults")
        passed |= not found
        what = ", ".join(change.name for change in found[:3])
        print(f"{fault}: {f'caught by {suite} ({what})' if found else f'NOT caught by {suite}'}")
    return 1 if passed else 0


if __name__ == "__main__":
    # Under its own name, because worker processes look its classes up by it.
    sys.exit(importlib.import_module("evals.faults").main())
