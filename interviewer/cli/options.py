"""Options that several commands share, and which interview a typed id means.

Choices are spelled out here, not taken from where they are known: importing that costs a third of
the time that `--help` may take. A test keeps both equal.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from interviewer.core.errors import InterviewNotFound

Brain = Literal["auto", "embedded", "llm"]
Level = Literal["mid", "senior", "staff"]
Focus = Literal["balanced", "modeling", "infrastructure"]
Persona = Literal["supportive", "neutral", "tough"]
Mode = Literal["practice", "real"]
Minutes = Literal["45", "30", "20"]
ReportFormat = Literal["pdf", "html", "md", "json"]
Kind = Literal["ranking", "classification", "generative"]
CaseLevel = Literal["draft", "playable", "polished"]
Step = Literal["requirements", "framing", "data", "modeling", "serving", "monitoring", "summary"]

BrainOption = Annotated[
    Brain, typer.Option(help="Who judges and speaks; auto takes the best one that is set up.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
ReplayOption = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="A recording that answers for the model."),
]
FolderOption = Annotated[
    Path | None,
    typer.Option("--in", file_okay=False, help="Folder of your cases; see INTERVIEWER_KNOWLEDGE."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write here instead of to the terminal.")
]

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
