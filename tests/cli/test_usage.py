"""Help, choices, and what a wrong command line gets: one sentence and exit code 2."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest
from typer.main import get_command

from interviewer.cases.findings import Level as CaseLevel
from interviewer.cli import app, options
from interviewer.core.settings import Focus, InterviewSettings, Level, Mode, Persona, StepId
from interviewer.reports import FORMATS
from tests.cli.conftest import CASE, Run, assert_one_sentence

NAMES = (
    "play serve cases show check index search grade replay list resume export delete eval doctor"
)
COMMANDS = NAMES.split()
MINUTES = get_args(InterviewSettings.model_fields["minutes"].annotation)


def commands() -> dict[str, Any]:
    group: Any = get_command(app)
    return dict(group.commands)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert f"Usage: interviewer {command}" in result.stdout


def test_help_lists_exactly_the_commands_of_the_design(run: Run) -> None:
    assert sorted(commands()) == sorted(COMMANDS)
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
        pytest.param(options.ReportFormat, list(FORMATS), id="formats"),
        pytest.param(options.CaseLevel, list(CaseLevel), id="case_level"),
        pytest.param(options.Minutes, [str(minutes) for minutes in MINUTES], id="minutes"),
    ],
)
def test_choices_are_those_that_there_are(offered: object, known: list[str]) -> None:
    assert list(get_args(offered)) == known


def test_defaults_are_those_of_the_settings() -> None:
    play = {parameter.name: parameter for parameter in commands()["play"].params}
    for name, field in InterviewSettings.model_fields.items():
        assert play[name].default in (field.default, str(field.default)), name


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(["grade", __file__], id="grade"),
        pytest.param(["replay", "evals/transcripts/vr_weak.yaml"], id="replay"),
        pytest.param(["eval", "retrieval"], id="eval"),
    ],
)
def test_the_llm_brain_says_that_it_is_not_there(run: Run, words: list[str]) -> None:
    result = run(*words, "--brain", "llm")
    assert_one_sentence(result, 1, "No language model is set up", "OPENAI_BASE_URL")


def test_a_knowledge_folder_that_is_not_there(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INTERVIEWER_KNOWLEDGE", str(tmp_path / "nope"))
    assert_one_sentence(run("cases"), 1, "INTERVIEWER_KNOWLEDGE", "Create it")
