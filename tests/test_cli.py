"""The command line: help, output, exit codes, and one sentence for everything that goes wrong."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import signal
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
from interviewer.interview import open_interviews
from interviewer.settings import (
    Focus,
    InterviewSettings,
    Level,
    Mode,
    Persona,
    StepId,
    read_places,
)
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


# Interviews


def play(run: Run, *lines: str, options: tuple[str, ...] = ()) -> Result:
    return run("play", CASE, *options, input="".join(f"{line}\n" for line in lines))


def listed(run: Run) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(run("list", "--json").stdout)
    return rows


def test_an_interview_can_be_left_listed_resumed_and_ended(run: Run, knowledge: Path) -> None:
    left = play(run, ANSWER, "/hint", "/notes", options=("--level", "mid"))
    (row,) = listed(run)
    assert (left.exit_code, left.stderr) == (0, "")
    assert f"interviewer resume {row['interview_id']}" in left.stdout
    assert (row["turns"], row["settings"]["level"], row["end_reason"]) == (5, "mid", None)
    assert f"{row['interview_id']}  {CASE}" in run("list").stdout

    ended = run("resume", input="/skip\n/back\n/end\n")
    assert ended.exit_code == 0
    # What was said before is on the screen again, and only once.
    assert ended.stdout.count("Could I have a hint?") == 1
    assert "Scorecard" in ended.stdout
    assert f"interviewer export {row['interview_id']}" in ended.stdout
    assert listed(run)[0]["end_reason"] == "candidate"


def test_commands_are_said_in_words(run: Run, knowledge: Path) -> None:
    play(run, "/hint", "/skip", "/back", "/end")
    (row,) = listed(run)
    result = json.loads(run("export", row["interview_id"], "--format", "json").stdout)
    said = [(line["text"], line["intents"][0]) for line in result["transcript"][1::2]]
    assert said == [
        ("Could I have a hint?", "hint_request"),
        ("Let's move on to the next step.", "move_on"),
        ("Could we go back to the previous step?", "go_back"),
        ("Let's end the interview here.", "end"),
    ]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        pytest.param("", "The message is empty", id="empty"),
        pytest.param("x" * 20_000, "20,000 characters", id="too-long"),
        pytest.param("/nope", "no command /nope", id="unknown-command"),
        pytest.param("\x1b\u202e", "The message is empty", id="control-characters"),
    ],
)
def test_a_refused_message_changes_nothing(
    run: Run, knowledge: Path, line: str, complaint: str
) -> None:
    result = play(run, line)
    assert result.exit_code == 0
    assert complaint in result.stdout
    assert listed(run)[0]["turns"] == 1


def test_quit_leaves_the_rest_of_the_input_alone(run: Run, knowledge: Path) -> None:
    result = play(run, "/quit", "never said")
    assert "never said" not in result.stdout
    assert "interviewer resume" in result.stdout


@pytest.mark.parametrize(
    ("mode", "shown"), [pytest.param("practice", True), pytest.param("real", False)]
)
def test_only_practice_shows_the_phases(run: Run, knowledge: Path, mode: str, shown: bool) -> None:
    (knowledge / "frameworks").mkdir()
    (knowledge / "frameworks" / "two_phases.yaml").write_text(as_yaml(a_framework()), "utf-8")
    result = play(run, options=("--mode", mode, "--framework", "two_phases"))
    assert ("── Think ──" in result.stdout) is shown


@pytest.mark.parametrize(
    ("flags", "parts"),
    [
        pytest.param(["--variant", "nope"], ["'nope'", "night"], id="variant"),
        pytest.param(["--framework", "nope"], ["'nope'", "seven_step"], id="framework"),
    ],
)
def test_settings_that_are_not_there(
    run: Run, knowledge: Path, flags: list[str], parts: list[str]
) -> None:
    assert_one_sentence(run("play", CASE, *flags), 1, *parts)


async def test_an_unanswered_turn_is_answered_by_resume(run: Run, knowledge: Path) -> None:
    async with open_interviews(read_places()) as interviews:
        view = await interviews.start(CASE, InterviewSettings())
        reply = interviews.submit(view.interview_id, ANSWER)
        await anext(reply)
        await reply.aclose()
        assert (await interviews.view(view.interview_id)).unanswered

    # The command runs its own event loop, which this one must not be in the way of.
    result = await asyncio.to_thread(resume_in_child, view.interview_id)
    assert result.returncode == 0
    assert result.stdout.count("\nInterviewer\n") == 2
    assert listed_turns(await asyncio.to_thread(run, "list", "--json")) == 3


def resume_in_child(interview_id: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from interviewer.cli import main; main()"]
    return subprocess.run(
        [*command, "resume", interview_id],
        input="",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def listed_turns(result: Result) -> int:
    turns: int = json.loads(result.stdout)[0]["turns"]
    return turns


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT cannot be sent to a child there")
def test_ctrl_c_keeps_the_interview(run: Run, knowledge: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", "from interviewer.cli import main; main()", "play", CASE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert child.stdout is not None
    seen = ""
    while not seen.endswith("You › "):
        letter = child.stdout.read(1)
        assert letter, "the program ended before it asked"
        seen += letter
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (0, "")
    assert f"interviewer resume {listed(run)[0]['interview_id']}" in out


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        pytest.param(["resume", "nope"], ["'nope'", "interviewer list"], id="resume-unknown"),
        pytest.param(["resume"], ["No interview is open", "interviewer play"], id="resume-none"),
        pytest.param(["export", "nope"], ["'nope'", "interviewer list"], id="export-unknown"),
    ],
)
def test_interviews_that_are_not_there(run: Run, words: list[str], parts: list[str]) -> None:
    assert_one_sentence(run(*words), 1, *parts)


def test_an_empty_list_says_how_to_start(run: Run) -> None:
    assert "interviewer play CASE" in run("list").stdout
    assert listed(run) == []


def test_export_writes_what_it_prints_and_overwrites_only_by_force(
    run: Run, knowledge: Path, tmp_path: Path
) -> None:
    play(run, ANSWER, "/end")
    id_ = listed(run)[0]["interview_id"]
    for format_, first in (("md", "# Scorecard: A warehouse\n"), ("json", "{\n")):
        out = tmp_path / f"card.{format_}"
        printed = run("export", id_, "--format", format_)
        assert (printed.exit_code, printed.stderr) == (0, "")
        assert printed.stdout.startswith(first)
        assert ANSWER[:40] in printed.stdout

        assert run("export", id_, "--format", format_, "--out", out).exit_code == 0
        assert out.read_text("utf-8") == printed.stdout
        out.write_text("mine", encoding="utf-8")
        refused = run("export", id_, "--format", format_, "--out", out)
        assert_one_sentence(refused, 1, "exists already", "--force")
        assert out.read_text("utf-8") == "mine"
        assert run("export", id_, "--format", format_, "--out", out, "--force").exit_code == 0
        assert out.read_text("utf-8") == printed.stdout


@pytest.mark.parametrize(
    ("name", "part"),
    [
        pytest.param(".", "is a folder", id="folder"),
        pytest.param("nope/card.md", "No such file or directory", id="no-such-folder"),
    ],
)
def test_export_to_a_place_that_cannot_be_written(
    run: Run, knowledge: Path, tmp_path: Path, name: str, part: str
) -> None:
    play(run)
    id_ = listed(run)[0]["interview_id"]
    assert_one_sentence(run("export", id_, "--out", tmp_path / name), 1, part)


# Grading


def a_row(**overrides: Any) -> dict[str, Any]:
    return {"id": "1", "case_id": CASE, "step": "requirements", "answer": ANSWER, **overrides}


def graded(run: Run, tmp_path: Path, *lines: str | bytes) -> tuple[Result, list[dict[str, Any]]]:
    file = tmp_path / "answers.jsonl"
    file.write_bytes(b"\n".join(x if isinstance(x, bytes) else x.encode() for x in lines))
    result = run("grade", file, "--brain", "embedded")
    return result, [json.loads(line) for line in result.stdout.splitlines()]


def test_grade_keeps_the_fields_and_adds_the_judgement(
    run: Run, knowledge: Path, tmp_path: Path
) -> None:
    result, (row,) = graded(run, tmp_path, json.dumps(a_row(question="How?", mine=[1])))
    assert (result.exit_code, row["error"], row["mine"]) == (0, None, [1])
    assert row["brain"].startswith("embedded")
    assert 1 <= row["score"] <= 5
    verdicts = {item["item"]: (item["verdict"], item["quote"]) for item in row["items"]}
    assert verdicts["req_granite"][0] == "met"
    assert verdicts["req_granite"][1] in ANSWER
    assert verdicts["req_velvet"] == ("absent", None)
    assert "1 graded, 0 failed." in result.stderr


FAILING: dict[str, tuple[str | bytes, str]] = {
    "broken-json": ("{", "is not JSON"),
    "not-an-object": ("[1]", "is not a JSON object"),
    "not-utf-8": (b'{"id": "\xff"}', "is not JSON"),
    "not-a-number": ('{"id": NaN}', "is not JSON"),
    "no-answer": (json.dumps({"id": "1", "case_id": CASE, "step": "data"}), "'answer'"),
    "answer-not-text": (json.dumps(a_row(answer=7)), "'answer'"),
    "half-a-character": (json.dumps(a_row(answer="\ud800")), "half a character"),
    "unknown-case": (json.dumps(a_row(case_id="nope")), "no case 'nope'"),
    "unknown-step": (json.dumps(a_row(step="nope")), "no step 'nope'"),
}


@pytest.mark.parametrize(("line", "reason"), FAILING.values(), ids=FAILING.keys())
def test_a_failed_row_says_why_and_stops_nothing(
    run: Run, knowledge: Path, tmp_path: Path, line: str | bytes, reason: str
) -> None:
    result, rows = graded(run, tmp_path, line, b"", json.dumps(a_row(id="2")))
    assert (result.exit_code, len(rows)) == (1, 2)
    assert reason in rows[0]["error"]
    assert (rows[0]["score"], rows[0]["items"], rows[0]["red_flags"]) == (None, [], [])
    assert (rows[1]["id"], rows[1]["error"]) == ("2", None)
    assert "1 graded, 1 failed." in result.stderr


@pytest.mark.parametrize(
    ("content", "part"),
    [
        pytest.param(b"", "holds no rows", id="empty"),
        pytest.param(b" \n\n", "holds no rows", id="blank"),
        pytest.param(b"\x00\x01PNG", "is not a text file", id="binary"),
    ],
)
def test_a_file_without_rows(run: Run, tmp_path: Path, content: bytes, part: str) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_bytes(content)
    assert_one_sentence(run("grade", file), 1, part)


def test_grade_writes_to_a_file_other_than_its_input(
    run: Run, knowledge: Path, tmp_path: Path
) -> None:
    file, out = tmp_path / "answers.jsonl", tmp_path / "graded.jsonl"
    file.write_text(json.dumps(a_row()), encoding="utf-8")
    result = run("grade", file, "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(out.read_text("utf-8"))["id"] == "1"
    assert_one_sentence(run("grade", file, "--out", file), 1, "is the input itself")
    assert json.loads(file.read_text("utf-8")) == a_row()


# Replay and eval


def a_script(folder: Path, name: str = "short", **overrides: Any) -> Path:
    values = {
        "id": name,
        "case_id": CASE,
        "settings": {"minutes": 20, "persona": "supportive"},
        "candidate": {"requirements": [ANSWER]},
    }
    path = folder / f"{name}.yaml"
    path.write_text(as_yaml({**values, **overrides}), encoding="utf-8")
    return path


def test_replay_gives_a_result_and_leaves_no_interview(
    run: Run, knowledge: Path, tmp_path: Path
) -> None:
    out = tmp_path / "result.json"
    result = run("replay", a_script(tmp_path), "--out", out)
    assert (result.exit_code, result.stderr) == (0, "")
    data = json.loads(out.read_text("utf-8"))
    assert (data["case_id"], data["unused_messages"]) == (CASE, 0)
    assert data["transcript"][1]["text"] == ANSWER
    assert "short" in result.stdout
    assert listed(run) == []


def test_replay_of_several_fills_a_folder_and_survives_a_broken_one(
    run: Run, knowledge: Path, tmp_path: Path
) -> None:
    paths = [
        a_script(tmp_path, "one", surprise=1),
        a_script(tmp_path, "two", case_id="nope"),
        a_script(tmp_path, "three"),
    ]
    result = run("replay", *paths, "--out", tmp_path / "out", "--json")
    assert result.exit_code == 1
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["one.json", "three.json"]
    assert len(json.loads(result.stdout)) == 2
    warning, failure = result.stderr.splitlines()
    assert "unknown keys surprise" in warning
    assert "two.yaml" in failure
    assert "'nope'" in failure


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff", id="binary"),
        pytest.param(b"a: [", id="not-yaml"),
        pytest.param(b"id: x\n", id="not-a-script"),
    ],
)
def test_a_broken_transcript_is_one_sentence(run: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.yaml"
    file.write_bytes(content)
    assert_one_sentence(run("replay", file), 1, "broken.yaml")


def test_eval_without_its_folder(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert_one_sentence(run("eval"), 1, "evals folder", "make install")


def test_eval_of_an_unknown_suite(run: Run) -> None:
    assert_one_sentence(run("eval", "nope"), 2, "'nope'", "transcripts")


# Notes


@pytest.fixture
def one_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only study note that there is, so that an index is built at once."""
    folder = tmp_path / "notes"
    note = folder / "concepts" / "latency_budget.md"
    note.parent.mkdir(parents=True)
    note.write_text("# Latency budget\n\nHow the milliseconds are shared out.\n", "utf-8")
    monkeypatch.setattr("interviewer.knowledge.notes.shipped", lambda name: folder)
    return note


def test_search_builds_the_index_it_needs(run: Run, one_note: Path) -> None:
    found = json.loads(run("search", "share of milliseconds", "-k", "3", "--json").stdout)
    assert [hit["title"] for hit in found] == ["Latency budget"]
    assert "milliseconds are shared" in run("search", "milliseconds").stdout


def test_index_says_what_it_did(run: Run, one_note: Path) -> None:
    first, second = (json.loads(run("index", "--json").stdout) for _ in range(2))
    assert (first["passages"], first["changed"], second["changed"]) == (1, True, False)


def test_index_fails_on_a_note_that_cannot_be_read(run: Run, one_note: Path) -> None:
    (one_note.parent / "broken.md").write_bytes(b"\xff")
    result = run("index")
    assert (result.exit_code, "broken.md" in result.stderr) == (1, True)


# The installation


def test_doctor_finds_a_healthy_installation(run: Run, one_note: Path) -> None:
    result = run("doctor", "--json")
    states = {check["name"]: check["state"] for check in json.loads(result.stdout)}
    assert result.exit_code == 0
    assert states == dict.fromkeys(states, "ok") | {"Index": "warn"}
    assert "interviewer index" in run("doctor").stdout


def test_doctor_says_what_to_do(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "file"
    home.write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("INTERVIEWER_HOME", str(home))
    monkeypatch.setattr("interviewer.knowledge.embeddings.MODEL_FOLDER", tmp_path)
    result = run("doctor", "--json")
    failed = {c["name"]: c["action"] for c in json.loads(result.stdout) if c["state"] == "fail"}
    assert result.exit_code == 1
    assert {"Data folder", "Database", "Model"} <= set(failed)
    assert all(failed.values())


def test_a_port_in_use(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert_one_sentence(run("serve", "--port", port), 1, f"Port {port}", "--port")


def test_an_unexpected_failure_is_one_sentence_without_a_trace() -> None:
    code = (
        "import interviewer.cli.content as content\n"
        "from interviewer.cli import main\n"
        "content._library = lambda: 1 / 0\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "cases"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "ZeroDivisionError" in done.stderr
    assert "INTERVIEWER_DEBUG=1" in done.stderr


def test_output_is_utf_8_and_plain_when_it_is_not_a_terminal(knowledge: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from interviewer.cli import main; main()", "show", CASE],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"},
        check=False,
    )
    assert "“Design a place" in done.stdout.decode("utf-8")
    assert b"\x1b" not in done.stdout
