"""What became of figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from evals.__main__ import _accept
from evals.compare import Change, compare, failures, judge, read_report
from evals.figures import Figure, Report


def _fig(value: float | None, better: str | None = "higher", **more: Any) -> Figure:
    return Figure(name="figure", value=value, better=better, **more)


def _wide(value: float, better: str | None = "higher", **more: Any) -> Figure:
    """A figure with an interval of 0.1 to either side."""
    return _fig(value, better, low=value - 0.1, high=value + 0.1, **more)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        pytest.param(_wide(0.8), _wide(0.75), "same", id="lower_within_the_interval"),
        pytest.param(_wide(0.8), _wide(0.85), "same", id="higher_within_the_interval"),
        pytest.param(_wide(0.8), _wide(0.69), "worse", id="fell_out_of_the_interval"),
        pytest.param(_wide(0.8), _wide(0.91), "better", id="rose_out_of_the_interval"),
        pytest.param(_wide(0.8, "lower"), _wide(0.91, "lower"), "worse", id="an_error_rose"),
        pytest.param(_wide(0.8, "lower"), _wide(0.69, "lower"), "better", id="an_error_fell"),
        pytest.param(_wide(0.8, "lower"), _wide(0.85, "lower"), "same", id="an_error_moved_a_bit"),
        pytest.param(_fig(3, "lower"), _fig(4, "lower"), "worse", id="one_more_of_a_count"),
        pytest.param(_fig(3, "lower"), _fig(2, "lower"), "better", id="one_less_of_a_count"),
        pytest.param(_fig(3, "lower"), _fig(3, "lower"), "same", id="the_same_count"),
        pytest.param(_fig(0.9), _fig(0.89), "worse", id="a_share_without_interval_fell"),
        pytest.param(_fig(0.9), _wide(0.89), "worse", id="only_the_earlier_interval_counts"),
        pytest.param(None, _fig(0.9), "new", id="was_not_there"),
        pytest.param(_fig(0.9), None, "gone", id="is_not_there_any_more"),
        pytest.param(_fig(0.9), _fig(None), "worse", id="has_no_value_any_more"),
        pytest.param(_fig(None), _fig(0.9), "better", id="has_a_value_now"),
        pytest.param(_fig(None), _fig(None), "same", id="never_had_a_value"),
        pytest.param(
            _fig(9, "lower", timing=True), _fig(90, "lower", timing=True), "same", id="slower"
        ),
        pytest.param(_wide(0.8, None), _wide(0.1, None), "same", id="describes_something_smaller"),
        pytest.param(_wide(0.8, None), _wide(2.0, None), "same", id="describes_something_larger"),
        pytest.param(_fig(0, "lower"), _fig(1, "lower", bound=0), "out of bounds", id="over"),
        pytest.param(_fig(0, "lower"), _fig(0, "lower", bound=0), "same", id="at_the_upper_bound"),
        pytest.param(_fig(0.9), _fig(0.7, bound=0.8), "out of bounds", id="under"),
        pytest.param(_fig(0.8), _fig(0.8, bound=0.8), "same", id="at_the_lower_bound"),
        pytest.param(None, _fig(2, "lower", bound=0), "out of bounds", id="new_and_over"),
        pytest.param(_fig(3, "lower"), _fig(2, "lower", bound=0), "out of bounds", id="less_over"),
        pytest.param(_fig(None), _fig(None, bound=0.8), "same", id="no_value_breaks_no_bound"),
    ],
)
def test_what_became_of_a_figure(before: Figure | None, after: Figure | None, verdict: str) -> None:
    assert judge(before, after) == verdict


def _change(before: Figure | None, after: Figure | None) -> Change:
    return Change("suite", "figure", before, after, judge(before, after))


@pytest.mark.parametrize(
    ("before", "after", "fails"),
    [
        pytest.param(_fig(2, "lower"), _fig(3, "lower"), True, id="worse"),
        pytest.param(_fig(2, "lower"), _fig(1, "lower"), False, id="better"),
        pytest.param(_fig(2, "lower"), _fig(2, "lower"), False, id="the_same"),
        pytest.param(None, _fig(2, "lower"), False, id="new_within_bounds"),
        pytest.param(_fig(2, "lower"), None, True, id="gone"),
        pytest.param(None, _fig(2, "lower", bound=0), True, id="new_and_out_of_bounds"),
        pytest.param(
            _fig(0, "lower", bound=0), _fig(2, "lower", bound=0), True, id="a_bound_newly_missed"
        ),
        pytest.param(
            _fig(2, "lower", bound=0), _fig(2, "lower", bound=0), False, id="missed_as_before"
        ),
        pytest.param(
            _fig(3, "lower", bound=0), _fig(2, "lower", bound=0), False, id="missed_by_less"
        ),
        pytest.param(
            _fig(2, "lower", bound=0), _fig(3, "lower", bound=0), True, id="missed_by_more"
        ),
        pytest.param(_fig(0.6, bound=0.8), _fig(0.7, bound=0.8), False, id="nearer_from_below"),
        pytest.param(_fig(0.7, bound=0.8), _fig(0.6, bound=0.8), True, id="farther_from_below"),
        pytest.param(_fig(0.7), _fig(0.7, bound=0.8), True, id="a_bound_newly_set"),
        pytest.param(_fig(None, bound=0.8), _fig(0.7, bound=0.8), True, id="had_no_value_before"),
    ],
)
def test_what_must_not_land(before: Figure | None, after: Figure | None, fails: bool) -> None:
    assert bool(failures([_change(before, after)])) is fails


def _report(suite: str, **values: float) -> Report:
    figures = tuple(Figure(name=k, value=v, better="higher") for k, v in values.items())
    return Report(suite=suite, asks="How?", rests_on="Nothing.", figures=figures)


def _verdicts(before: Sequence[Report], after: Sequence[Report]) -> list[tuple[str, str, str]]:
    return [(c.suite, c.name, c.verdict) for c in compare(before, after)]


def test_figures_meet_by_suite_and_name() -> None:
    before = [_report("flow", aim=0.5, hits=1.0), _report("items", aim=0.9)]
    after = [_report("items", aim=0.8), _report("flow", hits=1.0, aim=0.6, late=1.0)]
    assert _verdicts(before, after) == [
        ("items", "aim", "worse"),
        ("flow", "hits", "same"),
        ("flow", "aim", "better"),
        ("flow", "late", "new"),
    ]


def test_a_suite_that_was_not_run_is_not_missed_but_a_figure_is() -> None:
    before = [_report("flow", aim=0.5, hits=1.0), _report("items", aim=0.9)]
    assert _verdicts(before, [_report("flow", aim=0.5)]) == [
        ("flow", "aim", "same"),
        ("flow", "hits", "gone"),
    ]


def test_a_suite_without_a_past_is_new() -> None:
    assert _verdicts([], [_report("flow", aim=0.5)]) == [("flow", "aim", "new")]


def test_reports_are_read_from_a_file_of_one_a_file_of_many_and_a_folder(tmp_path: Path) -> None:
    one, other = _report("flow", aim=0.5), _report("items", aim=0.9)
    folder = tmp_path / "baselines"
    folder.mkdir()
    for report in (other, one):
        text = report.model_dump_json(exclude_none=True)
        (folder / f"{report.suite}.json").write_text(text, "utf-8")
    both = tmp_path / "report.json"
    both.write_text(f"[{one.model_dump_json()}, {other.model_dump_json()}]", "utf-8")
    assert read_report(folder / "flow.json") == (one,)
    assert read_report(folder) == read_report(both) == (one, other)


@pytest.mark.parametrize("text", ["", "{}", '{"suite": "flow"}', "[1]"])
def test_what_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "report.json"
    path.write_text(text, "utf-8")
    with pytest.raises(ValueError):
        read_report(path)


def test_a_baseline_keeps_a_figure_that_had_nothing_to_count(tmp_path: Path) -> None:
    report = Report(suite="empty", asks="", rests_on="", figures=(_fig(None),))
    _accept([report], tmp_path)
    (kept,) = read_report(tmp_path)
    assert kept.figures == report.figures
