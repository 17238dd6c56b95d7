"""A timeline of the interview: steps, what the candidate said when, and the moves made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from interviewer.core.act import MoveKind
from interviewer.core.settings import STEPS, StepId
from interviewer.reports.plots.svg import ACCENT, element, label, line, picture
from interviewer.results.clock import clock
from interviewer.results.result import CandidateLine, InterviewerLine

TITLE = "Time and moves"
WIDTH, LANE, TOP = 720, 30, 10
LEFT, RIGHT = 112, 704
LETTER = 7.0  # pixels that one letter of a label takes
TICKS = 10  # at most so many spaces between marks of minutes

LANES: Mapping[str, frozenset[MoveKind]] = {
    "questions": frozenset({MoveKind.PROBE, MoveKind.DEEPEN, MoveKind.REDIRECT}),
    "hints": frozenset({MoveKind.HINT, MoveKind.OFFER_HINT, MoveKind.TELL}),
    "challenges": frozenset({MoveKind.CHALLENGE, MoveKind.PUSH_BACK, MoveKind.CHECK_NUMBERS}),
    "changes": frozenset({MoveKind.CHANGE_CONSTRAINT}),
    "deep dives": frozenset({MoveKind.DEEP_DIVE}),
}
"""Moves worth marking, by the lane they stand in."""
COLOURS: Mapping[StepId, str] = dict(
    zip(
        STEPS,
        ("#3b82c4", "#c2752f", "#3f9a63", "#a05ab5", "#b8902a", "#c4536a", "#6b7fd7"),
        strict=True,
    )
)

Line = CandidateLine | InterviewerLine


class Stretch(NamedTuple):
    """Time in a row; seconds of the interview."""

    step: StepId
    start: float
    end: float


def timeline_lines(transcript: Sequence[Line]) -> tuple[str, ...]:
    """The plot in words: stretches of steps, then the moves of each lane."""
    spoken = _stretches(transcript)
    if not spoken:
        return ()
    steps = [
        f"{s.step.value.capitalize()}: {clock(s.start)} to {clock(s.end)}."
        for s in _regions(spoken)
    ]
    moves = [
        f"{name.capitalize()}: at {', '.join(clock(at) for at in found)}."
        for name, found in _marks(transcript).items()
    ]
    return (*steps, *moves)


def timeline(transcript: Sequence[Line]) -> str:
    """The interview over its minutes; empty when the turns have no times.

    Args:
        transcript: lines in order, with `clock` in interview seconds.
    """
    spoken = _stretches(transcript)
    if not spoken:
        return ""
    end = spoken[-1].end
    marks = _marks(transcript)
    bottom = TOP + LANE * (2 + len(marks))
    lanes = [
        _lane("steps", 0),
        *(_region(stretch, end) for stretch in _regions(spoken)),
        _lane("you", 1),
        *(_segment(stretch, end) for stretch in spoken),
        *(
            _lane(name, at) + "".join(_mark(clock, at, end) for clock in found)
            for at, (name, found) in enumerate(marks.items(), 2)
        ),
    ]
    lines = timeline_lines(transcript)
    return picture("timeline", TITLE, lines, WIDTH, bottom + 40, *_axis(end, bottom), *lanes)


def _stretches(transcript: Iterable[Line]) -> list[Stretch]:
    """What the candidate's turns took, in order."""
    found: list[Stretch] = []
    before = 0.0
    for said in transcript:
        if said.clock is None:
            return []
        if said.role == "candidate" and said.clock > before:
            found.append(Stretch(said.step, before, said.clock))
        before = said.clock
    return found


def _regions(spoken: Sequence[Stretch]) -> list[Stretch]:
    """Stretches of the same step in a row, joined."""
    regions: list[Stretch] = []
    for stretch in spoken:
        if regions and regions[-1].step is stretch.step:
            regions[-1] = regions[-1]._replace(end=stretch.end)
        else:
            regions.append(stretch)
    return regions


def _marks(transcript: Iterable[Line]) -> dict[str, list[float]]:
    """Interview seconds of the moves in each lane that has any."""
    made = [
        (said.move["kind"], said.clock or 0.0)
        for said in transcript
        if isinstance(said, InterviewerLine) and said.move is not None
    ]
    lanes = {name: [at for kind, at in made if kind in kinds] for name, kinds in LANES.items()}
    return {name: found for name, found in lanes.items() if found}


def _x(seconds: float, end: float) -> float:
    return LEFT + (RIGHT - LEFT) * seconds / end


def _axis(end: float, bottom: int) -> list[str]:
    every = next(n for n in (0.5, 1, 2, 5, 10, 20, 30, 60, 120, 1e9) if end / 60 / n <= TICKS)
    ticks = [at * every for at in range(int(end / 60 / every) + 1)]
    parts = [label("minutes", LEFT - 12, bottom + 22, anchor="end", size=12)]
    for tick in ticks:
        x = _x(tick * 60, end)
        parts.append(line(x, TOP, x, bottom + 6, opacity=0.15))
        parts.append(label(f"{tick:g}", x, bottom + 22, anchor="middle", size=12))
    return parts


def _lane(name: str, at: int) -> str:
    return label(name, LEFT - 12, _middle(at) + 4, anchor="end")


def _middle(at: int) -> float:
    return TOP + LANE * (at + 0.5)


def _region(stretch: Stretch, end: float) -> str:
    x, width = _x(stretch.start, end), _x(stretch.end, end) - _x(stretch.start, end)
    box = element(
        "rect",
        x=x,
        y=_middle(0) - 12,
        width=max(1.0, width - 1),
        height=24,
        fill=COLOURS[stretch.step],
        fill_opacity=0.4,
    )
    return box + _name(stretch.step.value, x, width)


def _name(step: str, x: float, width: float) -> str:
    """A step's name where it fits, else as much of it as does, from three letters on."""
    room = int((width - 6) / LETTER)
    if room < 3:
        return ""
    return label(step if len(step) <= room else step[:room], x + 4, _middle(0) + 4, size=12)


def _segment(stretch: Stretch, end: float) -> str:
    x = _x(stretch.start, end)
    return element(
        "rect",
        x=x,
        y=_middle(1) - 7,
        width=max(1.5, _x(stretch.end, end) - x - 1.5),
        height=14,
        rx=2,
        fill="currentColor",
        fill_opacity=0.55,
    )


def _mark(clock: float, at: int, end: float) -> str:
    x, y = _x(clock, end), _middle(at)
    corners = f"{x:.1f},{y - 7:.1f} {x + 7:.1f},{y:.1f} {x:.1f},{y + 7:.1f} {x - 7:.1f},{y:.1f}"
    return element("polygon", points=corners, fill=ACCENT)
