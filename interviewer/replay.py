"""Scripted transcripts: a candidate who always says the same, run through the real interview."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from interviewer.errors import ContentError
from interviewer.interview import Interviews, open_interviews
from interviewer.report.result import Result
from interviewer.settings import InterviewSettings, Places, StepId
from interviewer.views import InterviewView
from interviewer.words import words_of

NOTHING_TO_ADD = "I have nothing to add here, let's move on."
WORDS_A_SECOND = 2.2  # how fast the scripted candidate talks
THINKING_SECONDS = 12.0
MAX_EXCHANGES = 120


class Script(BaseModel):
    """A scripted transcript (`evals/transcripts/*.yaml`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    case_id: str
    settings: InterviewSettings = InterviewSettings()
    candidate: Mapping[StepId, tuple[str, ...]]
    quality: float | None = None
    step_quality: Mapping[StepId, float] = Field(default_factory=dict)
    behaviour: str | None = None
    expect: tuple[dict[str, Any], ...] | dict[str, Any] = ()


def load_script(path: Path) -> Script:
    """Reads a scripted transcript; unknown keys are ignored with a warning.

    Raises:
        ContentError: the file is not a scripted transcript.
    """
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        what = "cannot be read as YAML."
        raise ContentError(what, file=path, action=_first_line(error)) from error
    if not isinstance(data, dict):
        raise ContentError("is not a scripted transcript.", file=path)
    _warn_unknown(path, data)
    try:
        return Script.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ContentError(first["msg"], file=path, field=place) from error


def _warn_unknown(path: Path, data: dict[str, Any]) -> None:
    settings = data.get("settings")
    unknown = sorted(set(data) - set(Script.model_fields))
    if isinstance(settings, dict):
        known = set(InterviewSettings.model_fields)
        unknown += sorted(f"settings.{key}" for key in set(settings) - known)
        data["settings"] = {key: value for key, value in settings.items() if key in known}
    if unknown:
        warnings.warn(f"{path}: ignored unknown keys {', '.join(unknown)}", stacklevel=3)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else ""


@dataclass
class ScriptedCandidate:
    """Says the next message of the step it is asked about."""

    script: Script
    said: dict[StepId, int] = field(default_factory=dict)

    def answer(self, step: StepId) -> str:
        """The next message of a step, or that there is nothing to add."""
        messages = self.script.candidate.get(step, ())
        index = self.said.get(step, 0)
        self.said[step] = index + 1
        return messages[index] if index < len(messages) else NOTHING_TO_ADD

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

    def talk(self, text: str) -> None:
        """Lets the time pass that it takes to say a text."""
        self.now += THINKING_SECONDS + len(words_of(text)) / WORDS_A_SECOND


async def replay(script: Script, places: Places, *, brain: str = "embedded") -> Result:
    """Runs a script to the end of its interview.

    Raises:
        UnknownCase: the script's case is not installed.
        SettingsError: its settings name something that is not there.
    """
    clock = ScriptedClock()
    candidate = ScriptedCandidate(script)
    async with open_interviews(places, clock=clock) as interviews:
        view = await interviews.start(script.case_id, script.settings, brain)
        for _ in range(MAX_EXCHANGES):
            if view.ended:
                break
            view = await _exchange(interviews, view, candidate.answer(view.step), clock)
        if not view.ended:
            view = await interviews.end(view.interview_id)
        result = await interviews.result(view.interview_id)
    return result.model_copy(update={"unused_messages": candidate.unused})


async def _exchange(
    interviews: Interviews, view: InterviewView, text: str, clock: ScriptedClock
) -> InterviewView:
    clock.talk(text)
    async for _ in interviews.submit(view.interview_id, text, after=view.last_turn):
        pass
    return await interviews.view(view.interview_id)
