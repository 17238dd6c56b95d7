"""What a suite is: tasks that run on their own, and what their rows add up to."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from evals.figures import Report
from evals.subjects import Subject

NAMES = (
    *("scoring", "writers", "items", "robustness", "claims", "flow"),
    *("conversation", "manipulation", "retrieval", "cost"),
)


class Options(NamedTuple):
    """What changes what a suite measures."""

    data: Path | None = None
    """Rated answers in place of the shipped ones; only for `scoring`."""
    scripts: tuple[str, ...] = ()
    """Scripts in place of all; only for `conversation`."""
    judge: bool = False
    """Whether a judge model reads what rules cannot tell; only for `conversation`."""
    answered_by: str = ""
    """Who answers in a recording; empty where none is replayed."""
    record: Path | None = None
    """Where conversations are recorded, each only if it comes to its end."""


class Task(NamedTuple):
    """One piece of work; its outcome depends on nothing but it and the subject."""

    key: str
    """Names it within its suite."""
    payload: dict[str, Any]
    """As JSON."""


class Row(NamedTuple):
    """A task that was run."""

    key: str
    payload: dict[str, Any]
    outcome: dict[str, Any]
    """As JSON; empty when it failed."""
    error: str | None = None


class Suite(NamedTuple):
    """One question and how it is answered."""

    name: str
    tasks: Callable[[Options], Sequence[Task]]
    run: Callable[[Subject, dict[str, Any]], Awaitable[dict[str, Any]]]
    """What becomes of one payload, as JSON."""
    summarise: Callable[[Sequence[Row]], Report]
    """What the rows that could be run add up to."""


def suite_names() -> tuple[str, ...]:
    """Every suite, in the order in which they run."""
    return NAMES


def find_suite(name: str) -> Suite:
    """The suite of a name; its module is imported only now."""
    suite: Suite = importlib.import_module(f"evals.suites.{name}").SUITE
    return suite
