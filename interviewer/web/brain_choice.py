"""Which brains can be chosen, and what the start page says of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from interviewer.brains.factory import LLM
from interviewer.core.errors import SettingsError
from interviewer.llm.configuration import shown_address
from interviewer.llm.models import HOST, LocalServer, local_brain, read_local_brain
from interviewer.reports.brain_names import EMBEDDED as EMBEDDED_BRAIN
from interviewer.web.templates import part

if TYPE_CHECKING:
    from interviewer.brains.factory import Brains

EMBEDDED = "embedded"
AUTO = "auto"
"""What the form holds as long as there is nothing to choose."""
NOTHING_LOCAL = (
    "No local model answers. Start Ollama, LM Studio, llama.cpp, vLLM or Jan on its usual port, "
    "then look again."
)
FIRST_MODEL = "the endpoint's first model"


class Offer(NamedTuple):
    """What there is besides the embedded brain."""

    model: str = ""
    """What to call the language model; empty when none can be used."""
    address: str = ""
    """Where answers are sent, as it may be shown; empty when nothing is sent."""
    problem: str = ""
    """One sentence about why what is set up cannot be used."""
    local: Sequence[LocalServer] = ()
    """Servers found on this machine, where nothing is set up."""
    looks: bool = False
    """Whether it is worth a press to look for such servers again."""

    @property
    def pairs(self) -> list[tuple[str, Any]]:
        """Label and value of every brain; none when there is no choice."""
        if self.local:
            return [("Embedded (offline)", EMBEDDED), *self._local_pairs]
        if not self.model:
            return []
        return [(f"Language model ({self.model})", LLM), ("Embedded (offline)", EMBEDDED)]

    @property
    def _local_pairs(self) -> list[tuple[str, Any]]:
        return [
            (f"{model} on {server.name}, on this machine", local_brain(model, server.port))
            for server in self.local
            for model in server.models
        ]

    @property
    def default(self) -> str:
        """What a form holds before anything was chosen."""
        if self.model:
            return LLM
        return EMBEDDED if self.local else AUTO

    def chosen(self, form: Mapping[str, Any]) -> str:
        """The brain that a form stands for.

        Raises:
            SettingsError: its value is not on offer.
        """
        wanted = form["brain"]
        if wanted in (AUTO, EMBEDDED) or (wanted == LLM and not self.model):
            return EMBEDDED  # there was no choice when the page was opened, or is none any more
        if read_local_brain(str(wanted)) and all(wanted != value for _, value in self.pairs):
            raise SettingsError(
                "The local model does not answer any more.",
                "Start its server again, or choose the embedded brain.",
            )
        if all(wanted != value for _, value in self.pairs):
            raise SettingsError("The setting 'brain' is not usable.", "Choose it again.")
        return str(wanted)

    def named(self, brain: str) -> str:
        """A chosen brain as a part of a sentence."""
        if local := read_local_brain(brain):
            return f"{local[0]} on this machine"
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


async def offered_to(brains: Brains, *, alone: bool, afresh: bool = False) -> Offer:
    """What is set up, and else what was found on this machine.

    Args:
        brains: the brains that there are.
        alone: whoever asks is the person at this machine; to others nothing local is offered.
        afresh: looks again for servers on this machine.
    """
    offer = offered(brains)
    if offer.model or offer.problem or not alone:
        return offer
    return offer._replace(local=await brains.find_local(afresh=afresh), looks=True)


def note(offer: Offer, brain: str) -> str:
    """A quiet line on the start page: where answers go, or how to plug a model in."""
    words = _note(offer, brain)
    return part("start.quietly", words) if words else ""


def _note(offer: Offer, brain: str) -> str:
    if brain == LLM and offer.address:
        return f"What you write is sent to {offer.address}."
    if local := read_local_brain(brain):
        return f"What you write is sent to {HOST}:{local[1]}, on this machine."
    if offer.model or offer.problem:
        return ""
    if offer.local:
        servers = " and ".join(f"{server.name} at {HOST}:{server.port}" for server in offer.local)
        return (
            f"Found on this machine: {servers}. Its models are under "
            "\u201cMore options\u201d, \u201cBrain\u201d."
        )
    return (
        "Interviews run with the embedded brain. README, "
        "\u201cPlug in an LLM\u201d, says how to change that."
    )
