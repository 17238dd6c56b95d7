"""What the page says of brains: which can be chosen, what one said at the end, what it cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from interviewer.brains.choosing import LLM
from interviewer.errors import SettingsError
from interviewer.face.text import plain
from interviewer.llm.configuration import shown_address
from interviewer.report.brains import EMBEDDED as EMBEDDED_BRAIN
from interviewer.report.brains import cost_line, feedback_paragraphs
from interviewer.report.result import Result

if TYPE_CHECKING:
    from interviewer.brains.choosing import Brains

EMBEDDED = "embedded"
AUTO = "auto"
"""What the form holds as long as there is nothing to choose."""
FIRST_MODEL = "the endpoint's first model"


class Offer(NamedTuple):
    """What there is besides the embedded brain."""

    model: str = ""
    """What to call the language model; empty when none can be used."""
    address: str = ""
    """Where answers are sent, as it may be shown; empty when nothing is sent."""
    problem: str = ""
    """One sentence about why what is set up cannot be used."""

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        """Label and value of every brain; none when there is no choice."""
        if not self.model:
            return []
        return [(f"Language model ({self.model})", LLM), ("Embedded (offline)", EMBEDDED)]

    def chosen(self, form: Mapping[str, Any]) -> str:
        """The brain that a form stands for.

        Raises:
            SettingsError: its value is not on offer.
        """
        wanted = form["brain"]
        if not self.model or wanted == AUTO:  # there was no choice when the page was opened
            return EMBEDDED
        if all(wanted != value for _, value in self.pairs):
            raise SettingsError("The setting 'brain' is not usable.", "Choose it again.")
        return str(wanted)

    def named(self, brain: str) -> str:
        """A chosen brain as a part of a sentence."""
        return self.model if brain == LLM else EMBEDDED_BRAIN


def offered(brains: Brains) -> Offer:
    """What is set up."""
    try:
        settings = brains.llm_settings
    except SettingsError as error:
        return Offer(problem=str(error))
    if settings is None:
        return Offer()
    address = "" if settings.replay else shown_address(settings)
    return Offer(model=settings.model or FIRST_MODEL, address=address)


def note(offer: Offer, brain: str) -> str:
    """A quiet line on the start page: where answers go, or how to plug a model in."""
    if brain == LLM and offer.address:
        return f'<p class="quietly">What you write is sent to {plain(offer.address)}.</p>'
    if offer.model or offer.problem:
        return ""
    return (
        '<p class="quietly">Interviews run with the embedded brain. README, '
        "\u201cPlug in an LLM\u201d, says how to change that.</p>"
    )


def in_short(result: Result) -> str:
    """What the interviewer says of it at the end; nothing when it said nothing."""
    said = "".join(f"<p>{plain(part)}</p>" for part in feedback_paragraphs(result.feedback))
    return f'<section class="in-short"><h2>In short</h2>{said}</section>' if said else ""


def cost(result: Result) -> str:
    """What it cost, at the bottom of the page; nothing when it cost nothing."""
    line = cost_line(result)
    return f'<p class="cost">{plain(line)}</p>' if line else ""
