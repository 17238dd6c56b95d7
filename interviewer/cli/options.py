"""Options that several commands share.

Choices are spelled out here, not taken from the settings: importing those costs a third of the
time that `--help` may take. A test keeps both equal.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

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
ReplayOption = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="A recording that answers for the model."),
]
OutOption = Annotated[
    Path | None, typer.Option("--out", "-o", help="Write here instead of to the terminal.")
]
