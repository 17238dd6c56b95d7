"""What a browser keeps between visits, as three fields that can only hold what we would write."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from interviewer.core.errors import InterviewNotFound
from interviewer.results.view import InterviewView
from interviewer.web import choices

Form = Mapping[str, Any]
"""A value for each of `choices.NAMES`: a short text or a small number, never anything else."""

MOST_TURNS = 100_000  # a turn number above this was never ours
WORD_LIMIT = 100  # characters of a value of the form
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def id_of(value: object) -> str | None:
    """The id of an interview; None for anything that cannot be one."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def text_of(value: object) -> str:
    """A text that somebody typed; anything else counts as nothing typed."""
    return value if isinstance(value, str) else ""


def form_of(values: Iterable[object]) -> dict[str, Any]:
    """The settings form as handlers receive it, in the order of `choices.NAMES`.

    A value that is no short text or small number becomes the default; one that is not on offer is
    refused where the form is used.
    """
    return _known(dict(zip(choices.NAMES, values, strict=False)))


def _known(kept: Mapping[Any, object]) -> dict[str, Any]:
    form = choices.defaults()
    form.update({name: kept[name] for name in form if name in kept and _is_scalar(kept[name])})
    return form


def _is_scalar(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= WORD_LIMIT
    return type(value) is int and abs(value) <= MOST_TURNS


@dataclass(frozen=True)
class Memory:
    """Read with `Memory.read`, which never fails, and handed back with `kept`.

    Attributes:
        interview: id of the interview that is open; None on the start page.
        seen: number of the last turn that the page showed.
        settings: the form as it was left.
    """

    interview: str | None = None
    seen: int = 0
    settings: Form = field(default_factory=choices.defaults)

    @classmethod
    def read(cls, kept: object) -> Memory:
        """What a browser sent; each field that is not as we wrote it starts afresh."""
        if not isinstance(kept, Mapping):
            return cls()
        seen, settings = kept.get("seen"), kept.get("settings")
        known = type(seen) is int and 0 <= seen <= MOST_TURNS
        return cls(
            id_of(kept.get("interview")),
            seen if known and isinstance(seen, int) else 0,
            _known(settings if isinstance(settings, Mapping) else {}),
        )

    @property
    def open(self) -> str:
        """The id of the interview that is open.

        Raises:
            InterviewNotFound: none is.
        """
        if self.interview is None:
            raise InterviewNotFound(
                "No interview is open in this window.", "Choose one on the start page."
            )
        return self.interview

    def on(self, view: InterviewView) -> Memory:
        """The memory of a page that shows an interview as it stands."""
        return replace(self, interview=view.interview_id, seen=view.last_turn)

    def kept(self) -> dict[str, Any]:
        """What the browser is to keep."""
        return {
            "interview": self.interview,
            "seen": self.seen,
            "settings": dict(self.settings),
        }
