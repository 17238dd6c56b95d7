"""Deleting interviews with every word of them."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

from interviewer.core.errors import SettingsError
from interviewer.service.foundation import Foundation

DAY = 86_400.0  # seconds


class Deleting(Foundation):
    """The part of the facade that forgets.

    A reply or a judgement that is under way meanwhile finds no interview to be stored in, so
    nothing of it comes back. Interviews that answer a step of a deleted one again stay, without the
    comparison. Recordings of calls are files that were asked for by name; they are not touched.
    """

    async def older_than(self, days: float) -> int:
        """How many interviews there are in which nothing was said for some days.

        Raises:
            SettingsError: that is no number of days.
        """
        return await self._store.count_silent(self._since(days))

    async def delete(self, interview_id: str) -> None:
        """Deletes an interview: what was said, judged and linked, and its checkpoints.

        Raises:
            InterviewNotFound: there is no such interview.
        """
        await self._store.delete(interview_id)
        await self._forget([interview_id])

    async def delete_all(self) -> int:
        """Deletes all interviews; how many there were."""
        return await self._delete_many(None)

    async def delete_older_than(self, days: float) -> int:
        """Deletes the interviews in which nothing was said for some days; how many there were.

        Raises:
            SettingsError: that is no number of days.
        """
        return await self._delete_many(self._since(days))

    def _since(self, days: float) -> float:
        if not (math.isfinite(days) and days >= 0):
            raise SettingsError(f"{days} is no number of days.", "Give 0 or more.")
        return self._clock() - days * DAY

    async def _delete_many(self, silent_since: float | None) -> int:
        ids = await self._store.delete_many(silent_since)
        if ids:
            await self._forget(ids)
        return len(ids)

    async def _forget(self, ids: Sequence[str]) -> None:
        """Stops what is under way behind the conversations, and cleans the files."""
        judging = [task for id_ in ids for task in self._under_way.get(id_, ())]
        for task in judging:
            task.cancel()
        await asyncio.gather(*judging, return_exceptions=True)
        await self._graph.forget(ids)
        await self._store.scrub()
