"""The curve and bands of interviews that a language model graded, fitted on rated ones.

    python -m evals.graded [--write | --claims FACTOR]
    python -m evals.graded --add NAME HOME RATING [RATING ...] [--flaw WHY]

`data/graded.jsonl` has an interview a line: what its score is made of (verdicts with the help that
was given, wrong claims and what became of them, ideas; none of the words), and what raters gave it
who read only the transcript. Interviewer, judge, candidates and raters are language models.

One number is fitted: the exponent that bends the curve which was set before these interviews, whose
ends stay where they are, alike at every level. It is held near 1, as there are few interviews. Each
is then scored with the exponent of the others, and these errors make the bands. An interview with a
flaw, in which something went wrong that no candidate does, is reported and not fitted on. With
`--claims` all of it is told as if wrong claims cost so many times as much.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.stats import t

from evals.labels import DATA
from evals.lines import read_lines
from evals.score_model import COVERAGE, MODEL, Shares
from evals.subjects import library, scored_by
from interviewer.core.assessment import RedFlagHit
from interviewer.core.case import Case
from interviewer.core.paths import read_places
from interviewer.core.settings import InterviewSettings, Level, StepId
from interviewer.results.view import record_of
from interviewer.scoring import InterviewRecord
from interviewer.scoring.call import Scoring
from interviewer.scoring.flags import flag_cost
from interviewer.scoring.model import Width, read_model
from interviewer.scoring.overall import step_weights
from interviewer.scoring.score import prepare
from interviewer.service.resources import Resources
from interviewer.store import open_store

GRADED = DATA / "graded.jsonl"
BEFORE: Mapping[Level, Shares] = {
    Level.MID: (0.0, 0.17, 0.48, 0.82, 0.97),
    Level.SENIOR: (0.0, 0.2, 0.52, 0.86, 0.98),
    Level.STAFF: (0.0, 0.4, 0.72, 0.95, 1.0),
}
"""The curve before the fit, set by hand."""
NEAR = 0.25  # how far from 1 the exponent is expected: one standard deviation of its logarithm
NOISE = 0.5  # points by which a rating is expected to differ: the step of the raters' scale
BENT = (0.4, 2.0)  # exponents that are tried


class Rating(NamedTuple):
    """What one reader of the transcript gave, 1-5."""

    overall: float
    steps: Mapping[StepId, float]


class Graded(NamedTuple):
    """An interview that a model graded, and what it is worth."""

    name: str
    case: Case
    settings: InterviewSettings
    record: InterviewRecord
    ratings: Sequence[Rating]
    flaw: str = ""
    """What went wrong in it, where something did."""

    @property
    def overall(self) -> float:
        """The median of its ratings."""
        return float(np.median([rating.overall for rating in self.ratings]))

    def worth(self, step: StepId) -> float | None:
        """The median rating of a step; None where nobody rated it."""
        given = [rating.steps[step] for rating in self.ratings if step in rating.steps]
        return float(np.median(given)) if given else None


class Errors(NamedTuple):
    """Scores less ratings."""

    overall: float
    steps: tuple[float, ...]


def read_graded(path: Path = GRADED) -> list[Graded]:
    """Every rated interview."""
    return [_read(row) for row in read_lines(path)]


def _read(row: Mapping[str, Any]) -> Graded:
    ratings = [
        Rating(one["overall"], {StepId(step): worth for step, worth in one["steps"].items()})
        for one in row["ratings"]
    ]
    return Graded(
        row["id"],
        library().cases[row["case"]],
        InterviewSettings.model_validate(row["settings"]),
        InterviewRecord.model_validate(row["record"]),
        ratings,
        row["flaw"],
    )


def bent(exponent: float) -> dict[Level, Shares]:
    """The curve of every level, bent: below 1 every score between the ends takes more credit."""
    return {
        level: (0.0, *np.round(np.array(shares[1:]) ** exponent, 3).tolist())
        for level, shares in BEFORE.items()
    }


def errors_at(graded: Graded, exponent: float) -> Errors:
    """How far an interview's scores are from its ratings on a bent curve."""
    model = dataclasses.replace(read_model(), graded=bent(exponent))
    with scored_by(model):
        return _errors(graded)


def _errors(graded: Graded) -> Errors:
    weights = step_weights(graded.settings)
    record = prepare(graded.record)
    scoring = Scoring(record, graded.case, graded.settings.level, weights)
    worths = {step: graded.worth(step) for step in scoring.scored}
    steps = [scoring.scored[step][1] - worth for step, worth in worths.items() if worth is not None]
    return Errors(scoring.overall - graded.overall, tuple(steps))


def fit_exponent(interviews: Sequence[Graded]) -> float:
    """The most probable exponent, an interview's overall score and its steps weighing the same."""

    def loss(logarithm: float) -> float:
        found = [errors_at(graded, math.exp(logarithm)) for graded in interviews]
        squares = [one.overall**2 + float(np.mean(np.square(one.steps))) for one in found]
        return sum(squares) / (2 * NOISE**2) + logarithm**2 / (2 * NEAR**2)

    least, most = map(math.log, BENT)
    best = minimize_scalar(loss, bounds=(least, most), method="bounded", options={"xatol": 0.005})
    return round(math.exp(float(best.x)), 2)


def left_out(interviews: Sequence[Graded]) -> list[Errors]:
    """Each interview's errors with the exponent of the others."""
    found = []
    for graded in interviews:
        others = [other for other in interviews if other is not graded]
        found.append(errors_at(graded, fit_exponent(others)))
    return found


def half_width(errors: Sequence[float], coverage: float = COVERAGE) -> float:
    """Half the width of a band that holds a share of ratings, from errors nothing was fitted on.

    The quantile is Student's, since the spread itself is known from so few errors.
    """
    spread = math.sqrt(float(np.mean(np.square(errors))))
    return round(float(t.ppf((1 + coverage) / 2, len(errors))) * spread, 2)


def width_of(errors: Sequence[Errors]) -> Width:
    """The bands of steps and of interviews."""
    steps = [error for one in errors for error in one.steps]
    return Width(step=half_width(steps), overall=half_width([one.overall for one in errors]))


def report(interviews: Sequence[Graded]) -> dict[str, Any]:
    """Errors before the fit and left out, and how many ratings the bands hold."""
    before, held = [errors_at(graded, 1.0) for graded in interviews], left_out(interviews)
    width = width_of(held)
    return {
        "interviews": len(interviews),
        "exponent": fit_exponent(interviews),
        "before": _told(before),
        "left out": _told(held),
        "by interview": {
            graded.name: [round(was.overall, 2), round(now.overall, 2)]
            for graded, was, now in zip(interviews, before, held, strict=True)
        },
        "width": dataclasses.asdict(width),
        "inside": {
            "overall": _inside([one.overall for one in held], width.overall),
            "steps": _inside([error for one in held for error in one.steps], width.step),
        },
    }


@contextmanager
def claims_cost(factor: float) -> Iterator[None]:
    """Makes wrong claims cost so many times as much meanwhile."""

    def costlier(flags: Iterable[RedFlagHit], case: Case) -> float:
        return factor * flag_cost(flags, case)

    with patch("interviewer.scoring.step.flag_cost", costlier):
        yield


def _told(errors: Sequence[Errors]) -> dict[str, float]:
    overall = np.array([one.overall for one in errors])
    steps = np.concatenate([one.steps for one in errors])
    return {
        "mean error": round(float(np.abs(overall).mean()), 2),
        "bias": round(float(overall.mean()), 2),
        "mean error of steps": round(float(np.abs(steps).mean()), 2),
        "bias of steps": round(float(steps.mean()), 2),
    }


def _inside(errors: Sequence[float], half: float) -> str:
    return f"{sum(abs(error) <= half for error in errors)} of {len(errors)}"


async def add(name: str, home: Path, ratings: Sequence[Path], flaw: str) -> None:
    """Adds the newest interview of a home folder, or replaces the one of that name."""
    async with AsyncExitStack() as stack:
        places = read_places({"INTERVIEWER_HOME": str(home)})
        store = await stack.enter_async_context(open_store(places.database))
        resources = Resources(places, stack, time.time, lambda: "")
        (newest,) = await store.list_interviews(limit=1)
        stored = await store.load(newest.id)
        state = resources.fold(stored)
    line = {
        "id": name,
        "case": stored.row.case_id,
        "settings": stored.row.settings.model_dump(mode="json", exclude_defaults=True),
        "flaw": flaw,
        "ratings": [_without_words(json.loads(path.read_text("utf-8"))) for path in ratings],
        "record": stripped(record_of(stored, state)),
    }
    known = [row for row in read_lines(GRADED) if row["id"] != name] if GRADED.exists() else []
    GRADED.write_text("".join(json.dumps(row) + "\n" for row in [*known, line]), "utf-8")


def _without_words(rating: Mapping[str, Any]) -> dict[str, Any]:
    return {key: rating[key] for key in ("overall", "steps")}


def stripped(record: InterviewRecord) -> dict[str, Any]:
    """What a record's scores are made of, without anybody's words."""
    steps = []
    for step in record.steps:
        judged = [
            one.model_dump(mode="json", include=_JUDGED, exclude_defaults=True)
            for one in step.assessments
        ]
        claims = [
            one.model_dump(mode="json", include=_CLAIMED, exclude_defaults=True)
            | {"evidence": {"quote": _digest(one.quote), "turn": one.turn}}
            | {"statement": _digest(one.statement)}
            | {fate: getattr(one, fate) for fate in ("challenged", "defended", "recovered")}
            for one in step.red_flags
        ]
        kept = step.model_dump(mode="json", include={"step", "reached", "graded", "skipped"})
        steps.append(kept | {"assessments": judged, "red_flags": claims})
    ideas = [
        {"step": idea.step.value, "text": "", "quote": _digest(idea.quote), "turn": idea.turn}
        for idea in record.beyond
    ]
    return {"steps": steps, "beyond": ideas}


_JUDGED = {"item", "step", "verdict", "raised_by", "confidence"}
_CLAIMED = {"red_flag", "step", "damage"}


def _digest(words: str) -> str:
    """Tells words apart without saying them; empty words stay empty."""
    return sha256(words.encode()).hexdigest()[:8] if words else ""


def fitted(interviews: Sequence[Graded]) -> dict[str, Any]:
    """What the score model takes from the rated interviews."""
    shares, width = bent(fit_exponent(interviews)), width_of(left_out(interviews))
    return {
        "graded": {level.value: list(own) for level, own in shares.items()},
        "graded_width": dataclasses.asdict(width),
    }


def main() -> None:
    """Adds an interview; or prints what the rated ones say, and writes it into the package."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--add", nargs="+", metavar=("NAME", "HOME"), help="and rating files")
    parser.add_argument("--flaw", default="", metavar="WHY", help="what went wrong in it")
    either = parser.add_mutually_exclusive_group()
    either.add_argument("--write", action="store_true", help="change the package's model.json")
    either.add_argument("--claims", type=float, metavar="FACTOR", help="as if claims cost more")
    asked = parser.parse_args()
    if asked.add:
        name, home, *ratings = asked.add
        asyncio.run(add(name, Path(home), [Path(rating) for rating in ratings], asked.flaw))
        return
    interviews = read_graded()
    sound = [graded for graded in interviews if not graded.flaw]
    with claims_cost(asked.claims or 1.0):
        found = {"fitted on": report(sound), "with the flawed": report(interviews)}
    print(json.dumps(found, indent=1))
    if asked.write:
        model = json.loads(MODEL.read_text("utf-8")) | fitted(sound)
        MODEL.write_text(json.dumps(model) + "\n", "utf-8")


if __name__ == "__main__":
    main()
