"""Suite `robustness`: what a score does when the words change, and when the content does."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from evals.figures import Figure, Finding, Report, count_of, mean_of
from evals.subjects import Subject, grade, library
from evals.suites.suite import Options, Row, Suite, Task
from interviewer.cases.positions import read_yaml
from interviewer.core.settings import STEPS, Persona, StepId
from interviewer.simulation.player import load_script
from interviewer.text.sentences import split_sentences

EVALS = Path(__file__).parents[1]
ASKS = "Does the score follow what is said, and nothing else?"
SCRIPTS = {
    "video_recommendation": "vr_strong",
    "search_autocomplete": "sa_strong",
    "ad_click_prediction": "ac_strong",
}
PERSONA_SCRIPTS = ("vr_strong", "vr_solid", "vr_average", "sa_strong", "ac_strong")
SAME = ("paraphrase", "plain", "simple_english", "padded", "typos", "reordered")
WORTHLESS = ("wrong_step", "wrong_case", "negated", "keywords")
REWRITES = TypeAdapter(dict[str, dict[StepId, dict[str, str]]])
"""By case, step and version."""
TYPO_SHARE = 0.08  # of the words of five letters and more
ALIKE = 0.3  # by which scores of the same content may differ
WORST = 20  # versions to read
LOW = 2.5  # up to which a worthless answer is seen as one


def tasks(_options: Options) -> list[Task]:
    """A task a version of each expert answer, and one a script and persona."""
    graded = [Task(key, payload) for key, payload in _versions()]
    played = [
        Task(f"{name}.{persona}", {"version": "persona", "script": name, "persona": persona})
        for name in PERSONA_SCRIPTS
        for persona in Persona
    ]
    return graded + played


def _versions() -> Iterator[tuple[str, dict[str, Any]]]:
    rewrites = REWRITES.validate_python(read_yaml(EVALS / "data" / "rewrites.yaml").value)
    for case, script in SCRIPTS.items():
        answers, simple = answers_of(script), answers_of(f"{script}_simple")
        for step in STEPS:
            texts = {
                "original": answers[step],
                "simple_english": simple[step],
                **{name: change(answers[step], step) for name, change in CHANGES.items()},
                **rewrites[case][step],
            }
            for version, text in texts.items():
                yield _task(case, step, version, text, case, step)
            others = [STEPS[(STEPS.index(step) + by) % len(STEPS)] for by in (2, 4)]
            for other in others:
                yield _task(case, step, "wrong_step", answers[step], case, other)
            for other_case in SCRIPTS:
                if other_case != case:
                    yield _task(case, step, "wrong_case", answers[step], other_case, step)


def _task(
    case: str, step: StepId, version: str, text: str, asked_case: str, asked_step: StepId
) -> tuple[str, dict[str, Any]]:
    key = f"{case}.{step}.{version}.{asked_case}.{asked_step}"
    return key, {
        "base": f"{case}.{step}",
        "version": version,
        "case": asked_case,
        "step": asked_step.value,
        "text": text,
    }


@cache
def answers_of(script: str) -> Mapping[StepId, str]:
    """What a script says in each step, as one answer."""
    said = load_script(EVALS / "transcripts" / f"{script}.yaml").candidate
    return {step: "\n\n".join(message.text for message in said[step]) for step in STEPS}


def pad(text: str, name: str) -> str:
    """A text with a sentence that says nothing after each of its own, about twice as long."""
    filler = (EVALS / "data" / "padding.txt").read_text("utf-8").splitlines()
    draw = random.Random(name)
    draw.shuffle(filler)
    sentences = split_sentences(text)
    padded = (f"{said} {filler[at % len(filler)]}" for at, said in enumerate(sentences))
    return " ".join(padded)


def misspell(text: str, name: str) -> str:
    """A text in which two letters of some longer words have changed places."""
    draw = random.Random(name)
    return " ".join(_misspelt(word, draw) for word in text.split(" "))


def _misspelt(word: str, draw: random.Random) -> str:
    if len(word) < 5 or not word.isalpha() or draw.random() > TYPO_SHARE:
        return word
    at = draw.randrange(1, len(word) - 2)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def reorder(text: str, name: str) -> str:
    """A text with its sentences in another order."""
    sentences = list(split_sentences(text))
    random.Random(name).shuffle(sentences)
    return " ".join(sentences)


CHANGES: Mapping[str, Callable[[str, str], str]] = {
    "padded": pad,
    "typos": misspell,
    "reordered": reorder,
}


async def run(subject: Subject, payload: dict[str, Any]) -> dict[str, Any]:
    """The score of one version, or of one script under one persona."""
    if payload["version"] == "persona":
        script = load_script(EVALS / "transcripts" / f"{payload['script']}.yaml")
        settings = script.settings.model_copy(update={"persona": Persona(payload["persona"])})
        played = await subject.play(script.model_copy(update={"settings": settings}))
        return {"score": played.result.overall}
    case, step = library().cases[payload["case"]], StepId(payload["step"])
    return {"score": (await grade(subject, case, step, payload["text"])).score}


def summarise(rows: Sequence[Row]) -> Report:
    """Shifts of what says the same, and scores of what is worth nothing."""
    originals = {
        r.payload["base"]: r.outcome["score"] for r in rows if r.payload["version"] == "original"
    }
    return Report(
        suite="robustness",
        asks=ASKS,
        rests_on=(
            f"{len(originals)} expert answers of scripted candidates, their versions written by "
            "machines (paraphrase, plain words, simple English, negated, keywords) or made by rule "
            "(padding, typos, order, another step, another case)."
        ),
        figures=(
            mean_of("original", [s for s in originals.values() if s is not None], better="higher"),
            *(fig for name in SAME for fig in _shifts(name, rows, originals)),
            *(fig for name in WORTHLESS for fig in _worth(name, rows)),
            _personas(rows),
        ),
        findings=tuple(_worst(rows, originals)),
    )


def _scores(version: str, rows: Sequence[Row]) -> list[tuple[str, float]]:
    """Base and score of every scored row of a version."""
    return [
        (row.payload["base"], row.outcome["score"])
        for row in rows
        if row.payload["version"] == version and row.outcome["score"] is not None
    ]


def _shifts(
    version: str, rows: Sequence[Row], originals: Mapping[str, float | None]
) -> list[Figure]:
    gaps = [s - (originals[base] or s) for base, s in _scores(version, rows) if base in originals]
    return [mean_of(f"{version}: lost", [-gap for gap in gaps], better="lower")]


def _worth(version: str, rows: Sequence[Row]) -> list[Figure]:
    scores = [score for _, score in _scores(version, rows)]
    return [
        mean_of(f"{version}: score", scores, better="lower"),
        mean_of(f"{version}: seen as weak", [float(s <= LOW) for s in scores], better="higher"),
    ]


def _personas(rows: Sequence[Row]) -> Figure:
    by_script: dict[str, list[float]] = {}
    for row in rows:
        if row.payload["version"] == "persona" and row.outcome["score"] is not None:
            by_script.setdefault(row.payload["script"], []).append(row.outcome["score"])
    wide = sum(max(scores) - min(scores) > ALIKE for scores in by_script.values())
    return count_of("scripts whose score depends on the persona", wide, len(by_script), bound=0)


def _worst(rows: Sequence[Row], originals: Mapping[str, float | None]) -> list[Finding]:
    """The versions whose score is farthest from where it should be."""
    far = [(_off(row, originals), row) for row in rows if row.outcome["score"] is not None]
    far.sort(key=lambda one: (-one[0], one[1].key))
    return [
        Finding(
            title=row.key,
            wanted="as the original" if row.payload["version"] in SAME else "low",
            got=f"{row.outcome['score']:.2f}",
            text=row.payload["text"],
        )
        for off, row in far[:WORST]
        if off > 0
    ]


def _off(row: Row, originals: Mapping[str, float | None]) -> float:
    """By how much a score is off; 0 for what is no version."""
    score, version = row.outcome["score"], row.payload["version"]
    if version in WORTHLESS:
        return float(score - 1)
    if version in SAME:
        return float(abs(score - (originals.get(row.payload["base"]) or score)))
    return 0.0


SUITE = Suite("robustness", tasks, run, summarise)
