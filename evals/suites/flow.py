"""Suite `flow`: scripted interviews, and how the interviewer led them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.agreement import kappa
from evals.figures import Figure, Finding, Report, count_of, mean_of, measured
from evals.subjects import Subject, library
from evals.suites.suite import Options, Row, Suite, Task
from interviewer.cases.leaks import leaks_in, rubric_phrases
from interviewer.core.act import Act, MoveKind
from interviewer.core.assessment import Verdict
from interviewer.results.result import Result
from interviewer.simulation.player import Played, Script, load_script
from interviewer.text.sentences import words_of

FOLDER = Path(__file__).parents[1] / "transcripts"
ASKS = "Does the interviewer listen, ask what is open, keep time and give nothing away?"
PROBES = {MoveKind.PROBE, MoveKind.DEEPEN, MoveKind.HINT, MoveKind.OFFER_HINT}
STRONG = 5  # quality from which a script must not be held up
LATE = 300  # seconds by which the last message may outlast the clock: nothing is cut off
WORDS_BOUND = 0.4  # interviewer's words for one of the candidate's, on strong scripts


def tasks(_options: Options) -> list[Task]:
    """A task a script."""
    return [Task(path.stem, {"script": path.stem}) for path in sorted(FOLDER.glob("*.yaml"))]


async def run(subject: Subject, payload: dict[str, Any]) -> dict[str, Any]:
    """One scripted interview, as far as the figures look at it."""
    script = load_script(FOLDER / f"{payload['script']}.yaml")
    played = await subject.play(script)
    result, expect = played.result, script.expect
    spoken = [line.text for line in result.transcript if line.role == "interviewer"]
    told = {line.turn for line in result.transcript if _tells(line)}
    case = library().cases[script.case_id]
    secret = [line for line in result.transcript if line.role == "interviewer"]
    return {
        "quality": script.quality,
        "overall": result.overall,
        "steps": _steps(script, result),
        "unused": result.unused_messages,
        "expected": sum(map(_checks, expect.exchanges)) + _checks(expect.final),
        "unmet": [str(unmet) for unmet in played.unmet],
        "repeated": _repeated(list(_of_its_own(played))),
        "probes": _probes(played),
        "leaks": [
            phrase
            for line in secret
            if line.turn not in told
            for phrase in leaks_in(line.text, rubric_phrases(case))
        ],
        "seconds": sum(step.seconds for step in result.steps),
        "minutes": script.settings.minutes,
        "drill": script.settings.is_drill,
        "words": [_words(result, "interviewer"), _words(result, "candidate")],
        "challenged": [f.quote for step in result.steps for f in step.red_flags if f.challenged],
        "questions": [text for text in spoken if text.count("?") > 1],
    }


def _tells(line: Any) -> bool:
    """Whether an interviewer's line may say what earns a point."""
    kind = (line.move or {}).get("kind") if line.role == "interviewer" else None
    return kind in {MoveKind.TELL, MoveKind.WRAP_UP}


def _checks(expected: Any) -> int:
    """How many things an expectation expects."""
    given = expected.model_dump(exclude_defaults=True)
    return len(given.keys() - {"after"})


def _steps(script: Script, result: Result) -> list[list[float]]:
    """Score and intended quality of each scored step."""
    wanted = script.step_quality
    return [[s.score, wanted[s.step]] for s in result.steps if s.score and s.step in wanted]


def _of_its_own(played: Played) -> Iterator[str]:
    """What the interviewer said that nobody asked to hear again: a fact or the question may be."""
    for line in played.result.transcript:
        move = line.move if line.role == "interviewer" else None
        if move and not (
            move.get("facts") or {Act.REPEAT, Act.EXAMPLE} & set(move.get("notices", ()))
        ):
            yield line.text


def _repeated(spoken: Sequence[str]) -> list[str]:
    """Sentences that the interviewer said twice."""
    sentences = (part for text in spoken for part in re.split(r"(?<=[.?!])\s+", text))
    counts = Counter(" ".join(words_of(part)) for part in sentences)
    return [said for said, count in counts.items() if count > 1 and len(said.split()) > 3]


def _probes(played: Played) -> list[bool]:
    """For each question about an item, whether the item was still open."""
    met: set[str] = set()
    found: list[bool] = []
    for exchange in played.exchanges:
        met |= {v.item for v in exchange.assessment.verdicts if v.verdict is Verdict.MET}
        met -= set(exchange.assessment.withdrawn)
        if exchange.move and exchange.move.kind in PROBES and exchange.move.item:
            found.append(exchange.move.item not in met)
    return found


def _words(result: Result, role: str) -> int:
    return sum(len(words_of(line.text)) for line in result.transcript if line.role == role)


def summarise(rows: Sequence[Row]) -> Report:
    """Expectations, repetitions, leaks, aim, clock and who does the talking."""
    outcomes = [row.outcome for row in rows]
    strong = [o for o in outcomes if o["quality"] and o["quality"] >= STRONG]
    pairs = np.array([pair for o in outcomes for pair in o["steps"]])
    owners = [row.key for row in rows for _ in row.outcome["steps"]]
    return Report(
        suite="flow",
        asks=ASKS,
        rests_on=(
            f"{len(rows)} scripted interviews written for this by machines; the offline judge's "
            "thresholds were chosen on some of them, so the agreement of steps flatters."
        ),
        figures=(
            _expectations(outcomes),
            count_of("sentences said twice", _total(outcomes, "repeated"), len(rows), bound=0),
            count_of("rubric leaks", _total(outcomes, "leaks"), len(rows), bound=0),
            count_of("two questions at once", _total(outcomes, "questions"), len(rows), bound=0),
            mean_of(
                "questions aimed at what is open",
                [float(open_) for o in outcomes for open_ in o["probes"]],
                better="higher",
            ),
            count_of("interviews over time", sum(map(_late, outcomes)), len(rows), bound=0),
            count_of("strong candidates challenged", _total(strong, "challenged"), len(strong)),
            count_of("unused messages, strong", sum(o["unused"] for o in strong), len(strong)),
            mean_of(
                "interviewer's words for one of a strong candidate",
                [o["words"][0] / max(1, o["words"][1]) for o in strong],
                better="lower",
            ),
            measured(
                "QWK of steps with the authors' intention",
                lambda at: kappa(pairs[at, 0], pairs[at, 1]),
                owners,
                better="higher",
            ),
        ),
        findings=tuple(_findings(rows)),
    )


def _expectations(outcomes: Sequence[dict[str, Any]]) -> Figure:
    expected = sum(o["expected"] for o in outcomes)
    unmet = _total(outcomes, "unmet")
    return Figure(
        name="expectations met",
        value=round((expected - unmet) / expected, 3) if expected else None,
        better="higher",
        of=expected,
    )


def _total(outcomes: Sequence[dict[str, Any]], key: str) -> int:
    return sum(len(outcome[key]) for outcome in outcomes)


def _late(outcome: dict[str, Any]) -> bool:
    return not outcome["drill"] and outcome["seconds"] > 60 * outcome["minutes"] + LATE


def _findings(rows: Sequence[Row]) -> Iterator[Finding]:
    for row in rows:
        for what in ("repeated", "leaks", "questions", "unmet"):
            if row.outcome[what]:
                yield Finding(
                    title=f"{row.key}: {what}",
                    wanted="none",
                    got=str(len(row.outcome[what])),
                    text="",
                    evidence=tuple(row.outcome[what]),
                )


SUITE = Suite("flow", tasks, run, summarise)
