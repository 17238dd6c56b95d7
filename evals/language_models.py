"""Language models as subjects: the configured endpoint, a recording, and scripted stand-ins.

Figures of scripted models say what the LLM brain does with a model's replies, never how good a
language model is; those come from an endpoint or a recording alone (`--brain llm`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import httpx2

from evals.recordings import Replayed
from evals.subjects import Embedded, library
from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.llm.brain import LLMBrain, Shared
from interviewer.brains.protocol import Brain
from interviewer.core.case import Case
from interviewer.core.errors import SettingsError
from interviewer.llm.configuration import LLMSettings, read_llm_settings
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.usage import Meter
from interviewer.simulation.endpoints.obedient import Obedient
from interviewer.simulation.endpoints.sensible import Sensible
from interviewer.simulation.endpoints.wire import MODEL, Answers, Asked, ScriptedModel
from interviewer.simulation.homes import temporary_places
from interviewer.simulation.player import Played, Script, load_script, play

LANGUAGE_MODEL = "evals.language_models:LanguageModel"
SENSIBLE = "evals.language_models:SensibleModel"
OBEDIENT = "evals.language_models:ObedientModel"
SCRIPTS = Path(__file__).parent / "transcripts"
_UNRECORDED = {"replay": None, "record": None}


def set_up() -> LLMSettings:
    """The endpoint, or the recording, that the environment names.

    Raises:
        SettingsError: it names none.
    """
    settings = read_llm_settings()
    if settings is None:
        raise SettingsError(
            "No language model is set up.",
            "Set OPENAI_API_KEY or OPENAI_BASE_URL, or give a recording with --replay.",
        )
    return settings


class LanguageModel(Embedded):
    """The LLM brain with the endpoint, or the recording, that the environment names."""

    @property
    def name(self) -> str:
        """Name and version of the brain."""
        return self.brain_for(next(iter(library().cases.values()))).name

    def brain_for(self, case: Case) -> Brain:
        """A brain that judges this case; every answer is on an account of its own."""
        endpoint = Endpoint(self.settings(), transport=self.transport(case))
        return LLMBrain(Shared(endpoint, self._embedded), Meter())

    async def play(self, script: Script) -> Played:
        """A scripted interview in a home of its own.

        Raises:
            InterviewerError: a recording was to answer and does not hold the interview.
        """
        case, settings = library().cases[script.case_id], self.settings()
        replayed = None if settings.replay is None else Replayed(settings.replay)
        with temporary_places() as places:
            played = await play(
                script,
                places,
                brain="llm",
                embedded=self._embedded,
                llm=settings.model_copy(update=_UNRECORDED) if replayed else settings,
                transport=replayed or self.transport(case),
            )
        if replayed is not None:
            replayed.check()
        return played

    def settings(self) -> LLMSettings:
        """Which endpoint and models; see `set_up`."""
        return set_up()

    def transport(self, case: Case) -> httpx2.AsyncBaseTransport | None:
        """What makes the requests in place of the network."""
        return None

    @property
    def _embedded(self) -> EmbeddedBrain:
        brain = self._brain
        assert isinstance(brain, EmbeddedBrain)
        return brain


class SensibleModel(LanguageModel):
    """The LLM brain over a model that judges as the embedded judge does."""

    asked: list[Asked]
    """The requests of the last interview."""

    def settings(self) -> LLMSettings:
        """An address that nothing connects to."""
        return LLMSettings(base_url="http://127.0.0.1:9/v1", model=MODEL)

    def transport(self, case: Case) -> ScriptedModel:
        """The model, in this process."""
        model = ScriptedModel(self.answers(case))
        self.asked = model.asked
        return model

    def answers(self, case: Case) -> Answers:
        """What the model replies."""
        return Sensible(self._embedded, case)


class ObedientModel(SensibleModel):
    """The LLM brain over a model that obeys every attack it gets to see."""

    def answers(self, case: Case) -> Answers:
        """What the model replies."""
        return Obedient(Sensible(self._embedded, case), honest_texts())


@cache
def honest_texts() -> tuple[str, ...]:
    """Everything that the scripted candidates say, and what the runner says for them."""
    from interviewer.simulation.player import NOTHING_TO_ADD

    said = [
        message.text
        for path in sorted(SCRIPTS.glob("*.yaml"))
        for messages in load_script(path).candidate.values()
        for message in messages
    ]
    return (*said, NOTHING_TO_ADD)
