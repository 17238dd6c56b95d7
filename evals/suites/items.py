"""Suite `items`: verdicts on single rubric items, compared with those of labellers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from evals.agreement import label_kappa
from evals.figures import Figure, Finding, Report, mean_of, measured
from evals.labels import FOLDER, read_answers, read_labels
from evals.subjects import Subject, grade, library
from evals.suites.suite import Options, Row, Suite, Task
from interviewer.core.settings import StepId

ASKS = "Does the judge hear what labellers hear, item by item?"
ORDER = ("absent", "partial", "met")
WORST = 15
EARNED = ("partial", "met")


class Pair(NamedTuple):
    """One item of one answer: what labellers say and what the judge says."""

    answer: str
    item: str
    first: str
    second: str
    judged: str
    """May be `unassessed`."""
    case: str
    text: str
    quote: str


def tasks(_options: Options) -> list[Task]:
    """A task an answer that has labels."""
    labelled = {label.answer for label in read_labels(FOLDER)}
    return [
        Task(answer.id, answer.model_dump(mode="json"))
        for answer in read_answers()
        if answer.id in labelled
    ]


async def run(subject: Subject, answer: dict[str, Any]) -> dict[str, Any]:
    """The judge's verdict on every item of the answer's step."""
    case, step = library().cases[answer["case"]], StepId(answer["step"])
    scored = await grade(subject, case, step, answer["text"])
    return {a.item: [a.verdict.value, a.quote or ""] for a in scored.items}


def summarise(rows: Sequence[Row]) -> Report:
    """Agreement of the judge with each labeller beside that of the labellers."""
    pairs = _pairs(rows)
    agreed = [pair for pair in pairs if pair.first == pair.second]
    judged = [pair for pair in agreed if pair.judged in ORDER]
    return Report(
        suite="items",
        asks=ASKS,
        rests_on=(
            f"{len(pairs)} items in {len(rows)} answers, each labelled by two machine labellers "
            f"who did not see each other's labels; {len(agreed)} on which they agree are compared "
            "with the judge. No person labelled them."
        ),
        figures=(
            _kappa("kappa of the labellers", pairs, "second", better=False),
            _kappa("kappa of the judge", judged, "judged"),
            _found("earned and heard", judged, EARNED, "first", "judged"),
            _found("met and judged met", judged, ("met",), "first", "judged"),
            _found("heard and earned", judged, EARNED, "judged", "first"),
            _found("judged met and met", judged, ("met",), "judged", "first"),
            mean_of("assessed", [float(p.judged in ORDER) for p in agreed]),
            *_by_case(judged),
        ),
        findings=tuple(_worst(judged)),
    )


def _pairs(rows: Sequence[Row]) -> list[Pair]:
    known: dict[tuple[str, str], list[str]] = {}
    for label in sorted(read_labels(FOLDER), key=lambda label: label.labeller):
        known.setdefault((label.answer, label.item), []).append(label.verdict)
    return [
        Pair(
            answer=row.key,
            item=item,
            first=known[row.key, item][0],
            second=known[row.key, item][1],
            judged=verdict,
            case=row.payload["case"],
            text=row.payload["text"],
            quote=quote,
        )
        for row in rows
        for item, (verdict, quote) in row.outcome.items()
        if len(known.get((row.key, item), ())) == 2
    ]


def _kappa(name: str, pairs: Sequence[Pair], other: str, *, better: bool = True) -> Figure:
    """Linearly weighted, answers drawn whole."""
    first = [pair.first for pair in pairs]
    second = [str(getattr(pair, other)) for pair in pairs]
    return measured(
        name,
        lambda at: label_kappa([first[i] for i in at], [second[i] for i in at], ORDER),
        [pair.answer for pair in pairs],
        better="higher" if better else None,
    )


def _found(
    name: str, pairs: Sequence[Pair], verdicts: Sequence[str], one: str, other: str
) -> Figure:
    """Of the items that one side gives these verdicts, the share that the other does, too."""
    own = [pair for pair in pairs if getattr(pair, one) in verdicts]
    right = [float(getattr(pair, other) in verdicts) for pair in own]
    return mean_of(name, right, better="higher", groups=[pair.answer for pair in own])


def _by_case(pairs: Sequence[Pair]) -> list[Figure]:
    cases = sorted({pair.case for pair in pairs})
    return [
        _kappa(f"{case}: kappa of the judge", [p for p in pairs if p.case == case], "judged")
        for case in cases
    ]


def _worst(pairs: Sequence[Pair]) -> list[Finding]:
    """Items met for the labellers and absent for the judge, or the other way round."""
    far = [pair for pair in pairs if {pair.first, pair.judged} == {"absent", "met"}]
    wrongly = [pair for pair in far if pair.judged == "met"]
    missed = [pair for pair in far if pair.judged == "absent"]
    return [
        Finding(
            title=f"{pair.item} in {pair.answer}",
            wanted=pair.first,
            got=pair.judged,
            text=pair.text,
            evidence=(f'"{pair.quote}"',) if pair.quote else (),
        )
        for pair in (*wrongly[:WORST], *missed[:WORST])
    ]


SUITE = Suite("items", tasks, run, summarise)
