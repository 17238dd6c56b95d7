"""Runs suites on every core, and goes on where it was stopped.

Every outcome is appended to a journal as it arrives. A journal is taken up again only where
nothing that could change an outcome has changed: code, content, data and options.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from evals.figures import Report
from evals.subjects import Subject, make_subject
from evals.suites import Options, Row, Suite, Task, find_suite
from interviewer.core.errors import InterviewerError
from interviewer.llm.configuration import read_llm_settings, shown_address

CODE = ("*.py", "*.yaml", "*.json", "*.jsonl", "*.md", "*.txt", "*.onnx")
ROOT = Path(__file__).parents[1]
FOLDERS = ("interviewer", "knowledge", "prompts", "evals")
UNREAD = ("baselines", "recordings", "__pycache__", "bundle")
"""Folders that change no outcome; a recording that answers counts by itself."""

InterviewState = Callable[[str, int, int], None]
"""Told the suite, how many tasks are done, and how many there are."""


class Run(NamedTuple):
    """What to run, and on what.

    Attributes:
        subject: `module:Class` of what is measured.
        out: folder for journals and caches.
        workers: processes.
    """

    subject: str
    out: Path
    options: Options = Options()
    workers: int = os.cpu_count() or 1


def run_suite(name: str, run: Run, progress: InterviewState = lambda *_: None) -> Report:
    """Runs what the journal does not hold yet, and adds everything up.

    Raises:
        InterviewerError: every row failed, or there is nothing to run.
    """
    suite = find_suite(name)
    tasks = suite.tasks(run.options)
    journal = Journal(run.out / "journals" / f"{name}.jsonl", _stamp(run))
    done = {row.key: row for row in journal.read()}
    progress(name, len(done.keys() & {task.key for task in tasks}), len(tasks))
    for row in _outcomes(name, run, [task for task in tasks if task.key not in done]):
        journal.add(row)
        done[row.key] = row
        progress(name, len(done), len(tasks))
    return _report(suite, [done[task.key] for task in tasks])


def _report(suite: Suite, rows: Sequence[Row]) -> Report:
    failed = tuple(f"{row.key}: {row.error}" for row in rows if row.error)
    known = [row for row in rows if not row.error]
    if not known:
        why = failed[0] if failed else "there is no data for it"
        raise InterviewerError(f"The suite {suite.name} measured nothing: {why}.")
    return suite.summarise(known).model_copy(update={"failed": failed})


def _outcomes(name: str, run: Run, tasks: Sequence[Task]) -> Iterator[Row]:
    if run.workers <= 1 or len(tasks) <= 1:
        yield from (run_task(name, run.subject, run.out, task) for task in tasks)
        return
    # Spawned, because a forked process would share the threads of what it was forked from.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(run.workers, mp_context=context) as pool:
        waiting = [pool.submit(run_task, name, run.subject, run.out, task) for task in tasks]
        for finished in as_completed(waiting):
            yield finished.result()


def run_task(name: str, subject: str, out: Path, task: Task) -> Row:
    """Runs one task; what it raises is the row's error and stops nothing else."""
    work = find_suite(name).run
    try:
        outcome = asyncio.run(_outcome(work, _subject(subject, out), task))
    except Exception as error:  # whatever a row raises is that row's outcome
        return Row(task.key, task.payload, {}, f"{type(error).__name__}: {error}")
    return Row(task.key, task.payload, outcome)


async def _outcome(work: Any, subject: Subject, task: Task) -> dict[str, Any]:
    outcome: dict[str, Any] = await work(subject, task.payload)
    return outcome


@cache
def _subject(name: str, out: Path) -> Subject:
    return make_subject(name, out / "cache")


class Journal:
    """Outcomes on disk, a JSON line each, after a first line that says what they depend on.

    Args:
        path: the file; one with another stamp is begun anew.
        stamp: of everything the outcomes depend on.
    """

    def __init__(self, path: Path, stamp: str) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        if not lines or _parsed(lines[0]) != {"stamp": stamp}:
            path.write_text(json.dumps({"stamp": stamp}) + "\n", "utf-8")

    def read(self) -> Iterator[Row]:
        """What was run already; failed rows are left out, so they are tried again."""
        for line in self._path.read_text("utf-8").splitlines()[1:]:
            row = _parsed(line)  # the last line may have been cut off
            if row is not None and row.get("error") is None:
                yield Row(**row)

    def add(self, row: Row) -> None:
        """Keeps an outcome."""
        with self._path.open("r+b") as file:
            file.seek(0, os.SEEK_END)
            if file.tell() and not _ends_line(file):
                file.write(b"\n")
            file.write(json.dumps(row._asdict()).encode() + b"\n")


def _ends_line(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(line)
    except ValueError:
        return None
    return found


def _stamp(run: Run) -> str:
    data = run.options.data
    parts = [_tree_stamp(), run.subject, "" if data is None else _hash_of(data), _model_stamp()]
    parts += ["judge"] if run.options.judge else []
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _model_stamp() -> str:
    """Fingerprint of the language model that is set up, where one is."""
    settings = read_llm_settings()
    if settings is None:
        return ""
    replayed = "" if settings.replay is None else _hash_of(settings.replay)
    return f"{shown_address(settings)} {settings.model} {settings.judge_model} {replayed}"


@cache
def _tree_stamp() -> str:
    """Fingerprint of code, content and data."""
    files = sorted(
        path
        for folder in FOLDERS
        for pattern in CODE
        for path in ((ROOT / folder).rglob(pattern))
        if not set(UNREAD) & set(path.relative_to(ROOT).parts)
    )
    lines = [f"{path.relative_to(ROOT)} {_hash_of(path)}" for path in files]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
