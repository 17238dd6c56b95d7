"""Plots as SVG: what they draw, what they say, and that they need nothing."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from interviewer.core.case import Dimension
from interviewer.core.settings import STEPS, StepId
from interviewer.reports.plots import dimension_radar, step_bars, timeline
from interviewer.reports.plots.svg import label, picture
from interviewer.reports.plots.timeline import LANES, timeline_lines
from interviewer.results.result import CandidateLine, InterviewerLine
from interviewer.scoring import Band, StepResult, StepStatus

SVG = "{http://www.w3.org/2000/svg}"


def a_step_result(step: StepId, score: float | None, status: str = "scored") -> StepResult:
    band = None if score is None else Band(low=max(1.0, score - 0.5), high=min(5.0, score + 0.5))
    return StepResult(
        step=step,
        score=score,
        unaided=score,
        band=band,
        status=StepStatus(status),
        items=(),
        red_flags=(),
        seconds=60,
    )


STEP_RESULTS = (
    a_step_result(StepId.REQUIREMENTS, 4.57),
    a_step_result(StepId.FRAMING, 1.0, "skipped"),
    a_step_result(StepId.DATA, None, "unassessed"),
    a_step_result(StepId.SUMMARY, None, "not_reached"),
)
SCORES: dict[Dimension, float | None] = {d: 2.0 + at / 3 for at, d in enumerate(Dimension)}


Line = CandidateLine | InterviewerLine


def said(number: int, clock: float | None, step: StepId, kind: str = "") -> Line:
    if number % 2:
        move = {"kind": kind, "step": step.value} if kind else None
        return InterviewerLine(turn=number, step=step, text="?", clock=clock, move=move)
    return CandidateLine(turn=number, step=step, text="!", clock=clock, intents=())


TALK = (
    said(1, 0, StepId.REQUIREMENTS, "open_step"),
    said(2, 60, StepId.REQUIREMENTS),
    said(3, 60, StepId.REQUIREMENTS, "hint"),
    said(4, 240, StepId.REQUIREMENTS),
    said(5, 240, StepId.DATA, "open_step"),
    said(6, 600, StepId.DATA),
    said(7, 600, StepId.DATA, "push_back"),
    said(8, 610, StepId.DATA),
)


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def words(svg: str) -> list[str]:
    return [text.text or "" for text in drawn(svg).iter(f"{SVG}text")]


ALL = {
    "bars": step_bars(STEP_RESULTS),
    "radar": dimension_radar(SCORES),
    "timeline": timeline(TALK),
}


@pytest.mark.parametrize("svg", ALL.values(), ids=ALL.keys())
def test_a_plot_says_what_it_is_and_needs_nothing(svg: str) -> None:
    root = drawn(svg)
    named = {child.get("id") for child in root if child.tag in (f"{SVG}title", f"{SVG}desc")}
    assert root.get("role") == "img"
    assert set((root.get("aria-labelledby") or "").split()) == named and len(named) == 2
    assert all(child.text for child in root if child.get("id") in named)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not tags & {"script", "style", "image", "use", "foreignObject", "a"}
    names = {name for element in root.iter() for name in element.attrib}
    assert not {name for name in names if name.startswith("on")} | names & {"href", "style"}


@pytest.mark.parametrize("svg", ALL.values(), ids=ALL.keys())
def test_text_takes_the_colour_of_the_page_and_stays_inside(svg: str) -> None:
    root = drawn(svg)
    width, height = (float(root.get(side) or 0) for side in ("width", "height"))
    for text in root.iter(f"{SVG}text"):
        assert text.get("fill") == "currentColor"
        assert 0 <= float(text.get("x") or -1) <= width
        assert 0 < float(text.get("y") or -1) <= height


def test_text_is_escaped_wherever_it_stands() -> None:
    text = '<script>"&\u202e'
    svg = picture("x", text, [text], 10, 10, label(text, 1, 1))
    assert [element.text for element in drawn(svg)] == ['<script>"&'] * 3


# Bars


def test_bars_name_bands_and_what_has_no_score() -> None:
    shown = words(ALL["bars"])
    assert {"excellent, 4–5", "skipped, counts as no answer"} <= set(shown)
    assert {"not enough evidence", "not reached"} <= set(shown)
    assert not [text for text in shown if "4.57" in text]


def test_a_better_step_has_a_longer_bar() -> None:
    def length(score: float) -> float:
        bar = next(drawn(step_bars([a_step_result(StepId.DATA, score)])).iter(f"{SVG}rect"))
        return float(bar.get("width") or 0)

    lengths = [length(score) for score in (1.0, 1.5, 3.0, 4.9, 5.0)]
    assert lengths == sorted(set(lengths))


# Radar


def test_the_radar_is_closed_only_when_every_dimension_has_a_score() -> None:
    gap = dimension_radar({**SCORES, Dimension.SERVING: None})
    assert count(ALL["radar"], "circle") == 7 and count(gap, "circle") == 6
    assert (count(ALL["radar"], "polyline"), count(gap, "polyline")) == (0, 5)
    assert count(gap, "polygon") == count(ALL["radar"], "polygon") - 1
    assert "not enough evidence" in words(gap)
    assert "Serving: not enough evidence." in gap


def count(svg: str, tag: str) -> int:
    return len(list(drawn(svg).iter(SVG + tag)))


def test_a_radar_without_any_score_is_drawn_as_gaps() -> None:
    empty = dimension_radar(dict.fromkeys(Dimension))
    assert words(empty).count("not enough evidence") == 7
    assert count(empty, "circle") == 0


# Timeline


def test_the_timeline_has_steps_turns_and_the_lanes_that_are_used() -> None:
    shown = words(ALL["timeline"])
    assert {"steps", "you", "hints", "challenges", "minutes"} <= set(shown)
    assert not {"questions", "changes", "deep dives"} & set(shown)
    assert timeline_lines(TALK) == (
        "Requirements: 0:00 to 4:00.",
        "Data: 4:00 to 10:10.",
        "Hints: at 1:00.",
        "Challenges: at 10:00.",
    )


@pytest.mark.parametrize(
    "talk",
    [
        pytest.param((), id="nothing-said"),
        pytest.param(TALK[:1], id="only-the-opening"),
        pytest.param((said(1, None, REQ := STEPS[0]), said(2, None, REQ)), id="no-times"),
        pytest.param((said(1, 0, REQ), said(2, 0, REQ)), id="no-time-passed"),
    ],
)
def test_without_times_there_is_no_timeline(talk: tuple[Line, ...]) -> None:
    assert timeline(talk) == "" and timeline_lines(talk) == ()


@pytest.mark.parametrize("seconds", [5, 600, 2_700, 5_400, 90_000])
def test_the_axis_has_a_readable_number_of_marks(seconds: float) -> None:
    svg = timeline((said(1, 0, REQ), said(2, seconds, REQ)))
    marks = [text for text in words(svg) if re.fullmatch(r"[\d.]+", text)]
    assert 1 <= len(marks) <= 12


def test_no_move_stands_in_two_lanes() -> None:
    marked = [kind for kinds in LANES.values() for kind in kinds]
    assert len(marked) == len(set(marked))


@pytest.mark.parametrize("lane", LANES)
def test_a_move_is_marked_in_its_lane(lane: str) -> None:
    for kind in LANES[lane]:
        talk = (said(1, 0, REQ), said(2, 60, REQ), said(3, 60, REQ, kind.value))
        assert lane in words(timeline(talk))
        assert timeline_lines(talk)[-1] == f"{lane.capitalize()}: at 1:00."
