"""Which interview a typed id means: the whole id, or a beginning that only one interview has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from interviewer.core.errors import InterviewNotFound

if TYPE_CHECKING:
    from interviewer.service.interviews import Interviews

SHORTEST = 4  # characters of a beginning


async def identify(interviews: Interviews, typed: str) -> str:
    """The id of the interview that is meant; what means none is given back as it was typed.

    Args:
        interviews: the facade.
        typed: an id or the beginning of one.

    Raises:
        InterviewNotFound: several interviews begin so.
    """
    if len(typed) < SHORTEST or await interviews.exists(typed):
        return typed
    known = [summary.interview_id for summary in await interviews.summaries()]
    meant = [one for one in known if one.startswith(typed.lower())]
    if len(meant) > 1:
        raise InterviewNotFound(
            f"{len(meant)} interviews begin with {typed!r}.", "Give more of the id; see `list`."
        )
    return meant[0] if meant else typed
