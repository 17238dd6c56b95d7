"""The embedded brain with a trained judge that never saw the case, as something to measure.

python -m evals.judge.held_out      # judges and plays what its curve is fitted on
python -m evals writers --subject evals.judge.held_out:Trained --out .evals/trained
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from evals.examples import fits, play_row
from evals.judge.curve import judge_row, shares_without
from evals.judge.data import JUDGED, PLAYED, RATED
from evals.judge.fit import pooling_without
from evals.judge.folds import fold_of
from evals.judge.predict import judge_without
from evals.judge.readings import is_trained
from evals.labels import SCRIPTS
from evals.lines import read_lines
from evals.subjects import SHIPPED_MODEL, Embedded
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.protocol import Brain
from interviewer.core.case import Case
from interviewer.scoring.model import ScoreModel
from interviewer.simulation.player import load_script


class Trained(Embedded):
    """The embedded brain, judging each case with models and curve made of the other folds."""

    def brain_for(self, case: Case) -> Brain:
        """A brain that never saw a text of the case.

        Raises:
            InterviewerError: no judge was trained without the case.
        """
        return brain_without(case.id)

    def score_model(self, case: Case) -> ScoreModel:
        """The shipped one with curves that never saw a rating or an interview of the fold."""
        return dataclasses.replace(SHIPPED_MODEL, shares=shares_without(fold_of(case.id)))


@cache
def brain_without(case_id: str) -> EmbeddedBrain:
    """The embedded brain with models that never saw a text of that case."""
    return EmbeddedBrain(judge_without(case_id, pooling_without(fold_of(case_id))))


async def keep() -> None:
    """Judges every rated answer, plays the scripts, and keeps what they earned."""
    subject = Trained(Path(".evals/cache"))
    rated = [row for row in read_lines(RATED) if is_trained(fold_of(row["case_id"]))]
    judged = [await judge_row(subject, row) for row in rated]
    _write(JUDGED, [row for row in judged if row is not None])
    scripts = [load_script(path) for path in sorted(SCRIPTS.glob("*.yaml"))]
    chosen = [one for one in scripts if fits(one) and is_trained(fold_of(one.case_id))]
    _write(PLAYED, [await play_row(subject, script) for script in chosen])


def _write(file: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    asyncio.run(keep())
