"""A click on a button of ours, as the browser tells of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields

from interviewer.core.errors import SettingsError
from interviewer.core.settings import StepId

LONGEST = 2_500  # characters; the words of "I did say this" are the longest thing a button carries
NAME_LIMIT = 100  # characters of every other value


@dataclass(frozen=True)
class Click:
    """What stood on the button; a value that is missing or not a short text is empty.

    Attributes:
        act: what the button does.
        case: id of a case.
        variant: id of a variant.
        concept: id of a concept to drill.
        interview: id of an interview.
        step: id of a step.
        item: id of a rubric item.
        quote: words of the candidate.
        offset: how many interviews stand before a page of the list.
    """

    act: str = ""
    case: str = ""
    variant: str = ""
    concept: str = ""
    interview: str = ""
    step: str = ""
    item: str = ""
    quote: str = ""
    offset: str = ""

    @classmethod
    def read(cls, sent: object) -> Click:
        """The values of a click.

        Args:
            sent: whatever the browser sent as the data of the event.
        """
        if not isinstance(sent, Mapping):
            return cls()
        known = {each.name: sent.get(each.name) for each in fields(cls)}
        return cls(
            **{
                name: value
                for name, value in known.items()
                if isinstance(value, str) and len(value) <= _limit(name)
            }
        )

    @property
    def skipped(self) -> int:
        """`offset` as a number; 0 where it is none."""
        return int(self.offset) if re.fullmatch(r"[0-9]{1,9}", self.offset) else 0

    @property
    def step_id(self) -> StepId:
        """The step that is named.

        Raises:
            SettingsError: there is no such step.
        """
        try:
            return StepId(self.step)
        except ValueError as error:
            raise SettingsError(
                f"There is no step {self.step!r}.", "Load the page again."
            ) from error


def _limit(name: str) -> int:
    return LONGEST if name == "quote" else NAME_LIMIT
