"""A scripted candidate, who always says the same, run through the real interview."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from interviewer.brains.protocol import Brain
from interviewer.core.paths import Places
from interviewer.core.settings import StepId
from interviewer.llm.configuration import LLMSettings
from interviewer.results.result import Result
from interviewer.results.view import InterviewView
from interviewer.service.interviews import Interviews, open_interviews
from interviewer.simulation.expectations import Exchange, Said, Unmet, exchanges, unmet
from interviewer.simulation.script import Message, Script, load_script
from interviewer.store import open_store
from interviewer.text.sentences import words_of

if TYPE_CHECKING:
    import httpx2

    from interviewer.brains.embedded.brain import EmbeddedBrain

__all__ = [
    "NOTHING_TO_ADD",
    "Played",
    "Script",
    "ScriptedCandidate",
    "load_script",
    "play",
    "replay",
]

NOTHING_TO_ADD = "I have nothing to add here, let's move on."
WORDS_A_SECOND = 2.2  # how fast the scripted candidate talks
THINKING_SECONDS = 12.0
MAX_EXCHANGES = 120


class Played(NamedTuple):
    """A script that was run to the end of its interview."""

    result: Result
    exchanges: tuple[Exchange, ...]
    """Those of the script's own messages, in the order in which they were said."""
    unmet: tuple[Unmet, ...]
    """What the script expected and did not happen."""


@dataclass
class ScriptedCandidate:
    """Says the next message of the step it is asked about."""

    script: Script
    said: dict[StepId, int] = field(default_factory=dict)

    def answer(self, step: StepId) -> tuple[Message, Said | None]:
        """The next message of a step with its place in the script, or that there is nothing."""
        messages = self.script.candidate.get(step, ())
        index = self.said.get(step, 0)
        self.said[step] = index + 1
        if index < len(messages):
            return messages[index], Said(step=step, message=index + 1)
        return Message(text=NOTHING_TO_ADD), None

    @property
    def unused(self) -> int:
        """Messages that were never asked for."""
        return sum(
            max(0, len(messages) - self.said.get(step, 0))
            for step, messages in self.script.candidate.items()
        )


class ScriptedClock:
    """Moves only when the candidate thinks and talks."""

    def __init__(self) -> None:
        self.now = 1_750_000_000.0

    def __call__(self) -> float:
        """Seconds since the epoch."""
        return self.now

    def talk(self, message: Message) -> None:
        """Lets the time pass that it takes to say a message."""
        needed = THINKING_SECONDS + len(words_of(message.text)) / WORDS_A_SECOND
        self.now += message.seconds or needed


async def replay(script: Script, places: Places, *, brain: str = "embedded") -> Result:
    """The result of `play`."""
    return (await play(script, places, brain=brain)).result


async def play(
    script: Script,
    places: Places,
    *,
    brain: str = "embedded",
    with_brain: Brain | None = None,
    embedded: EmbeddedBrain | None = None,
    llm: LLMSettings | None = None,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> Played:
    """Runs a script to the end of its interview and checks what it expects.

    Args:
        script: what the candidate says.
        places: where the interview is stored.
        brain: a brain that can be chosen by name.
        with_brain: one that judges and speaks in its place.
        embedded: the embedded brain in place of the shipped one.
        llm: settings of the language model in place of the environment's.
        transport: makes the requests to it in place of the network.

    Raises:
        UnknownCase: the script's case is not installed.
        SettingsError: its settings name something that is not there.
    """
    clock = ScriptedClock()
    candidate = ScriptedCandidate(script)
    said: dict[int, Said] = {}
    opening = open_interviews(
        places, clock=clock, brain=with_brain, embedded=embedded, llm=llm, transport=transport
    )
    async with opening as interviews:
        view = await interviews.start(script.case_id, script.settings, brain)
        for _ in range(MAX_EXCHANGES):
            if view.ended:
                break
            message, place = candidate.answer(view.step)
            if place is not None:
                said[view.last_turn + 1] = place
            view = await _exchange(interviews, view, message, clock)
        if not view.ended:
            view = await interviews.end(view.interview_id)
        result = await interviews.result(view.interview_id)
        case = interviews.library.case(script.case_id)
    result = result.model_copy(update={"unused_messages": candidate.unused})
    took_place = await _exchanges(places, view.interview_id, said)
    return Played(result, took_place, tuple(unmet(script.expect, took_place, result, case)))


async def _exchange(
    interviews: Interviews, view: InterviewView, message: Message, clock: ScriptedClock
) -> InterviewView:
    clock.talk(message)
    drawn = view.notebook.sketch if message.sketch is None else message.sketch
    return await interviews.submit(
        view.interview_id, message.text, after=view.last_turn, sketch=drawn
    ).finished()


async def _exchanges(
    places: Places, interview_id: str, said: dict[int, Said]
) -> tuple[Exchange, ...]:
    """What was read in each message and answered to it, from the store."""
    async with open_store(places.database) as store:
        stored = await store.load(interview_id)
    return tuple(exchanges(said, stored.turns, stored.assessments))
