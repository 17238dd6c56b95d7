"""One exchange as a page follows it: words at a readable pace, and what to say when it fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, NamedTuple

from interviewer.core.errors import (
    InterviewEnded,
    InterviewerError,
    InterviewNotFound,
    MessageRejected,
    ReplyPending,
    TurnConflict,
)
from interviewer.core.transcript import Intent
from interviewer.results.view import InterviewView

if TYPE_CHECKING:
    from interviewer.service.interviews import Interviews

PERIOD = 0.1  # seconds between two updates of a page; more often only costs every other reader
UNEXPECTED = "Something went wrong here; nothing you wrote is lost. Please try again."
GONE = "This interview is not there; it may have been deleted. Choose one on the start page."
MOVED = (
    "This interview went on in another window; here is where it stands. Your draft is kept: send "
    "it again if it still fits."
)
_REFUSED = (MessageRejected, InterviewEnded, TurnConflict)  # raised before anything is stored

log = logging.getLogger("interviewer")


class Moment(NamedTuple):
    """Where an exchange stands."""

    said: str = ""
    """The reply so far."""
    accepted: bool = False
    """The candidate's message is stored."""
    problem: str = ""
    """One sentence about what went wrong."""
    view: InterviewView | None = None
    """The interview afterwards; only the last moment has it."""


def sentence(error: Exception) -> str:
    """What people read of an error; an unexpected one is logged and stays nameless."""
    if isinstance(error, InterviewNotFound):
        return GONE
    if isinstance(error, TurnConflict) and not isinstance(error, ReplyPending):
        return MOVED
    if isinstance(error, InterviewerError):
        return str(error)
    log.error("A handler of the page failed.", exc_info=error)
    return UNEXPECTED


async def follow(
    interviews: Interviews,
    interview_id: str,
    text: str,
    after: int,
    intent: Intent | None = None,
    sketch: str = "",
) -> AsyncIterator[Moment]:
    """Submits a message and follows the reply; the last moment holds the interview.

    Args:
        interviews: the facade.
        interview_id: which interview.
        text: the candidate's message.
        after: number of the last turn the page showed.
        intent: what a button stands for; None for a typed message.
        sketch: the sketch as it stands beside the chat.

    Raises:
        InterviewNotFound: there is no such interview.
    """
    problem, refused, view = "", False, None
    try:
        reply = interviews.submit(interview_id, text, sketch=sketch, after=after, intent=intent)
        async for said in paced(reply):
            yield Moment(said, accepted=True)
        view = reply.view
    except Exception as error:  # the page must catch up with what is stored, whatever went wrong
        problem, refused = sentence(error), isinstance(error, _REFUSED)
    view = view or await interviews.view(interview_id)
    yield Moment("", not refused and view.last_turn > after, problem, view)


async def paced(sentences: AsyncIterator[str], *, period: float = PERIOD) -> AsyncIterator[str]:
    """Everything said so far, at most once every `period` seconds, and never later than that.

    Args:
        sentences: the sentences of a reply, without the spaces between them.
        period: seconds.
    """
    said: list[str] = []
    news = asyncio.Event()

    async def collect() -> None:
        try:
            async for sentence in sentences:
                said.append(sentence)
                news.set()
        finally:
            news.set()

    collecting = asyncio.create_task(collect())
    shown = 0
    try:
        while not (collecting.done() and shown == len(said)):
            await news.wait()
            news.clear()
            if shown < len(said):
                shown = len(said)
                yield " ".join(said)
                await asyncio.wait({collecting}, timeout=period)
        collecting.result()
    finally:
        collecting.cancel()
        await asyncio.gather(collecting, return_exceptions=True)
