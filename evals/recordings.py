"""Recordings of language models kept for replay, each labelled with who answered.

A recording is a folder of `recordings/`: the calls (`calls.jsonl`, see `interviewer.llm.recording`)
and a `README.md` whose front matter is its label. It answers only the requests that were made of
it, so it is good for as long as the prompts and what goes before them stay as they were.
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx2
import yaml
from pydantic import Field, ValidationError

from interviewer.core.errors import EndpointError, InterviewerError
from interviewer.core.paths import shipped
from interviewer.core.value import Value
from interviewer.llm.failures import Failure
from interviewer.llm.prompts import load_prompt
from interviewer.llm.recording import ReplayTransport

FOLDER = Path(__file__).with_name("recordings")
CALLS, LABEL = "calls.jsonl", "README.md"
KEPT = ".kept"  # beside the calls while they are recorded: how much of them is whole
MARK = "---\n"


class Label(Value):
    """What a recording says of itself."""

    answered_by: str = Field(min_length=1)
    """Who wrote the replies, and what they saw."""
    date: datetime.date
    scripts: tuple[str, ...] = Field(min_length=1)
    """Whose interviews it holds."""
    judged: bool = False
    """Whether the judge of the conversation was recorded as well."""
    prompts: Mapping[str, int] = Field(default_factory=dict)
    """Versions of the prompts that were answered."""


class Recording(Value):
    """A recording with its label."""

    name: str
    calls: Path
    label: Label


def find_recording(name: str, folder: Path = FOLDER) -> Recording:
    """The recording of that name.

    Raises:
        InterviewerError: there is none, or it does not say who answered.
    """
    known = sorted(path.parent.name for path in folder.glob(f"*/{CALLS}"))
    if name not in known:
        there = f"There are {', '.join(known)}." if known else "There is none yet; make one."
        raise InterviewerError(f"There is no recording {name!r}.", there)
    label = folder / name / LABEL
    try:
        parts = label.read_text("utf-8").split(MARK, 2)
        read = Label.model_validate(yaml.safe_load(parts[1]))
    except (OSError, IndexError, yaml.YAMLError, ValidationError) as error:
        raise InterviewerError(
            f"{label} does not say who answered ({error}).",
            "Begin it with answered_by, date, scripts and prompts between two lines of '---'.",
        ) from error
    return Recording(name=name, calls=folder / name / CALLS, label=read)


def write_label(
    name: str,
    answered_by: str,
    scripts: Sequence[str],
    *,
    judged: bool,
    today: datetime.date,
    folder: Path = FOLDER,
) -> Path:
    """Writes what a recording says of itself; one that is there already stays.

    Args:
        name: of the recording.
        answered_by: who wrote the replies.
        scripts: whose interviews it holds.
        judged: whether the judge of the conversation was recorded as well.
        today: the date.
        folder: where recordings are.
    """
    path = folder / name / LABEL
    (folder / name / CALLS).with_suffix(KEPT).unlink(missing_ok=True)
    if path.exists():
        return path
    label = Label(
        answered_by=answered_by,
        date=today,
        scripts=tuple(scripts),
        judged=judged,
        prompts=prompt_versions(),
    )
    front = yaml.safe_dump(label.model_dump(mode="json"), sort_keys=False, allow_unicode=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{MARK}{front}{MARK}\n# {name}\n\n{answered_by}.\n", "utf-8")
    return path


@contextmanager
def only_whole(calls: Path) -> Iterator[None]:
    """Keeps what is recorded inside only if it comes to its end.

    Half an interview would answer the first requests of the whole one that is made after it.

    Args:
        calls: the recording; what it held before stays.
    """
    kept, finished = calls.with_suffix(KEPT), calls.with_name(LABEL).exists()
    if kept.exists():
        size = int(kept.read_text("utf-8"))
    else:
        size = calls.stat().st_size if finished and calls.exists() else 0
    if calls.exists():
        os.truncate(calls, size)
    yield
    kept.write_text(str(calls.stat().st_size), "utf-8")


def prompt_versions() -> dict[str, int]:
    """The versions of all prompts as they are."""
    names = sorted(path.stem for path in shipped("prompts").glob("*.md") if path.name != LABEL)
    return {name: load_prompt(name).about.version for name in names}


def changed_prompts(label: Label) -> list[str]:
    """The prompts of a recording that have another version now, like `reply 1 -> 2`."""
    now = prompt_versions()
    return [
        f"{name} {version} -> {now.get(name, 'gone')}"
        for name, version in label.prompts.items()
        if now.get(name) != version
    ]


class Replayed(httpx2.AsyncBaseTransport):
    """Answers from a recording, and counts the requests that are not in it.

    An interview goes on without its model, on the embedded brain; a measurement must not.

    Args:
        calls: the recording.
    """

    def __init__(self, calls: Path) -> None:
        self._calls = ReplayTransport(calls)
        self._label = calls.with_name(LABEL)
        self._requests = self._missing = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The recorded reply."""
        self._requests += 1
        try:
            return await self._calls.handle_async_request(request)
        except EndpointError as error:
            self._missing += error.failure == Failure.NOT_RECORDED
            raise

    def check(self) -> None:
        """Says so where requests were made that nobody had answered.

        Raises:
            InterviewerError: the recording belongs to other prompts, or to another interview.
        """
        if not self._missing:
            return
        name = self._label.parent.name
        changed: list[str] = []
        if self._label.exists():
            changed = changed_prompts(find_recording(name, self._label.parents[1]).label)
        why = f" Prompts changed since: {', '.join(changed)}." if changed else ""
        raise InterviewerError(
            f"{self._missing} of {self._requests} requests are not in the recording {name}.{why}",
            "Record it again, as evals/README.md says.",
        )
