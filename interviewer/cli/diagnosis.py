"""Command `doctor`: whether this installation can do its work, and what to do if not."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

import typer

from interviewer.cli.options import JsonOption
from interviewer.cli.output import print_json, terminal
from interviewer.core.errors import InterviewerError
from interviewer.text.printable import one_line

if TYPE_CHECKING:
    from interviewer.core.paths import Places

OLDEST_PYTHON = (3, 11)
PACKAGES = ("gradio", "langgraph", "langchain", "chromadb", "onnxruntime", "sqlalchemy", "pydantic")
LOW_DISK = 500  # MB
NO_DISK = 50
MODELS_SHOWN = 5
_STYLES = {"ok": "green", "warn": "yellow", "fail": "red"}


class Check(NamedTuple):
    """One thing that was looked at."""

    name: str
    state: str
    """`ok`, `warn` or `fail`."""
    detail: str
    action: str = ""
    """What to do; empty when all is well."""


def register(app: typer.Typer) -> None:
    """Adds the command to the program."""
    app.command("doctor", rich_help_panel="Measuring")(doctor)


def doctor(as_json: JsonOption = False) -> None:
    """Check this installation; exit with 1 when something keeps it from working."""
    from interviewer.core.paths import read_places

    places = read_places()
    checks = [check for look in _LOOKS for check in look(places)]
    if as_json:
        print_json([check._asdict() for check in checks])
    else:
        console = terminal()
        for check in checks:
            console.print(f"{check.state:<5}", style=_STYLES[check.state], end="")
            line = one_line(f"{check.name}: {check.detail} {check.action}".rstrip())
            console.print(line, soft_wrap=True)
    if any(check.state == "fail" for check in checks):
        raise typer.Exit(1)


def _python(places: Places) -> Iterator[Check]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < OLDEST_PYTHON:
        yield Check("Python", "fail", f"{version} is too old.", "Install Python 3.11 or newer.")
    else:
        yield Check("Python", "ok", version)


def _packages(places: Places) -> Iterator[Check]:
    from importlib.metadata import PackageNotFoundError, version

    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        names = ", ".join(missing)
        yield Check("Packages", "fail", f"missing: {names}.", "Run 'make install' again.")
    else:
        yield Check("Packages", "ok", ", ".join(found))


def _home(places: Places) -> Iterator[Check]:
    import tempfile

    try:
        places.home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=places.home):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        what = f"{places.home} cannot be written ({reason})."
        yield Check("Data folder", "fail", what, "Set INTERVIEWER_HOME to a folder of yours.")
    else:
        yield Check("Data folder", "ok", str(places.home))


def _disk(places: Places) -> Iterator[Check]:
    folder = next(f for f in (places.home, *places.home.parents) if f.exists())
    free = shutil.disk_usage(folder).free // 1_000_000
    action = "" if free >= LOW_DISK else "Free some space or move INTERVIEWER_HOME."
    state = "ok" if free >= LOW_DISK else "warn" if free >= NO_DISK else "fail"
    yield Check("Free disk", state, f"{free:,} MB", action)


def _content(places: Places) -> Iterator[Check]:
    from interviewer.cases.library import load_library

    library = load_library(places.knowledge)
    own = f"own: {places.knowledge}" if places.knowledge else "no folder of your own"
    count = f"{len(library.cases)} case(s), {len(library.frameworks)} framework(s), {own}"
    if library.problems or library.notices:
        what = "some files are left out" if library.problems else "some are in an old form"
        yield Check("Content", "warn", f"{count}; {what}.", "Run 'interviewer check'.")
    else:
        yield Check("Content", "ok" if library.cases else "fail", count)


def _database(places: Places) -> Iterator[Check]:
    import asyncio

    from interviewer.service.interviews import open_interviews

    async def count() -> int:
        async with open_interviews(places) as interviews:
            return await interviews.count()

    yield _attempt("Database", lambda: f"{asyncio.run(count())} interview(s)")


def _model(places: Places) -> Iterator[Check]:
    from interviewer.retrieval.embedding import MODEL_FOLDER, MODEL_ID, MODEL_SHA256, verified

    def look() -> str:
        verified(MODEL_FOLDER / "model.onnx", MODEL_SHA256)
        return f"{MODEL_ID}, sha256 as expected"

    yield _attempt("Model", look)


def _index(places: Places) -> Iterator[Check]:
    from interviewer.retrieval.builder import index_state

    state = index_state(places)
    if state.status == "ready":
        yield Check("Index", "ok", f"{state.passages} passages")
    else:
        yield Check("Index", "warn", state.reason, "Run 'interviewer index'.")


def _brain(places: Places) -> Iterator[Check]:
    import asyncio

    from interviewer.cli.endpoint_checks import NOTHING_SET, Finding, look_at_endpoint
    from interviewer.llm.capabilities import Memory
    from interviewer.llm.configuration import read_llm_settings
    from interviewer.llm.redaction import redacted

    try:
        settings = read_llm_settings()
    except InterviewerError as error:
        yield Check("Language model", "fail", error.what, error.action)
        return
    if settings is None:
        yield Check("Brain", "ok", *NOTHING_SET)
        return

    async def look() -> list[Finding]:
        memory = Memory(places.home)
        return [finding async for finding in look_at_endpoint(settings, memory)]

    # The embedded brain takes over where a model fails, so nothing here keeps us from working.
    for name, ok, detail, action in asyncio.run(look()):
        # An endpoint may name its models after what it was sent.
        told = redacted(detail, settings.key.get_secret_value())
        yield Check(name, "ok" if ok else "warn", told, action)


def _local(places: Places) -> Iterator[Check]:
    import asyncio

    from interviewer.llm.models import PORTS, find_local

    found = asyncio.run(find_local())
    for server in found:
        models = ", ".join(server.models[:MODELS_SHOWN])
        use = f"OPENAI_BASE_URL={server.base_url} INTERVIEWER_MODEL={server.models[0]}"
        more = ", ..." if len(server.models) > MODELS_SHOWN else ""
        where = f"{server.name} at {server.base_url}: {models}{more}."
        yield Check("Local models", "ok", where, f"To use one: export {use}")
    if not found:
        usual = ", ".join(f"{name} {port}" for port, name in PORTS.items())
        yield Check("Local models", "ok", f"no server answers at its usual port ({usual}).")


def _attempt(name: str, look: Callable[[], str]) -> Check:
    """The result of a look that may fail with an error of ours."""
    try:
        return Check(name, "ok", look())
    except InterviewerError as error:
        return Check(name, "fail", error.what, error.action)


_LOOKS: tuple[Callable[[Places], Iterator[Check]], ...] = (
    _python,
    _packages,
    _home,
    _disk,
    _content,
    _database,
    _model,
    _index,
    _brain,
    _local,
)
