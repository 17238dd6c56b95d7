"""The first part of the scorecard page, which is enough: steps, what was wrong, what to do next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from markupsafe import Markup

from interviewer.core.case import Case
from interviewer.core.debrief import Remark
from interviewer.core.design import Hole
from interviewer.reports.front import (
    KEPT,
    LATER,
    MISSING,
    NOTHING_TO_PRACTISE,
    PRACTISE,
    SLIPS,
    TAKEN_BACK,
    WRONG,
    Task,
    marked,
    not_heard,
    remarks_of,
    tasks,
    unasked_sentence,
    wrong_claims,
)
from interviewer.reports.headline import step_figure
from interviewer.reports.sentences import BEYOND, BEYOND_IS, HOLES, HOLES_ARE
from interviewer.results.result import Result
from interviewer.scoring import StepResult, StepStatus
from interviewer.web.evidence import hole_row, idea_row
from interviewer.web.scale import Scale, scale_of
from interviewer.web.templates import part


class Reading(Protocol):
    """What the page needs of a concept note."""

    @property
    def title(self) -> str:
        """Heading of the note."""


NoteOf = Callable[[str], Reading | None]


class Scored(NamedTuple):
    """A step with its score and what the debrief says of it."""

    name: str
    scale: Scale | None
    figure: str
    remarks: Sequence[Remark]
    judged: bool
    """Whether it has points below."""


class Practice(NamedTuple):
    """A task with the note to read."""

    task: Task
    note: Reading | None


def scores(result: Result) -> Markup:
    """The score of each step, with the remarks on it."""
    return part("front.scores", [_scored(step, result) for step in result.steps])


def _scored(step: StepResult, result: Result) -> Scored:
    figure = step_figure(step, result)
    score = None if step.status is StepStatus.SKIPPED else step.score
    return Scored(
        step.step.value,
        scale_of(score, step.band, figure),
        figure,
        remarks_of(result, step.step),
        bool(step.items or step.red_flags),
    )


def wrong(result: Result, case: Case | None) -> Markup:
    """Wrong claims, those that were kept first, and slips; nothing where there are none."""
    claims = wrong_claims(result, case)
    kept = [claim for claim in claims if claim.kept]
    back = [claim for claim in claims if not claim.kept]
    titles = {"all": WRONG, "kept": KEPT, "back": TAKEN_BACK, "slips": SLIPS, "later": LATER}
    return part("front.wrong", titles, kept, back, result.debrief.slips)


def missing(result: Result, case: Case | None) -> Markup:
    """What was not heard; nothing where there is nothing."""
    found = not_heard(result, case)
    return part("front.missing", MISSING, marked(found), unasked_sentence(found, result))


def practise(
    result: Result, case: Case | None, titles: Mapping[str, str], note_of: NoteOf
) -> Markup:
    """What to practise next, each task with its note."""
    found = [
        Practice(task, note_of(task.note) if task.note else None)
        for task in tasks(result, case, titles)
    ]
    return part("front.practise", PRACTISE, found, NOTHING_TO_PRACTISE)


def be_ready(result: Result, note_of: NoteOf) -> Markup:
    """Questions to be ready for; nothing where there are none."""
    rows = [_hole(hole, note_of) for hole in result.holes]
    return part("front.listed", HOLES, HOLES_ARE, rows)


def _hole(hole: Hole, note_of: NoteOf) -> Markup:
    note = note_of(hole.note) if hole.note else None
    return hole_row(hole, "" if note is None else note.title)


def beyond(result: Result) -> Markup:
    """Sound ideas that no item names; nothing where there are none."""
    return part("front.listed", BEYOND, BEYOND_IS, list(map(idea_row, result.beyond)))
