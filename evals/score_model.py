"""Fits the score model (`interviewer/scoring/model.json`) and says how good it is held out.

    python -m evals.score_model [--write]

The senior curve is the one with the least mean error on the examples (`evals/examples.py`) among
those that keep weak, average, solid and strong interviews `APART` at their means. The three sources
weigh the same, and in each of them the four qualities do: there are many weak answers and few solid
interviews. The other levels have no examples; `for_level` derives them. The factor of the bands
comes from the embedded judge, whose doubt they state. Each case's held-out figures are made with
the numbers of the other cases; what `--write` keeps is fitted on all of them.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import interviewer.scoring
from evals.agreement import kappa
from evals.examples import Example, Examples, quality_name, rated_answers, read_examples
from evals.figures import Floats
from evals.subjects import Embedded, library, scored_by
from interviewer.brains.protocol import Answer
from interviewer.core.settings import Level
from interviewer.scoring import StepRecord, score_step
from interviewer.scoring.model import SCORES, ScoreModel
from interviewer.service.loose_answer import judge_answer
from interviewer.simulation.script import QUALITIES

MODEL = Path(interviewer.scoring.__file__).with_name("model.json")
COVERAGE = 0.8
APART = 0.7  # between the mean scores of neighbouring qualities
TOO_CLOSE = 10.0  # what a point of missing distance weighs beside a point of mean error
COARSE, FINE = 0.04, 0.02
LEAST = 0.06  # of a step's credit one usual item in part: nothing less is called weak
STARTS = 8  # curves of the coarse grid that are improved
SHIFT = {Level.MID: -0.25, Level.SENIOR: 0.0, Level.STAFF: 1.0}
"""By how many points the same answers are worth less at a level than for a senior candidate."""

Shares = tuple[float, ...]


class Table:
    """Examples as columns, so that thousands of curves can be tried.

    Args:
        examples: at least one.
    """

    def __init__(self, examples: Sequence[Example]) -> None:
        parts = [part for example in examples for part in example.parts]
        self.of: NDArray[np.intp] = np.repeat(
            np.arange(len(examples)), [len(example.parts) for example in examples]
        )
        self.weight, self.share, self.cap, self.cost = (
            np.array([part[at] for part in parts]) for at in range(4)
        )
        self.worth = np.array([example.worth for example in examples])
        names = [quality_name(example.worth) for example in examples]
        self.groups = [
            np.flatnonzero(np.array(names) == name) for name in QUALITIES if name in names
        ]
        """Rows of each quality, the lowest first."""

    def scores(self, shares: Sequence[float]) -> Floats:
        """What a curve makes of them."""
        steps = np.minimum(np.interp(self.share, shares, SCORES), self.cap) - self.cost
        sums = np.bincount(self.of, self.weight * np.maximum(steps, SCORES[0]))
        return np.asarray(sums / np.bincount(self.of, self.weight))

    def error(self, scores: Floats) -> float:
        """Mean error, each quality with the same weight."""
        gaps = np.abs(scores - self.worth)
        return float(np.mean([gaps[group].mean() for group in self.groups]))

    def crowding(self, scores: Floats) -> float:
        """Points that lack between the means of neighbouring qualities."""
        means = [float(scores[group].mean()) for group in self.groups]
        return sum(max(0.0, APART - (b - a)) for a, b in itertools.pairwise(means))


def fit_shares(examples: Examples) -> Shares:
    """The shares at which each score is reached for a senior candidate.

    All curves of a coarse grid are tried, and the best of them improved, share by share.
    """
    tables = [Table(source) for source in examples if source]
    apart = Table(examples.interviews) if examples.interviews else None

    def loss(shares: Shares) -> float:
        error = sum(table.error(table.scores(shares)) for table in tables)
        return error + (TOO_CLOSE * apart.crowding(apart.scores(shares)) if apart else 0.0)

    grid = np.round(np.arange(LEAST, 1.0, COARSE), 2).tolist()
    starts = sorted(((0.0, *rest) for rest in itertools.combinations(grid, 4)), key=loss)[:STARTS]
    return min((_improved(start, loss) for start in starts), key=loss)


def _improved(shares: Shares, loss: Callable[[Shares], float]) -> Shares:
    """The shares after one after the other was moved to where the loss is least."""
    best: Shares = shares
    before: Shares = ()
    while best != before:
        before = best
        for at in range(1, len(best)):
            low, high = max(LEAST, best[at - 1] + FINE), (*best, 1.0)[at + 1]
            tried = np.round(np.arange(low, high - FINE / 2, FINE), 2).tolist()
            best = min(((*best[:at], share, *best[at + 1 :]) for share in tried), key=loss)
    return best


def for_level(senior: Shares, level: Level) -> Shares:
    """The shares of a level, where there are no ratings: the senior curve, moved.

    At staff the same answers are worth a point less, so that what is excellent for a senior
    candidate is good, and only full credit is excellent: the senior curve is taken to go on to 6
    there. At mid they are worth a quarter of a point more: what is expected there, some 40% of a
    step's weight, is then good and a hire, and the three scripts of juniors, which every step
    towards them scores further above what they are worth, speak against more.
    """
    wanted = np.array(SCORES[1:]) + SHIFT[level]
    shares = np.interp(wanted, (*SCORES, SCORES[-1] + 1), (*senior, 1.0))
    return (0.0, *np.round(shares, 3).tolist())


def for_levels(senior: Shares) -> dict[Level, Shares]:
    """The shares of every level."""
    return {level: for_level(senior, level) for level in Level}


@cache
def shares_without(case_id: str) -> Mapping[Level, Shares]:
    """The shares of every level, fitted without the ratings and interviews of one case."""
    return for_levels(fit_shares(read_examples().without(case_id)))


class Judged(NamedTuple):
    """A rated answer as the embedded judge heard it."""

    case: str
    rating: float
    record: StepRecord


class Rated(NamedTuple):
    """A rated answer with its score."""

    case: str
    rating: float
    score: float | None
    doubt: float
    """Half-width of the band before the factor."""


async def judge_rated() -> list[Judged]:
    """Every rated answer, judged by the shipped embedded judge."""
    subject = Embedded(Path(".evals/cache"))
    answers, ratings = rated_answers()
    found = []
    for answer in answers:
        case = library().cases[answer.case]
        record = await judge_answer(subject.brain_for(case), case, answer.step, Answer(answer.text))
        found.append(Judged(answer.case, ratings[answer.id], record))
    return found


def scored(judged: Judged, shares: Mapping[Level, Shares]) -> Rated:
    """What a curve makes of it."""
    with scored_by(ScoreModel(shares, shares, band_factor=1.0, coverage=COVERAGE)):
        step = score_step(judged.record, library().cases[judged.case], Level.SENIOR)
    half = 0.0
    if step.band is not None and step.score is not None:
        half = max(step.band.high - step.score, step.score - step.band.low)
    return Rated(judged.case, judged.rating, step.score, half)


def fit_factor(rated: Sequence[Rated]) -> float:
    """The factor with which `COVERAGE` of the ratings lie in their bands."""
    needed = [abs(r.score - r.rating) / r.doubt for r in rated if r.score is not None and r.doubt]
    return round(float(np.quantile(needed, COVERAGE)), 2)


def report(examples: Examples, judged: Sequence[Judged]) -> dict[str, Any]:
    """Figures with the numbers that were fitted on the other cases."""
    cases = sorted({example.case for example in examples.answers})
    answers = [_held_out(examples.answers, case) for case in cases]
    interviews = [_held_out(examples.interviews, case) for case in cases]
    given, wanted = (np.concatenate([pair[at] for pair in answers]) for at in (0, 1))
    led, intended = (np.concatenate([pair[at] for pair in interviews]) for at in (0, 1))
    inside: list[bool] = []
    for case in cases:
        rated = [scored(one, shares_without(case)) for one in judged]
        factor = fit_factor([one for one in rated if one.case != case])
        inside += [
            abs(r.score - r.rating) <= factor * r.doubt + 1e-9
            for r in rated
            if r.case == case and r.score is not None
        ]
    names = np.array([quality_name(worth) for worth in intended])
    return {
        "labelled answers": len(given) // 2,
        "QWK of labelled credits": round(kappa(given, wanted), 3),
        "mean error of labelled credits": round(float(np.abs(given - wanted).mean()), 3),
        "interviews": len(led),
        "mean error of interviews": round(float(np.abs(led - intended).mean()), 3),
        "means": {name: round(float(led[names == name].mean()), 2) for name in QUALITIES},
        "coverage of bands": round(float(np.mean(inside)), 3),
    }


def _held_out(examples: Sequence[Example], case: str) -> tuple[Floats, Floats]:
    """Scores of a case's examples on a curve that never saw the case, and their worth."""
    table = Table([example for example in examples if example.case == case])
    return table.scores(shares_without(case)[Level.SENIOR]), table.worth


def main() -> None:
    """Prints the model and its held-out figures, or writes it into the package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the package's model.json")
    write = parser.parse_args().write
    examples, judged = read_examples(), asyncio.run(judge_rated())
    shares = for_levels(fit_shares(examples))
    model = json.loads(MODEL.read_text("utf-8")) | {  # the rest is `evals.graded`'s
        "shares": {level.value: list(own) for level, own in shares.items()},
        "band_factor": fit_factor([scored(one, shares) for one in judged]),
        "coverage": COVERAGE,
    }
    print(json.dumps({"model": model, "held_out": report(examples, judged)}, indent=1))
    if write:
        MODEL.write_text(json.dumps(model) + "\n", "utf-8")


if __name__ == "__main__":
    main()
