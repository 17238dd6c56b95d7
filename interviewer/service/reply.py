"""An interviewer's reply while it is spoken."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable

from interviewer.results.view import InterviewView


class Reply:
    """The interviewer's sentences as they are spoken; then the interview as it stands.

    Nothing happens before the first sentence is asked for.

    Args:
        speak: makes the sentences, and leaves the view here at the end.

    Attributes:
        view: the interview after the last sentence; None before, or when it failed.
    """

    def __init__(self, speak: Callable[[Reply], AsyncGenerator[str, None]]) -> None:
        self.view: InterviewView | None = None
        self._sentences = speak(self)

    def __aiter__(self) -> AsyncGenerator[str, None]:
        return self._sentences

    async def __anext__(self) -> str:
        return await anext(self._sentences)

    async def aclose(self) -> None:
        """Stops the exchange; the message stays unanswered unless its reply was stored."""
        await self._sentences.aclose()

    async def finished(self) -> InterviewView:
        """Lets everything be said; the interview afterwards."""
        async for _ in self._sentences:
            pass
        assert self.view is not None, "the last sentence was spoken"
        return self.view
