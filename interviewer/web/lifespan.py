"""The interviews of a running server: opened in the background, waited for, closed at the end."""

from __future__ import annotations

import asyncio
import importlib
import logging
from contextlib import suppress
from typing import TYPE_CHECKING

from interviewer.core.errors import InterviewerError
from interviewer.core.paths import Places

if TYPE_CHECKING:
    from interviewer.service.interviews import Interviews

DAY = 86_400.0  # seconds

log = logging.getLogger("interviewer")


class Opening:
    """The interviews, opened in the background; whoever needs them waits here."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._opened: asyncio.Future[Interviews] = asyncio.get_running_loop().create_future()

    async def __call__(self) -> Interviews:
        """The open interviews.

        Raises:
            InterviewerError: they could not be opened.
        """
        return await asyncio.shield(self._opened)

    async def hold(self, closing: asyncio.Event) -> None:
        """Opens the interviews, loads what is heavy, and closes them when `closing` is set."""
        try:
            # The import takes a second or two; in a thread, the first page does not wait for it.
            facade = await asyncio.to_thread(
                importlib.import_module, "interviewer.service.interviews"
            )
            async with facade.open_interviews(self.places) as interviews:
                await asyncio.to_thread(getattr, interviews, "library")
                self._opened.set_result(interviews)
                warming = asyncio.create_task(self._warm(interviews))
                await self._expire(interviews, closing)
                warming.cancel()
                await asyncio.gather(warming, return_exceptions=True)
        except Exception as error:  # whoever waits for the interviews is told why there are none
            log.error("The interviews could not be opened: %s", error)
            if not self._opened.done():
                self._opened.set_exception(error)
                self._opened.exception()  # nobody may be waiting yet

    async def _warm(self, interviews: Interviews) -> None:
        try:
            await interviews.warm()
            index = await asyncio.to_thread(
                importlib.import_module, "interviewer.retrieval.builder"
            )
            await index.ensure_index(self.places)
        except InterviewerError as error:  # the page works without them, and says so when it cannot
            log.warning("%s", error)
        except Exception:  # nobody awaits this task's outcome, so it is told here
            log.exception("Models and index could not be made ready ahead of time.")

    async def _expire(self, interviews: Interviews, closing: asyncio.Event) -> None:
        """Deletes what is older than it may be, at the start and then every day, until closing.

        A deletion is never cut off in the middle: its connection would be lost unclosed.
        """
        while not closing.is_set() and (days := self.places.keep_days) is not None:
            try:
                if gone := await interviews.delete_older_than(days):
                    log.warning("%d interview(s) older than %g days were deleted.", gone, days)
            except InterviewerError as error:
                log.warning("Old interviews could not be deleted: %s", error)
            with suppress(TimeoutError):
                await asyncio.wait_for(closing.wait(), DAY)
        await closing.wait()
