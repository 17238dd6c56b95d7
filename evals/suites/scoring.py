"""Suite `scoring`: single answers beside their ratings, whole interviews beside their worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from evals.agreement import kappa, round_scores, spearman
from evals.baseline_raters import BASELINES, rate_held_out
from evals.figures import Figure, Finding, Floats, Plot, Report, mean_of, measured, missing
from evals.lines import read_lines
from evals.reference import reference_case, rescaled
from evals.score_model import COVERAGE
from evals.subjects import Subject, grade, library
from evals.suites import whole_interviews
from evals.suites.suite import Options, Row, Suite, Task
from interviewer.core.case import Case
from interviewer.core.errors import InterviewerError
from interviewer.core.settings import StepId

SHIPPED = Path(__file__).parents[1] / "data" / "gold" / "dev.jsonl"
ASKS = "Do scores agree with those of raters who never saw them?"
WORST = 12  # disagreements to read
BEST = 5.0
LENGTHS = ("short", "medium", "long")
NAMED = ("case_id", "step", "archetype")
REFERENCE_STEP = StepId.FRAMING
ALIKE = "all ratings are the same"
ONE_GROUP = {
    "case_id": "it needs answers to two cases",
    "question": "it needs answers to two questions",
}
"""Why nothing can be chosen or fitted on the others."""


def tasks(options: Options) -> list[Task]:
    """A task a rated answer to an installed case, or an answer that brings its reference along.

    With the shipped answers, whole interviews too.
    """
    path = options.data or SHIPPED
    known = library().cases
    rows = list(read_lines(path))
    usable = [row for row in rows if "reference_answer" in row or row.get("case_id") in known]
    _expect_fields(path, usable)
    if not usable:
        raise InterviewerError(
            f"No row of {path} belongs to an installed case.",
            "Name a file whose rows have case_id, or question, reference_answer and score.",
        )
    keys = [str(row.get("id", at)) for at, row in enumerate(usable)]
    if double := [key for key, count in Counter(keys).items() if count > 1]:
        raise InterviewerError(f"{path} has several rows {double[0]!r}.", "Give each its own id.")
    answers = [Task(key, row) for key, row in zip(keys, usable, strict=True)]
    if options.data is not None:
        return answers
    return [*answers, *whole_interviews.script_tasks(), *whole_interviews.assembled_tasks(usable)]


def _expect_fields(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """What a row lacks is told before hours of work.

    Raises:
        InterviewerError: a row lacks what it is graded by, or its rating is no number.
    """
    for at, row in enumerate(rows, start=1):
        name = f"{path}: row {row.get('id', at)!r}"
        own = ("question", "student_answer") if "reference_answer" in row else ("step", "answer")
        if lacks := [field for field in (*own, "score") if field not in row]:
            raise InterviewerError(f"{name} has no {lacks[0]!r}.", "Add it to the row.")
        if row.get("step", REFERENCE_STEP) not in list(StepId):
            steps = ", ".join(StepId)
            raise InterviewerError(f"{name}: no step is {row['step']!r}.", f"Steps: {steps}.")
        try:
            rescaled(row)
        except (TypeError, ValueError, ZeroDivisionError):
            what = f"{name} has the score {row['score']!r}, which is no rating."
            raise InterviewerError(what, "Write a number from 1 to 5.") from None


async def run(subject: Subject, row: dict[str, Any]) -> dict[str, Any]:
    """The score of one answer with its band and what it rests on, or of an interview."""
    if "group" in row:
        return await whole_interviews.run(subject, row)
    case, step, answer = _question(row)
    scored = await grade(subject, case, step, answer)
    return {
        "score": scored.score,
        "band": scored.band and [scored.band.low, scored.band.high],
        "evidence": [
            f"{a.item} {a.verdict}" + (f' "{a.quote}"' if a.quote else "") for a in scored.items
        ]
        + [f'red flag {f.red_flag} "{f.quote}"' for f in scored.red_flags],
    }


def _question(row: Mapping[str, Any]) -> tuple[Case, StepId, str]:
    if "reference_answer" in row:
        case = _reference(row["question"], row["reference_answer"])
        return case, REFERENCE_STEP, row["student_answer"]
    return library().cases[row["case_id"]], StepId(row["step"]), row["answer"]


@cache
def _reference(question: str, answer: str) -> Case:
    """One object a question: the judge knows a case it has seen by its identity."""
    return reference_case(question, answer, REFERENCE_STEP)


def summarise(rows: Sequence[Row]) -> Report:
    """Agreement, bias, bands and coverage, beside raters that never read the rubric."""
    led = [row for row in rows if "group" in row.payload]
    rows = [row for row in rows if "group" not in row.payload]
    scored = [row for row in rows if row.outcome["score"] is not None]
    ratings = np.array([rescaled(row.payload) for row in scored])
    scores = np.array([float(row.outcome["score"]) for row in scored])
    group = "question" if "reference_answer" in rows[0].payload else "case_id"
    return Report(
        suite="scoring",
        asks=ASKS,
        rests_on=_rests_on(rows, group, ours=bool(led)),
        figures=(
            *_agreement("", scores, ratings, _together(scored, group)),
            *_calibration(scored, ratings),
            *_bands_elsewhere(scored, ratings, group),
            mean_of("scored", [float(row.outcome["score"] is not None) for row in rows]),
            mean_of("scores of 5.0", list((scores >= BEST).astype(float))),
            *_biases(scored, scores - ratings),
            *_by_group(scored, group, scores, ratings),
            *_baselines(rows, group),
            *whole_interviews.figures(led),
        ),
        findings=tuple(_worst(scored, scores, ratings)),
        plots=(
            Plot(
                title="Score given (up) by rating (across)",
                points=tuple(
                    (float(r), float(s), row.key)
                    for r, s, row in zip(ratings, scores, scored, strict=True)
                ),
            ),
        ),
    )


def _rests_on(rows: Sequence[Row], group: str, *, ours: bool) -> str:
    groups = len({row.payload[group] for row in rows})
    if not ours:
        asked = "question(s) with a reference" if group == "question" else "case(s)"
        return f"{len(rows)} answer(s) to {groups} {asked}, rated as the file says."
    return (
        f"{len(rows)} answers to {groups} cases, written by machines to a brief and rated by three "
        "machine raters (their median counts); no person rated them. Interviews: scripts with the "
        "quality that their authors intended, and rated answers put together."
    )


def _together(rows: Sequence[Row], group: str) -> list[str] | None:
    """What is drawn together: answers to one question are alike, answers to a case hardly."""
    return [str(row.payload[group]) for row in rows] if group == "question" else None


def _agreement(
    of: str, scores: Floats, ratings: Floats, groups: Sequence[str] | None = None
) -> list[Figure]:
    """QWK, rank correlation, error and bias; rows are drawn one by one, or in their groups."""
    alone = groups or [str(at) for at in range(len(scores))]
    gaps = scores - ratings
    prefix = f"{of}: " if of else ""
    return [
        _agreeing(f"{prefix}QWK", kappa, scores, ratings, alone),
        _agreeing(f"{prefix}Spearman", spearman, scores, ratings, alone),
        mean_of(f"{prefix}mean error", list(np.abs(gaps)), better="lower", groups=groups),
        mean_of(f"{prefix}bias", list(gaps), groups=groups),
    ]


def _agreeing(
    name: str,
    agree: Callable[[Floats, Floats], float],
    scores: Floats,
    ratings: Floats,
    groups: Sequence[str],
) -> Figure:
    """How well scores agree with ratings; ratings that are all the same cannot tell."""
    if len(set(round_scores(ratings))) == 1:
        return missing(name, ALIKE, better="higher")
    return measured(name, lambda at: agree(scores[at], ratings[at]), groups, better="higher")


def _calibration(scored: Sequence[Row], ratings: Floats) -> list[Figure]:
    """How often a rating lies in the stated band, and how wide the bands are."""
    bands = [row.outcome["band"] for row in scored]
    inside = [float(low <= r <= high) for (low, high), r in zip(bands, ratings, strict=True)]
    return [
        mean_of("ratings inside the stated band", inside, better="higher"),
        mean_of("width of the band", [high - low for low, high in bands], better="lower"),
    ]


def _bands_elsewhere(scored: Sequence[Row], ratings: Floats, group: str) -> list[Figure]:
    """How often a rating lies in a band whose width was chosen on the other cases alone."""
    if group != "case_id":
        return []
    name = "ratings inside a band made on other cases"
    owners = np.array([row.payload[group] for row in scored])
    if len(set(owners)) < 2:
        return [missing(name, ONE_GROUP[group], better="higher")]
    given = np.array([float(row.outcome["score"]) for row in scored])
    bands = np.array([row.outcome["band"] for row in scored])
    widths = np.maximum(given - bands[:, 0], bands[:, 1] - given)  # one side may end at 1 or 5
    needed = np.abs(given - ratings) / widths
    inside = [
        float(needed[at] <= np.quantile(needed[owners != owners[at]], COVERAGE))
        for at in range(len(needed))
    ]
    return [mean_of(name, inside, better="higher")]


def _biases(scored: Sequence[Row], gaps: Floats) -> list[Figure]:
    """Mean score minus rating by archetype and by third of length."""
    if not scored:
        return []
    kinds = np.array([row.payload.get("archetype", "") for row in scored])
    words = np.array([len(_text(row).split()) for row in scored])
    edges = np.quantile(words, (1 / 3, 2 / 3))
    thirds = np.array(LENGTHS)[np.searchsorted(edges, words)]
    groups = [(f"bias of {kind}", kinds == kind) for kind in sorted(set(kinds)) if kind]
    groups += [(f"bias of {third} answers", thirds == third) for third in LENGTHS]
    return [mean_of(name, list(gaps[own])) for name, own in groups if own.any()]


def _by_group(scored: Sequence[Row], group: str, scores: Floats, ratings: Floats) -> list[Figure]:
    if group != "case_id":
        return []
    owners = np.array([row.payload[group] for row in scored])
    return [
        figure
        for owner in sorted(set(owners))
        for figure in _agreement(owner, scores[owners == owner], ratings[owners == owner])[:1]
    ]


def _baselines(rows: Sequence[Row], group: str) -> list[Figure]:
    """The same for raters that never read the rubric, trained on the other cases or questions."""
    answers = [_text(row) for row in rows]
    wanted = [_wanted(row) for row in rows]
    ratings = np.array([rescaled(row.payload) for row in rows])
    groups = [str(row.payload[group]) for row in rows]
    if len(set(groups)) < 2:
        return [missing(f"{name}: QWK", ONE_GROUP[group]) for name in BASELINES]
    return [
        _agreement_of(name, rate_held_out(look(answers, wanted), ratings, groups), ratings)
        for name, look in BASELINES.items()
    ]


def _agreement_of(name: str, scores: Floats, ratings: Floats) -> Figure:
    alone = [str(at) for at in range(len(scores))]
    return measured(f"{name}: QWK", lambda at: kappa(scores[at], ratings[at]), alone)


def _text(row: Row) -> str:
    return str(row.payload.get("answer", row.payload.get("student_answer", "")))


def _wanted(row: Row) -> str:
    """What a good answer would say."""
    if "reference_answer" in row.payload:
        return str(row.payload["reference_answer"])
    case = library().cases[row.payload["case_id"]]
    return case.steps[StepId(row.payload["step"])].model_answer


def _worst(scored: Sequence[Row], scores: Floats, ratings: Floats) -> list[Finding]:
    order = np.argsort(-np.abs(scores - ratings), kind="stable")[:WORST]
    return [
        Finding(
            title=_title(scored[at]),
            wanted=f"{ratings[at]:.1f}",
            got=f"{scores[at]:.2f}",
            text=_text(scored[at]),
            evidence=tuple(scored[at].outcome["evidence"]),
        )
        for at in order
    ]


def _title(row: Row) -> str:
    known = [str(row.payload[key]) for key in NAMED if key in row.payload]
    return " ".join(known) or row.key


SUITE = Suite("scoring", tasks, run, summarise)
