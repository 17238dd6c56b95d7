"""Doctor, serve, and failures that nobody foresaw."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CASE, Run, assert_one_sentence


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
    monkeypatch.setattr("interviewer.retrieval.embedding.MODEL_FOLDER", tmp_path)
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
