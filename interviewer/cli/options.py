"""Options that several commands share.

Choices are spelled out here, not taken from the settings: importing those costs a third of the
time that `--help` may take. A test keeps both equal.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from interviewer.errors import BrainError

Brain = Literal["auto", "embedded", "llm"]
Level = Literal["mid", "senior", "staff"]
Focus = Literal["balanced", "modeling", "infrastructure"]
Persona = Literal["supportive", "neutral", "tough"]
Mode = Literal["practice", "real"]
Minutes = Literal["45", "30", "20"]
Step = Literal["requirements", "framing", "data", "modeling", "serving", "monitoring", "summary"]

BrainOption = Annotated[
    Brain, typer.Option(help="Who judges and speaks; auto takes the best one that is set up.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write here instead of to the terminal.")
]


def usable(brain: Brain) -> Brain:
    """The brain, if this version has it.

    Raises:
        BrainError: it has not.
    """
    if brain == "llm":
        raise BrainError(
            "The llm brain is not available in this version.", "Use --brain embedded or auto."
        )
    return brain
