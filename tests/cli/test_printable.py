"""Texts from outside on a terminal and in the log: no control codes, no forged lines."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from interviewer.cli import output
from interviewer.cli.endpoint_checks import look_at_endpoint
from interviewer.cli.output import echo, print_json, table, terminal, write_text
from interviewer.cli.program import _complain
from interviewer.llm.configuration import LLMSettings
from interviewer.simulation.endpoints.replies import Reply
from interviewer.simulation.endpoints.served import served
from interviewer.text.printable import lines_of, one_line
from tests.cli.conftest import Run

EVIL = (
    "\x1b]0;PWNED\x07\x1b[2J\x9b31mred\r\nWARNING: forged\u2028line \u202e\u2066 \u200bend\x85x\tt"
)
CODES = ("\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\u200b", "\x85", "\u2028", "\r")
SHOWN = "]0;PWNED[2J31mred WARNING: forged line  end x t"


def harmless(text: str) -> bool:
    return not any(code in text for code in CODES)


def forged(text: str) -> bool:
    return any(line.startswith("WARNING: forged") for line in text.splitlines())


def test_a_text_is_one_line_or_lines_of_what_is_seen() -> None:
    assert one_line(EVIL) == SHOWN
    assert harmless(lines_of(EVIL)) and lines_of("a\r\n\tb\rc") == "a\n\tb\nc"


def test_what_is_echoed_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    echo(EVIL)
    _complain(EVIL)
    said = capsys.readouterr()
    assert (said.out, said.err) == (f"{SHOWN}\n", f"{SHOWN}\n")


def test_a_console_prints_no_codes_but_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = StringIO()
    plain = Console

    def console(**options: Any) -> Console:
        return plain(**options, file=shown, force_terminal=True, width=200)

    monkeypatch.setattr(output, "Console", console)
    screen = terminal()
    screen.print(EVIL, style="bold")
    screen.print(table(EVIL, rows=[(EVIL,)]))
    screen.rule(EVIL)
    text = shown.getvalue()
    assert "\x1b[1m" in text, "its own style is there"
    assert "\x1b]" not in text and "\x1b[2J" not in text
    assert not any(code in text for code in CODES[1:])


def test_json_says_the_same_in_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"said": f"{EVIL} é"})
    told = capsys.readouterr().out
    assert not any(code in told for code in ("\x1b", "\x9b", "\u202e", "\u200b"))
    assert json.loads(told) == {"said": f"{EVIL} é"} and "é" in told


@pytest.mark.parametrize("watched", [True, False])
def test_a_report_is_put_in_order_for_a_terminal_alone(
    watched: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: watched)
    write_text(None, EVIL)
    assert capsys.readouterr().out == (lines_of(EVIL) if watched else EVIL)


def test_the_log_has_single_lines(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("interviewer").warning("It said %s (%d).", EVIL, 5)
    assert caplog.messages == [f"It said {SHOWN} (5)."]


def test_the_name_of_a_case_and_of_a_file_are_told_in_one_line(run: Run, tmp_path: Path) -> None:
    for words in (
        ("play", EVIL),
        ("show", EVIL),
        ("check", tmp_path / "a\x1b[2J\nWARNING: forged"),
    ):
        result = run(*words)
        assert result.exit_code
        assert harmless(result.output) and not forged(result.output), words


@pytest.fixture
async def endpoint() -> AsyncIterator[str]:
    error = json.dumps({"error": {"message": EVIL}}).encode()
    models = json.dumps({"data": [{"id": "m\u202egpt\n"}, {"id": "gpt-x"}]}).encode()
    async with served(
        lambda asked: Reply([models]) if "models" in asked.path else Reply([error], 401)
    ) as server:
        yield f"{server.root}/v1"


async def test_what_an_endpoint_says_is_told_in_one_line(endpoint: str) -> None:
    findings = [finding async for finding in look_at_endpoint(LLMSettings(base_url=endpoint))]
    told = "\n".join(one_line(finding.detail) for finding in findings)
    assert "PWNED" in told and harmless(told) and not forged(told)
