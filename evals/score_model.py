"""Fits the score model (`interviewer/scoring/model.json`) and says how good it is held out.

    python -m evals.score_model [--write]

The shares come from labels: which items of a rated answer are earned, whoever judges later. The
factor of the bands comes from the embedded judge, whose doubt they state. Each case's figures are
made with the numbers of the other cases; what `--write` keeps is fitted on all of them.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import interviewer.scoring
from evals.agreement import kappa
from evals.figures import Floats
from evals.labels import FOLDER, RATED, Answer, read_answers, read_labels
from evals.lines import read_lines
from evals.subjects import Embedded, grade, library
from interviewer.core.assessment import Assessment, Verdict
from interviewer.core.settings import Level, StepId
from interviewer.scoring.credit import credit
from interviewer.scoring.model import SCORES, interpolate, read_model
from interviewer.scoring.step import sum_credits

COVERAGE = 0.8
GRID = np.round(np.arange(0.02, 1.0, 0.02), 2)
ROUNDS = 8  # of improving one share after the other
LEAST = 0.04  # between two shares


class Rated(NamedTuple):
    """One rated answer: its share of credit by the labels, and what the judge made of it."""

    case: str
    rating: float
    share: float
    score: float | None
    doubt: float
    """Half-width of the band before the factor."""


def read_rated() -> list[Rated]:
    """Every rated answer that has labels."""
    return asyncio.run(_rated(*_answers()))


@cache
def shares_without(case_id: str) -> tuple[float, ...]:
    """The shares, fitted without the ratings of one case."""
    answers, ratings = _answers()
    labels = _labels()
    others = [answer for answer in answers if answer.case != case_id]
    shares = np.array([_share(answer, labels) for answer in others])
    return fit_shares(shares, np.array([ratings[answer.id] for answer in others]))


def _answers() -> tuple[list[Answer], dict[str, float]]:
    """The rated answers and their ratings."""
    ratings = {row["id"]: float(row["score"]) for row in read_lines(RATED)}
    return [answer for answer in read_answers() if answer.id in ratings], ratings


def _labels() -> dict[tuple[str, str], list[Verdict]]:
    """The labellers' verdicts by answer and item."""
    labels: dict[tuple[str, str], list[Verdict]] = {}
    for label in read_labels(FOLDER):
        labels.setdefault((label.answer, label.item), []).append(Verdict(label.verdict))
    return labels


async def _rated(answers: Sequence[Answer], ratings: dict[str, float]) -> list[Rated]:
    subject, labels = Embedded(Path(".evals/cache")), _labels()
    found = []
    for answer in answers:
        case = library().cases[answer.case]
        scored = await grade(subject, case, StepId(answer.step), answer.text)
        half = 0.0
        if scored.band is not None and scored.score is not None:
            half = max(scored.band.high - scored.score, scored.score - scored.band.low)
        share = _share(answer, labels)
        doubt = half / read_model().band_factor
        found.append(Rated(answer.case, ratings[answer.id], share, scored.score, doubt))
    return found


def _share(answer: Answer, labels: dict[tuple[str, str], list[Verdict]]) -> float:
    """Mean of the labellers' shares of credit for a senior candidate."""
    items = library().cases[answer.case].steps[answer.step].items
    shares = []
    for at in range(2):
        judged = {
            item.id: Assessment(
                item=item.id, step=answer.step, verdict=labels[answer.id, item.id][at], reason=""
            )
            for item in items
        }
        shares.append(sum_credits(items, judged, Level.SENIOR, credit).share)
    return sum(shares) / len(shares)


def fit_shares(shares: Floats, ratings: Floats) -> tuple[float, ...]:
    """The shares at which each score is reached, by least mean error, one after the other."""
    best = [0.0, 0.1, 0.25, 0.5, 0.75]
    for _, at in itertools.product(range(ROUNDS), range(1, len(best))):
        above = best[at + 1] if at + 1 < len(best) else 1.0 + LEAST
        open_ = [s for s in GRID if best[at - 1] + LEAST - 1e-9 <= s <= above - LEAST + 1e-9]
        tried = ([*best[:at], float(share), *best[at + 1 :]] for share in open_)
        best = min(tried, key=lambda knots: _error(knots, shares, ratings))
    return tuple(best)


def _error(knots: Sequence[float], shares: Floats, ratings: Floats) -> float:
    return float(np.mean(np.abs(predict(knots, shares) - ratings)))


def predict(knots: Sequence[float], shares: Floats) -> Floats:
    """Scores of shares."""
    curve = tuple(zip(knots, SCORES, strict=True))
    return np.array([interpolate(float(share), curve) for share in shares])


def fit_factor(rated: Sequence[Rated]) -> float:
    """The factor with which `COVERAGE` of the ratings lie in their bands."""
    needed = [abs(r.score - r.rating) / r.doubt for r in rated if r.score is not None and r.doubt]
    return round(float(np.quantile(needed, COVERAGE)), 2)


def report(rated: Sequence[Rated]) -> dict[str, Any]:
    """Held-out agreement of the curve on labelled credits, and held-out coverage of the bands."""
    cases = np.array([r.case for r in rated])
    shares, ratings = np.array([r.share for r in rated]), np.array([r.rating for r in rated])
    scores = np.zeros(len(rated))
    inside: list[bool] = []
    for case in sorted(set(cases)):
        own = cases == case
        scores[own] = predict(fit_shares(shares[~own], ratings[~own]), shares[own])
        factor = fit_factor([r for r in rated if r.case != case])
        inside += [
            abs(r.score - r.rating) <= factor * r.doubt + 1e-9
            for r in rated
            if r.case == case and r.score is not None
        ]
    return {
        "answers": len(rated),
        "qwk_of_labelled_credits": round(kappa(scores, ratings), 3),
        "mean_error_of_labelled_credits": round(float(np.abs(scores - ratings).mean()), 3),
        "coverage_of_bands": round(float(np.mean(inside)), 3),
    }


def main() -> None:
    """Prints the model and its held-out figures, or writes it into the package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the package's model.json")
    rated = read_rated()
    shares = np.array([r.share for r in rated])
    model = {
        "shares": fit_shares(shares, np.array([r.rating for r in rated])),
        "band_factor": fit_factor(rated),
        "coverage": COVERAGE,
    }
    print(json.dumps({"model": model, "held_out": report(rated)}, indent=1))
    if parser.parse_args().write:
        target = Path(interviewer.scoring.__file__).with_name("model.json")
        target.write_text(json.dumps(model) + "\n", "utf-8")


if __name__ == "__main__":
    main()
