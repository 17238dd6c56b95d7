"""Scripted transcripts (`evals/transcripts/*.yaml`): what a candidate says, and what is expected.

A message is a text, or `{text, sketch, seconds}`: with the sketch that is sent along, and the
seconds that the candidate takes for it where its length would say something else. For `expect`
see `interviewer.simulation.expectations`, for `conversation` `interviewer.simulation.listening`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from interviewer.cases.positions import read_yaml
from interviewer.core.errors import ContentError
from interviewer.core.settings import InterviewSettings, StepId
from interviewer.simulation.expectations import Expectation, Expectations, Final
from interviewer.simulation.listening import Conversation, misquoted, unknown_keys

QUALITIES: Mapping[str, float] = {"weak": 2.0, "average": 3.0, "solid": 4.0, "strong": 5.0}
"""What a quality in words stands for."""


class Message(BaseModel):
    """One message of a scripted candidate."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    sketch: str | None = None
    """Sent along; None leaves the sketch as it is."""
    seconds: float | None = Field(default=None, gt=0)
    """How long the candidate takes; None for as long as its words need."""


class Script(BaseModel):
    """A scripted transcript."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    case_id: str
    settings: InterviewSettings = InterviewSettings()
    candidate: Mapping[StepId, tuple[Message, ...]]
    quality: float | None = None
    """Of the whole, 1-5; a word of `QUALITIES` in the file may stand for it."""
    step_quality: Mapping[StepId, float] = Field(default_factory=dict)
    behaviour: str | None = None
    expect: Expectations = Expectations()
    conversation: Conversation | None = None
    """What the interviewer must hear; None where nobody wrote it down."""

    @field_validator("quality", mode="before")
    @classmethod
    def _in_figures(cls, value: Any) -> Any:
        return QUALITIES.get(value, value) if isinstance(value, str) else value

    @field_validator("candidate", mode="before")
    @classmethod
    def _texts_are_messages(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {step: _messages(said) for step, said in value.items()}

    @field_validator("expect", mode="before")
    @classmethod
    def _one_form(cls, value: Any) -> Any:
        """A list may hold the `final` entry; a mapping has it beside `exchanges`."""
        if not isinstance(value, list | tuple):
            return value or {}
        finals = [entry["final"] for entry in value if isinstance(entry, dict) and "final" in entry]
        rest = [entry for entry in value if not (isinstance(entry, dict) and "final" in entry)]
        return {"exchanges": rest, **({"final": finals[-1]} if finals else {})}


def _messages(said: Any) -> Any:
    if not isinstance(said, list | tuple):
        return said
    return [{"text": message} if isinstance(message, str) else message for message in said]


def load_script(path: Path) -> Script:
    """Reads a scripted transcript; unknown keys are ignored with a warning.

    Raises:
        ContentError: the file is not a scripted transcript.
    """
    data = read_yaml(path, aliases=True).value
    if not isinstance(data, dict):
        raise ContentError("is not a scripted transcript.", file=path)
    _warn_unknown(path, data)
    try:
        script = Script.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ContentError(first["msg"], file=path, field=place) from error
    _check_quotes(path, script)
    return script


def _check_quotes(path: Path, script: Script) -> None:
    said = {step: [one.text for one in messages] for step, messages in script.candidate.items()}
    for wrong in misquoted(script.conversation or Conversation(), said):
        raise ContentError(
            f"{wrong.step.value} {wrong.message} does not say {wrong.quote!r}.",
            file=path,
            field="conversation",
        )


def _warn_unknown(path: Path, data: dict[str, Any]) -> None:
    settings = data.get("settings")
    unknown = sorted(set(data) - set(Script.model_fields))
    if isinstance(settings, dict):
        known = set(InterviewSettings.model_fields)
        unknown += sorted(f"settings.{key}" for key in set(settings) - known)
        data["settings"] = {key: value for key, value in settings.items() if key in known}
    unknown += sorted(set(_unknown_expected(data.get("expect"))))
    unknown += sorted(set(unknown_keys(data.get("conversation"))))
    if unknown:
        warnings.warn(f"{path}: ignored unknown keys {', '.join(unknown)}", stacklevel=3)


def _unknown_expected(expect: Any) -> Iterable[str]:
    """Keys of `expect` that nothing looks at."""
    if isinstance(expect, dict):
        yield from (f"expect.{key}" for key in expect if key not in Expectations.model_fields)
        expect = [*(expect.get("exchanges") or ()), {"final": expect.get("final")}]
    for entry in expect if isinstance(expect, list) else ():
        if isinstance(entry, dict) and "final" in entry:
            final = entry["final"] if isinstance(entry["final"], dict) else {}
            yield from (f"expect.final.{key}" for key in final if key not in Final.model_fields)
        elif isinstance(entry, dict):
            yield from (f"expect.{key}" for key in entry if key not in Expectation.model_fields)
