"""A small suite that notes what is run, and subjects of which nothing is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.figures import Finding, Report, mean_of
from evals.suites import Options, Row, Suite, Task

KEYS = tuple(f"task{at}" for at in range(6))


class Quiet:
    """A subject of which nothing is asked."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache


class Other(Quiet):
    """Another one."""


class Work:
    """A suite that notes what is run and stumbles where it is told to.

    Args:
        keys: of its tasks.
        text: in every payload and outcome.
    """

    def __init__(self, keys: Sequence[str] = KEYS, text: str = "fine") -> None:
        self.ran: list[str] = []
        self.raises: dict[str, BaseException] = {}
        self._keys = keys
        self._text = text

    @property
    def suite(self) -> Suite:
        """As `find_suite` finds it."""
        return Suite("fake", self._tasks, self._run, self._summarise)

    def again(self) -> list[str]:
        """What was run since the last time it was asked."""
        ran, self.ran = self.ran, []
        return ran

    def _tasks(self, _options: Options) -> list[Task]:
        return [Task(key, {"at": at, "text": self._text}) for at, key in enumerate(self._keys)]

    async def _run(self, _subject: Any, payload: dict[str, Any]) -> dict[str, Any]:
        key = self._keys[payload["at"]]
        self.ran.append(key)
        if error := self.raises.get(key):
            raise error
        return {"value": payload["at"] ** 2, "said": payload["text"]}

    def _summarise(self, rows: Sequence[Row]) -> Report:
        return Report(
            suite="fake",
            asks="Does it go on?",
            rests_on=f"{len(rows)} rows.",
            figures=(mean_of("mean", [float(row.outcome["value"]) for row in rows]),),
            findings=tuple(
                Finding(title=row.key, wanted="", got=row.outcome["said"], text=row.payload["text"])
                for row in rows
            ),
        )
