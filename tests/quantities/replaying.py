"""Messages said one after the other, with the doubts they raise; no judge, no interview."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from interviewer.cases.library import load_library
from interviewer.core.assessment import StatedNumber
from interviewer.core.case import Case
from interviewer.text.quantities import Doubt, find_doubts, newest, stated_numbers
from interviewer.text.sentences import split_sentences

HERE = Path(__file__).parent


@cache
def the_case(case_id: str) -> Case:
    """A shipped case."""
    return load_library().cases[case_id]


def entries(name: str) -> list[dict[str, Any]]:
    """The entries of a data file of this folder."""
    found: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text("utf-8"))
    return found


def doubts_in(case: Case, messages: Sequence[str], told: Sequence[str] = ()) -> list[Doubt]:
    """All doubts over the messages of one interview."""
    known: list[StatedNumber] = []
    found: list[Doubt] = []
    for message in messages:
        stated = stated_numbers(case, split_sentences(message))
        found += find_doubts(case, known, stated, told=told)
        known = newest(known, stated)
    return found


def doubts_of(entry: dict[str, Any]) -> list[Doubt]:
    """The doubts of an entry of `seeded.yaml` or `fine.yaml`."""
    return doubts_in(the_case(entry["case"]), entry["messages"], entry.get("told", ()))


def is_found(entry: dict[str, Any]) -> bool:
    """Whether the doubt that an entry expects is among them."""
    return any(doubt.id.startswith(entry["doubt"]) for doubt in doubts_of(entry))
