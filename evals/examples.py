"""What the score curve is fitted on: rated answers by their labels, and whole interviews.

    python -m evals.examples --play

An example is what was earned, step by step, and what it is worth. Answers were rated by three
machine raters and labelled item by item, so their shares of credit owe nothing to any judge.
Interviews are scripts whose author says how good they are; their shares are those that the
embedded judge heard, kept in `data/played.jsonl`. That file names the scripts the curve may see:
`--play` plays those again after the judge or the rubric has changed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from evals.labels import DATA, FOLDER, RATED, SCRIPTS, Answer, read_answers, read_labels
from evals.lines import read_lines
from evals.subjects import Embedded, Subject, library
from interviewer.core.assessment import Assessment, Evidence, RedFlagHit, Verdict
from interviewer.core.case import Case
from interviewer.core.settings import STEP_MINUTES, Level, StepId
from interviewer.results.result import Result
from interviewer.scoring import StepRecord, StepResult, StepStatus
from interviewer.scoring.flags import flag_cost
from interviewer.scoring.step import core_cap, step_status, sum_credits
from interviewer.simulation.player import Script, load_script
from interviewer.simulation.script import QUALITIES

PLAYED = DATA / "played.jsonl"
BEGINS = (2.75, 3.75, 4.5)
"""The intended quality, 1-5, from which an interview is average, solid, strong."""


class Part(NamedTuple):
    """What one step of an example earned, before any curve."""

    weight: float
    share: float
    """Of the step's credit, 0-1."""
    cap: float
    """The highest score that its core items leave open."""
    cost: float = 0.0
    """Points that wrong claims take off."""


class Example(NamedTuple):
    """Something whose worth is known."""

    case: str
    worth: float
    """1-5."""
    parts: tuple[Part, ...]


class Examples(NamedTuple):
    """The three sources, which weigh the same in the fit."""

    answers: tuple[Example, ...]
    steps: tuple[Example, ...]
    """Steps of interviews of which the author says how good each step is."""
    interviews: tuple[Example, ...]

    def without(self, case_id: str) -> Examples:
        """Those of the other cases."""
        return Examples(*(tuple(e for e in source if e.case != case_id) for source in self))


def quality_name(worth: float) -> str:
    """The word for an intended quality."""
    return [*QUALITIES][sum(worth >= begins for begins in BEGINS)]


@cache
def read_examples() -> Examples:
    """Every example for a senior candidate; there are no ratings at other levels."""
    steps, interviews = [], []
    for row in read_lines(PLAYED):
        parts = {StepId(step): Part(*part) for step, part in row["parts"].items()}
        for step, worth in row["step_quality"].items():
            if StepId(step) in parts:
                steps.append(Example(row["case"], worth, (parts[StepId(step)],)))
        interviews.append(Example(row["case"], row["quality"], tuple(parts.values())))
    return Examples(tuple(labelled_answers()), tuple(steps), tuple(interviews))


def rated_answers() -> tuple[list[Answer], dict[str, float]]:
    """The rated answers and their ratings."""
    ratings = {row["id"]: float(row["score"]) for row in read_lines(RATED)}
    return [answer for answer in read_answers() if answer.id in ratings], ratings


def labelled_answers() -> Iterator[Example]:
    """Two examples an answer, one for each labeller."""
    answers, ratings = rated_answers()
    labels: dict[tuple[str, str], list[Verdict]] = {}
    for label in read_labels(FOLDER):
        labels.setdefault((label.answer, label.item), []).append(Verdict(label.verdict))
    for answer in answers:
        step = library().cases[answer.case].steps[answer.step]
        # An item that came after the labels has none.
        items = [item for item in step.items if (answer.id, item.id) in labels]
        for labeller in range(2):
            verdicts = {item.id: labels[answer.id, item.id][labeller] for item in items}
            judged = {
                id_: Assessment(item=id_, step=answer.step, verdict=verdict)
                for id_, verdict in verdicts.items()
            }
            share = sum_credits(items, judged).share
            cap = core_cap(items, judged, Level.SENIOR)
            yield Example(answer.case, ratings[answer.id], (Part(1.0, share, cap),))


def step_record(step: StepResult) -> StepRecord:
    """A step of a result as it was scored, the judge's certainty apart."""
    return StepRecord(
        step=step.step,
        reached=step.status is not StepStatus.NOT_REACHED,
        skipped=step.status is StepStatus.SKIPPED,
        assessments=tuple(
            Assessment(
                item=item.item,
                step=step.step,
                verdict=item.verdict,
                contradicted=item.contradicted,
                **({"raised_by": item.raised_by} if item.raised_by else {}),
            )
            for item in step.items
        ),
        red_flags=tuple(
            RedFlagHit(
                red_flag=flag.red_flag,
                step=step.step,
                evidence=Evidence(quote=flag.quote, turn=flag.turn),
                statement=flag.statement,
                challenged=flag.challenged,
                recovered=flag.recovered,
            )
            for flag in step.red_flags
        ),
    )


def parts_of(result: Result, case: Case) -> dict[StepId, Part]:
    """What the scored steps of an interview earned."""
    found = {}
    for step in result.steps:
        if step.score is not None:
            found[step.step], _ = step_part(step_record(step), case, result.settings.level)
    return found


def step_part(record: StepRecord, case: Case, level: Level) -> tuple[Part, StepStatus]:
    """What a step earned, and how its score comes about."""
    items = case.steps[record.step].items
    known = {assessment.item: assessment for assessment in record.assessments}
    part = Part(
        STEP_MINUTES[record.step],
        round(sum_credits(items, known).share, 4),
        core_cap(items, known, level),
        round(flag_cost(record.red_flags, case), 4),
    )
    return part, step_status(record, case)


def fits(script: Script) -> bool:
    """Whether the curve can learn from a script: a whole senior interview of known quality."""
    senior = script.settings.level is Level.SENIOR and not script.settings.is_drill
    return senior and script.quality is not None


async def play_row(subject: Subject, script: Script) -> Mapping[str, Any]:
    """A line of `played.jsonl`."""
    result = (await subject.play(script)).result
    parts = parts_of(result, library().cases[script.case_id])
    return {
        "id": script.id,
        "case": script.case_id,
        "quality": script.quality,
        "step_quality": {step.value: worth for step, worth in script.step_quality.items()},
        "parts": {step.value: list(part) for step, part in parts.items()},
    }


async def _play(names: Iterable[str]) -> None:
    subject = Embedded(Path(".evals/cache"))
    scripts = [load_script(SCRIPTS / f"{name}.yaml") for name in names]
    rows = [await play_row(subject, script) for script in scripts if fits(script)]
    PLAYED.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")


def main() -> None:
    """Plays the named scripts, or those played before, and keeps what they earned."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--play", nargs="*", metavar="SCRIPT", required=True)
    names = parser.parse_args().play or [row["id"] for row in read_lines(PLAYED)]
    asyncio.run(_play(names))


if __name__ == "__main__":
    main()
