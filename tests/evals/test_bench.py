from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.bench import sizes
from evals.bench.__main__ import main, table
from evals.bench.load import crowd
from evals.bench.measured import Measured, percentile, spread


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        pytest.param([5], 0.95, 5, id="one"),
        pytest.param([3, 1, 2], 0.5, 2, id="median"),
        pytest.param(range(1, 101), 0.95, 95, id="nearest_rank"),
        pytest.param(range(1, 21), 0.95, 19, id="of_twenty"),
        pytest.param([1, 2], 0.0, 1, id="smallest"),
        pytest.param([1, 2], 1.0, 2, id="largest"),
    ],
)
def test_percentiles(values: list[float], share: float, expected: float) -> None:
    assert percentile([*values], share) == expected


def test_a_spread_tells_the_middle_and_the_end() -> None:
    assert spread([4.0, 1.0, 2.0, 3.0]) == {"p50": 2.5, "p95": 4.0, "max": 4.0, "count": 4}


@pytest.mark.parametrize(
    ("value", "bound", "ok"),
    [(1.0, 1.0, True), (1.1, 1.0, False), (9.0, None, True)],
    ids=["on_the_bound", "over_it", "only_told"],
)
def test_a_bound_is_the_largest_good_value(value: float, bound: float | None, ok: bool) -> None:
    figure = Measured("speed", value, bound, "s")
    assert figure.ok is ok
    assert ("MISSED" in table([figure])) is not ok


@pytest.mark.parametrize(("size", "code"), [(1.0, 0), (99.0, 1)], ids=["met", "missed"])
def test_the_exit_code_says_whether_bounds_are_met(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, size: float, code: int
) -> None:
    taken = [Measured("disk", size, 15.0, "KB/turn", {"turns": 3})]
    monkeypatch.setattr(sizes, "measure_database", lambda: taken)
    out = tmp_path / "figures.json"
    assert main(["database", "--out", str(out)]) == code
    written = json.loads(out.read_text())["figures"]
    assert written == [
        {
            "name": "disk",
            "value": size,
            "bound": 15.0,
            "unit": "KB/turn",
            "detail": {"turns": 3},
            "ok": code == 0,
        }
    ]


def test_an_unknown_measurement_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["speed"])
    assert caught.value.code == 2
    assert "'speed'" in capsys.readouterr().err


async def test_a_crowd_talks_once_a_period_and_waits_for_nobody() -> None:
    said: list[str] = []

    async def say(text: str) -> float:
        said.append(text)
        return 5.0

    waited = await crowd([say] * 3, seconds=0.04, period=0.02)
    assert len(waited) == len(said) == 6
    assert min(waited) >= 5.0
