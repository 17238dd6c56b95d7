"""The command line: help, output, exit codes, and one sentence for everything that goes wrong."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.main import get_command
from typer.testing import CliRunner, Result

from interviewer.cli import app, options
from interviewer.cli.conversation import WordStream
from interviewer.cli.output import terminal
from interviewer.settings import Focus, InterviewSettings, Level, Mode, Persona, StepId
from tests.builders import a_case, a_framework, as_yaml, the_notes, write_case

NAMES = "play serve cases show check index search grade replay list resume export eval doctor"
COMMANDS = NAMES.split()
CASE = "warehouse"
ANSWER = (
    "The granite stays apart, because it fails first and would spoil its neighbours. "
    "I would keep the copper on its own, because it is the first to wear out."
)

MINUTES = get_args(InterviewSettings.model_fields["minutes"].annotation)

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Runs a command line given as words; standard input is `input`."""

    def run(*words: object, input: str = "") -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], input=input)

    return run


@pytest.fixture
def knowledge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A knowledge folder with one small case, in use."""
    root = tmp_path / "knowledge"
    write_case(root, a_case(), the_notes())
    monkeypatch.setenv("INTERVIEWER_KNOWLEDGE", str(root))
    return root


def assert_one_sentence(result: Result, code: int, *parts: str) -> None:
    """The command failed as promised: an exit code, one line on stderr, no trace."""
    lines = result.stderr.strip().splitlines()
    assert (result.exit_code, len(lines)) == (code, 1), result.output
    assert "Traceback" not in result.output
    for part in parts:
        assert part in lines[0]


# Help and usage


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Usage: interviewer {command}" in result.stdout


def test_help_lists_exactly_the_commands_of_the_design(run: Run) -> None:
    assert sorted(get_command(app).commands) == sorted(COMMANDS)
    assert all(command in run("--help").stdout for command in COMMANDS)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, interviewer.cli\n"
        "heavy = ['pydantic', 'gradio', 'langgraph', 'chromadb', 'onnxruntime', 'numpy',"
        " 'sqlalchemy', 'asyncio']\n"
        "sys.exit(', '.join(name for name in heavy if name in sys.modules) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        pytest.param(["nope"], ["'nope'", "interviewer --help"], id="unknown-command"),
        pytest.param(["shwo", CASE], ["Did you mean 'show'?"], id="near-miss"),
        pytest.param(["play"], ["CASE", "interviewer play --help"], id="no-case"),
        pytest.param(["play", CASE, "--level", "god"], ["--level", "senior"], id="bad-level"),
        pytest.param(["play", CASE, "--minutes", "5"], ["--minutes", "'45'"], id="bad-minutes"),
        pytest.param(["grade", "missing.jsonl"], ["missing.jsonl"], id="missing-file"),
        pytest.param(["replay", "missing.yaml"], ["missing.yaml"], id="missing-transcript"),
        pytest.param(["check", "missing"], ["missing"], id="missing-path"),
        pytest.param(["search", "x", "-k", "0"], ["-k"], id="no-passages"),
        pytest.param(["serve", "--port", "70000"], ["--port", "65535"], id="no-such-port"),
        pytest.param(["cases", "--nope"], ["--nope", "interviewer cases --help"], id="bad-option"),
    ],
)
def test_misuse_is_one_sentence_and_exit_2(run: Run, words: list[str], parts: list[str]) -> None:
    assert_one_sentence(run(*words), 2, *parts)


@pytest.mark.parametrize("command", ["grade", "replay"])
def test_a_folder_is_not_a_file(run: Run, command: str, tmp_path: Path) -> None:
    assert_one_sentence(run(command, tmp_path), 2, "is a directory")


def test_without_arguments_the_help_is_shown(run: Run) -> None:
    result = run()
    assert (result.exit_code, result.stderr) == (2, "")
    assert "Usage: interviewer" in result.stdout


@pytest.mark.parametrize(
    ("offered", "known"),
    [
        pytest.param(options.Level, list(Level), id="level"),
        pytest.param(options.Focus, list(Focus), id="focus"),
        pytest.param(options.Persona, list(Persona), id="persona"),
        pytest.param(options.Mode, list(Mode), id="mode"),
        pytest.param(options.Step, list(StepId), id="drill"),
        pytest.param(options.Minutes, [str(minutes) for minutes in MINUTES], id="minutes"),
    ],
)
def test_choices_are_those_of_the_settings(offered: object, known: list[str]) -> None:
    assert list(get_args(offered)) == known


def test_defaults_are_those_of_the_settings() -> None:
    play = {parameter.name: parameter for parameter in get_command(app).commands["play"].params}
    for name, field in InterviewSettings.model_fields.items():
        assert play[name].default in (field.default, str(field.default)), name


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["play", CASE], id="play"),
        pytest.param(["grade", __file__], id="grade"),
        pytest.param(["replay", __file__], id="replay"),
        pytest.param(["eval", "judge"], id="eval"),
    ],
)
def test_the_llm_brain_says_that_it_is_not_there(run: Run, words: list[str]) -> None:
    result = run(*words, "--brain", "llm")
    assert_one_sentence(result, 1, "llm brain is not available", "--brain embedded")


def test_a_knowledge_folder_that_is_not_there(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INTERVIEWER_KNOWLEDGE", str(tmp_path / "nope"))
    assert_one_sentence(run("cases"), 1, "INTERVIEWER_KNOWLEDGE", "Create it")


# What can be played


def test_cases_lists_ours_and_the_users(run: Run, knowledge: Path) -> None:
    listed = {case["id"]: case for case in json.loads(run("cases", "--json").stdout)}
    assert {CASE, "video_recommendation"} <= set(listed)
    assert [variant["id"] for variant in listed[CASE]["variants"]] == ["night", "small"]
    assert CASE in run("cases").stdout


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["text", "json"])
def test_show_gives_nothing_away(run: Run, knowledge: Path, flags: list[str]) -> None:
    public, full = run("show", CASE, *flags).stdout, run("show", CASE, "--full", *flags).stdout
    for secret in ("4,000 a day", "granite", "one box"):
        assert secret not in public
        assert secret in full
    assert "leave things and find them again" in public


def test_show_json_in_full_is_the_case(run: Run, knowledge: Path) -> None:
    shown = json.loads(run("show", CASE, "--full", "--json").stdout)
    assert a_case().model_validate(shown) == a_case()


@pytest.mark.parametrize(
    "words", [["show", "warehuose"], ["play", "warehuose"]], ids=["show", "play"]
)
def test_an_unknown_case_names_the_nearest(run: Run, knowledge: Path, words: list[str]) -> None:
    assert_one_sentence(run(*words), 1, "'warehuose'", "warehouse")


# Check


def test_shipped_content_has_no_errors(run: Run) -> None:
    result = run("check", "--json")
    assert [row for row in json.loads(result.stdout) if row["severity"] == "error"] == []
    assert result.exit_code == 0


BROKEN: dict[str, tuple[str, bytes, str]] = {
    "missing-field": ("cases/c/case.yaml", b"id: c\ntitle: C\n", "summary: this field is missing"),
    "empty-case": ("cases/c/case.yaml", b"", "the file is empty"),
    "binary-case": ("cases/c/case.yaml", b"\x00\xff\xfe", "0xff is not UTF-8"),
    "not-yaml": ("cases/c/case.yaml", b"id: c\n  title: [\n", ":2:"),
    "no-case-file": ("cases/c/other.txt", b"x", "cannot be read"),
    "framework": ("frameworks/f.yaml", b"id: f\nphases: []\n", "title: this field is missing"),
    "framework-name": ("frameworks/g.yaml", as_yaml(a_framework()).encode(), "Rename"),
    "empty-note": ("concepts/c.md", b"  \n", "holds no text"),
    "nothing-at-all": ("other/c.md", b"x", "holds no case, framework or note"),
}


@pytest.mark.parametrize(("name", "content", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_check_finds(run: Run, tmp_path: Path, name: str, content: bytes, message: str) -> None:
    file = tmp_path / "content" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    result = run("check", tmp_path / "content")
    assert result.exit_code == 1
    assert message in result.stdout
    rows = json.loads(run("check", tmp_path / "content", "--json").stdout)
    assert any(row["severity"] == "error" and message in row["message"] for row in rows)


def test_check_reads_a_case_with_its_notes(run: Run, tmp_path: Path) -> None:
    concept = tmp_path / "concepts" / "latency_budget.md"
    concept.parent.mkdir()
    concept.write_text("# Latency budget\n\nText.", encoding="utf-8")
    file = write_case(tmp_path, a_case(), notes=None)
    for path in (file, file.parent, tmp_path):
        result = run("check", path)
        assert (result.exit_code, "notes.md is missing" in result.stdout) == (1, True)
    (file.parent / "notes.md").write_text(the_notes(), encoding="utf-8")
    for path in (file, file.parent, file.parent / "notes.md", concept, tmp_path):
        assert run("check", path).exit_code == 0


def test_check_covers_the_users_folder(run: Run, knowledge: Path) -> None:
    (knowledge / "cases" / CASE / "case.yaml").write_text("id: warehouse\n", encoding="utf-8")
    result = run("check")
    assert (result.exit_code, "cases/warehouse/case.yaml:1" in result.stdout) == (1, True)


# The terminal


def test_words_are_broken_between_words(capsys: pytest.CaptureFixture[str]) -> None:
    console = terminal()
    console.width = 12
    words = WordStream(console)
    for piece in ("One two ", "three ", "four\n\nfive"):
        words.write(piece)
    words.close()
    assert capsys.readouterr().out == "One two \nthree four\n\nfive\n\n"


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def rows_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]
