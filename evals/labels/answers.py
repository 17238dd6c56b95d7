"""The answers that are labelled: rated ones, and those of scripted candidates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from evals.lines import read_lines
from interviewer.core.settings import StepId
from interviewer.core.value import Value
from interviewer.simulation.player import load_script

DATA = Path(__file__).parents[1] / "data"
RATED = DATA / "gold" / "dev.jsonl"
SCRIPTS = Path(__file__).parents[1] / "transcripts"
LABELLED_SCRIPTS = (
    *("vr_average", "vr_rambler", "vr_weak", "vr_wrong"),
    *("sa_junior", "sa_rambler", "sa_strong", "sa_wrong"),
    *("ac_junior", "ac_rambler", "ac_strong", "ac_wrong"),
)


class Answer(Value):
    """What one person said in one step."""

    id: str
    case: str
    step: StepId
    text: str


def read_answers() -> tuple[Answer, ...]:
    """Every answer that is labelled, rated ones first."""
    return (*_rated(), *_scripted())


def _rated() -> Iterator[Answer]:
    for row in read_lines(RATED):
        yield Answer(id=row["id"], case=row["case_id"], step=row["step"], text=row["answer"])


def _scripted() -> Iterator[Answer]:
    for name in LABELLED_SCRIPTS:
        script = load_script(SCRIPTS / f"{name}.yaml")
        for step, messages in script.candidate.items():
            said = [m.text if m.sketch is None else f"{m.text}\n{m.sketch}" for m in messages]
            yield Answer(
                id=f"{name}.{step}", case=script.case_id, step=step, text="\n\n".join(said)
            )
