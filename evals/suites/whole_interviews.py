"""Scores of whole interviews beside what they are worth.

Three groups: the scripts that the curve was fitted on, scripts that nobody tuned on, and interviews
assembled of rated answers (of each case the best answer to every step, then the second best, and so
on), which are worth the mean of their ratings. Authors and raters say what a candidate is worth as
a senior; the rule between levels (`evals.score_model.SHIFT`) says as which level that reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from evals.examples import PLAYED, quality_name
from evals.figures import Figure, count_of, mean_of
from evals.labels import SCRIPTS
from evals.lines import read_lines
from evals.score_model import APART, SHIFT
from evals.subjects import Subject, library, scored_by
from evals.suites.suite import Row, Task
from interviewer.brains.protocol import Answer
from interviewer.core.errors import InterviewerError
from interviewer.core.settings import STEP_MINUTES, STEPS, InterviewSettings, Level, StepId
from interviewer.scoring import InterviewRecord, Recommendation, Scorecard, score_interview
from interviewer.scoring.overall import CALLS, recommend
from interviewer.scoring.reads_as import level_read
from interviewer.service.loose_answer import judge_answer
from interviewer.simulation.player import load_script
from interviewer.simulation.script import QUALITIES

GROUPS = ("scripts fitted on", "scripts not fitted on", "assembled answers")
ORDER: tuple[Recommendation, ...] = (*(call for _, call in CALLS), "strong_hire")
BEST = 5.0
UNTUNED = ("unseen", "from_facts")  # folders of scripts whose authors knew neither rubric nor judge
CALL = 1  # calls beside the intended one that still count as near


def script_tasks() -> Iterator[Task]:
    """A task a script that the curve was fitted on, or that nobody tuned on."""
    fitted = {row["id"] for row in read_lines(PLAYED)}
    for path in sorted(SCRIPTS.rglob("*.yaml")):
        group = GROUPS[0] if path.stem in fitted else GROUPS[1]
        if path.stem in fitted or path.parent.name in UNTUNED:
            name = str(path.relative_to(SCRIPTS))
            yield Task(f"interview {path.stem}", {"script": name, "group": group})


def assembled_tasks(rows: Sequence[Mapping[str, Any]]) -> Iterator[Task]:
    """Interviews of rated answers: the best to every step of a case, the second best, and so on."""
    for case_id in dict.fromkeys(row["case_id"] for row in rows):
        ranked = [
            sorted(
                (row for row in rows if row["case_id"] == case_id and row["step"] == step.value),
                key=lambda row: (-float(row["score"]), str(row["id"])),
            )
            for step in STEPS
        ]
        for place, answers in enumerate(zip(*ranked, strict=False), start=1):
            kept = [{key: row[key] for key in ("step", "answer", "score")} for row in answers]
            payload = {"case_id": case_id, "answers": kept, "group": GROUPS[2]}
            yield Task(f"assembled {case_id} {place}", payload)


async def run(subject: Subject, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The scorecard of one interview, as far as the figures look at it, and what it is worth."""
    if "script" in payload:
        return await _played(subject, payload["script"])
    return await _assembled(subject, payload)


async def _played(subject: Subject, name: str) -> dict[str, Any]:
    script = load_script(SCRIPTS / name)
    result = (await subject.play(script)).result
    if script.quality is None:
        raise InterviewerError(f"{name} does not say how good it is.", "Give it a quality.")
    return _outcome(result, script.quality, script.settings.level, script.case_id)


async def _assembled(subject: Subject, payload: Mapping[str, Any]) -> dict[str, Any]:
    case, settings = library().cases[payload["case_id"]], InterviewSettings()
    brain, answers = subject.brain_for(case), payload["answers"]
    records = [
        await judge_answer(brain, case, StepId(a["step"]), Answer(a["answer"])) for a in answers
    ]
    with scored_by(subject.score_model(case)):
        card = score_interview(InterviewRecord(steps=tuple(records)), case, settings)
    weights = [STEP_MINUTES[StepId(answer["step"])] for answer in answers]
    worth = float(np.average([float(answer["score"]) for answer in answers], weights=weights))
    return _outcome(card, round(worth, 2), settings.level, case.id)


def _outcome(card: Scorecard, worth: float, level: Level, case: str) -> dict[str, Any]:
    return {
        "case": case,
        "worth": worth,
        "level": level.value,
        "score": card.overall,
        "band": card.band and [card.band.low, card.band.high],
        "call": card.recommendation,
        "confidence": card.confidence,
        "reads_as": reads(card),
        "steps": [step.score for step in card.steps if step.score is not None],
    }


def reads(card: Scorecard) -> int | None:
    """The rank of the level that the answers read as; 0 below the lowest, None without a call."""
    if card.level_reading is None:
        return None
    return card.level_reading.level.rank + 1 if card.level_reading.reached else 0


def intended_reading(worth: float, level: Level) -> int:
    """As which level an interview reads that is worth so much at a level; 0 below the lowest."""
    wanted = level_read({each: worth + SHIFT[level] - SHIFT[each] for each in Level}, level)
    return 0 if wanted is None else wanted.rank + 1


def figures(rows: Sequence[Row]) -> Iterator[Figure]:
    """Each group's figures; none for a group without rows."""
    for group in GROUPS:
        outcomes = [row.outcome for row in rows if row.payload["group"] == group]
        if outcomes:
            yield from _of_group(group, outcomes)


def _of_group(group: str, outcomes: Sequence[Mapping[str, Any]]) -> Iterator[Figure]:
    scored = [o for o in outcomes if o["score"] is not None]
    called = [o for o in scored if o["call"] is not None]
    gaps = [o["score"] - o["worth"] for o in scored]
    yield mean_of(f"{group}: mean error", [abs(gap) for gap in gaps], better="lower")
    yield mean_of(f"{group}: bias", gaps)
    inside = [float(o["band"][0] <= o["worth"] <= o["band"][1]) for o in scored]
    yield mean_of(f"{group}: worth inside the band", inside, better="higher")
    near = [
        float(abs(ORDER.index(o["call"]) - ORDER.index(recommend(o["worth"]))) <= CALL)
        for o in called
    ]
    yield mean_of(f"{group}: call at most one beside the intended", near, better="higher")
    yield mean_of(f"{group}: stated confidence", [o["confidence"] for o in called])
    yield from _readings(group, called)
    tops = [float(score >= BEST) for o in scored for score in o["steps"]]
    yield mean_of(f"{group}: steps at 5.0", tops)
    yield from _qualities(group, scored)


def _readings(group: str, called: Sequence[Mapping[str, Any]]) -> Iterator[Figure]:
    """How often the level that the answers read as is the one they are worth."""
    gaps = [o["reads_as"] - intended_reading(o["worth"], Level(o["level"])) for o in called]
    same = [float(gap == 0) for gap in gaps]
    yield mean_of(f"{group}: reads as the intended level", same, better="higher")
    yield count_of(f"{group}: reads higher", sum(gap > 0 for gap in gaps), len(gaps))
    yield count_of(f"{group}: reads lower", sum(gap < 0 for gap in gaps), len(gaps))


def _qualities(group: str, scored: Sequence[Mapping[str, Any]]) -> Iterator[Figure]:
    """Mean score of weak, average, solid and strong, and how far they lie apart at the least."""
    by_name = {name: [o for o in scored if quality_name(o["worth"]) == name] for name in QUALITIES}
    means = {name: _mean(own) for name, own in by_name.items() if own}
    for name in means:
        yield mean_of(f"{group}: {name}", [o["score"] for o in by_name[name]])
    if len(means) > 1:
        least = min(high - low for low, high in pairwise(means.values()))
        yield Figure(
            name=f"{group}: least distance of two qualities",
            value=round(least, 3),
            better="higher",
            bound=APART,
            of=len(scored),
        )
    cases = sorted({o["case"] for o in scored})
    disordered = sum(not _in_order(case, by_name) for case in cases)
    yield count_of(f"{group}: cases out of order", disordered, len(cases), bound=0)


def _in_order(case: str, by_name: Mapping[str, Sequence[Mapping[str, Any]]]) -> bool:
    """Whether better interviews of a case score higher on average."""
    own = [[o for o in outcomes if o["case"] == case] for outcomes in by_name.values()]
    means = [_mean(outcomes) for outcomes in own if outcomes]
    return all(low < high for low, high in pairwise(means))


def _mean(outcomes: Sequence[Mapping[str, Any]]) -> float:
    return float(np.mean([o["score"] for o in outcomes]))
