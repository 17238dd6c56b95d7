"""`cases draft`: what a model proposes lies beside the case, marked, and is never part of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import Result

from interviewer.cases.draft import DRAFT_FILE, MARK
from interviewer.cases.library import load_library
from interviewer.simulation.endpoints.served import Served, served
from interviewer.simulation.endpoints.vendors import VENDORS, handler
from interviewer.simulation.endpoints.wire import Asked
from tests.cases.authoring import an_authored_case, an_own_item, expand
from tests.cases.proposing import GOOD
from tests.cli.conftest import Run, assert_one_sentence

CASE = "shed"
NOTHING_SET = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "INTERVIEWER_REPLAY", "INTERVIEWER_JUDGE_MODEL")
WHOLE = {name: GOOD[name] for name in ("topic", "why", "alternatives")}
SAID = {"said": GOOD["earns"], "near_misses": GOOD["misses"]}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a case of which only the step `data` lacks something: a second item."""
    for name in NOTHING_SET:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INTERVIEWER_HOME", str(tmp_path / "home"))
    case = an_authored_case()
    for step, content in case["steps"].items():
        names = [f"{step}_one"] if step == "data" else [f"{step}_one", f"{step}_two"]
        content["items"] = [an_own_item(name, **WHOLE, **SAID) for name in names]
    expand(tmp_path, case)
    return tmp_path


def _file(root: Path) -> Path:
    return root / "cases" / CASE / "case.yaml"


def _proposes(*items: dict[str, Any]) -> Callable[[Asked], str]:
    return lambda asked: json.dumps({"items": items})


async def _draft(
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
    root: Path,
    answers: Callable[[Asked], str],
    *words: str,
) -> tuple[Result, Served]:
    async with served(handler(VENDORS["plain"], answers)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.root}/v1")
        monkeypatch.setenv("INTERVIEWER_MODEL", "scripted-1")
        result = await asyncio.to_thread(run, "cases", "draft", CASE, "--in", root, *words)
        return result, server


async def test_a_proposal_lies_beside_the_case_and_check_says_so(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _file(root).read_text()
    proposed = {**GOOD, "topic": "lamps that go out"}
    result, server = await _draft(run, monkeypatch, root, _proposes(proposed))
    assert (result.exit_code, len(server.calls)) == (0, 1), result.output
    assert "1 item(s); 1 request(s)" in result.stdout
    draft = _file(root).with_name(DRAFT_FILE)
    assert MARK in draft.read_text() and _file(root).read_text() == before
    (item,) = yaml.safe_load(draft.read_text())["steps"]["data"]["items"]
    assert item["id"] == "lamps_that_go_out"
    assert item["id"] not in load_library(root).case(CASE).ids
    for path in (_file(root).parent, draft):
        rows = json.loads(run("check", path, "--json").stdout)
        assert [row["severity"] for row in rows if row["file"] == str(draft)] == ["warning"]


async def test_what_was_proposed_is_not_asked_for_again_and_goes_once_it_is_copied(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = _proposes(GOOD | {"topic": "lamps that go out"})
    await _draft(run, monkeypatch, root, answers)
    draft = _file(root).with_name(DRAFT_FILE)
    again, server = await _draft(run, monkeypatch, root, answers)
    assert (again.exit_code, server.calls) == (0, []) and draft.exists()
    draft.unlink()
    cached, server = await _draft(run, monkeypatch, root, answers)
    assert server.calls == [] and "the cache had every reply" in cached.stdout and draft.exists()
    found = yaml.safe_load(draft.read_text())
    case = yaml.safe_load(_file(root).read_text())
    case["steps"]["data"]["items"] += found["steps"]["data"]["items"]
    _file(root).write_text(yaml.safe_dump(case))
    _file(root).with_name("examples.yaml").write_text(yaml.safe_dump(found["examples"]))
    done, server = await _draft(run, monkeypatch, root, answers)
    assert (done.exit_code, server.calls, draft.exists()) == (0, [], False)
    assert "Nothing of playable is missing" in done.stdout


async def test_an_item_without_what_a_case_needs_to_load_is_completed(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = yaml.safe_load(_file(root).read_text())
    begun = {"id": "begun", "topic": "things that come back"}
    case["steps"]["data"]["items"].append(begun)
    _file(root).write_text(yaml.safe_dump(case))
    assert CASE not in load_library(root).cases
    result, _ = await _draft(run, monkeypatch, root, _proposes({**GOOD, "id": "begun"}))
    assert result.exit_code == 0, result.output
    found = yaml.safe_load(_file(root).with_name(DRAFT_FILE).read_text())
    begun |= found["items"]["begun"]
    _file(root).write_text(yaml.safe_dump(case))
    assert "begun" in load_library(root).case(CASE).ids


async def test_what_broke_a_rule_is_counted_and_told(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed = {**GOOD, "topic": "lamps", "follow_ups": ["How? And why?", "\x1b[2JWhen is it?"]}
    result, _ = await _draft(run, monkeypatch, root, _proposes(proposed))
    assert "1 proposal(s) broke a rule" in result.stdout and "2 question marks" in result.stdout
    assert "\x1b" not in result.output
    assert "\x1b" not in _file(root).with_name(DRAFT_FILE).read_text()


async def test_a_reply_of_no_use_is_one_sentence_and_writes_nothing(
    run: Run, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result, _ = await _draft(run, monkeypatch, root, lambda asked: "Certainly!", "--step", "data")
    assert result.exit_code == 1 and "Traceback" not in result.output
    assert "data: " in result.stderr
    assert not _file(root).with_name(DRAFT_FILE).exists()


def test_without_a_model_it_says_how_to_set_one_up(run: Run, root: Path) -> None:
    result = run("cases", "draft", CASE, "--in", root)
    assert_one_sentence(result, 1, "No language model", "OPENAI_API_KEY", "OPENAI_BASE_URL")


def test_where_nothing_is_missing_no_model_is_needed(run: Run, root: Path) -> None:
    result = run("cases", "draft", CASE, "--in", root, "--step", "framing")
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)


@pytest.mark.parametrize(
    ("id_", "parts"),
    [
        ("shad", ("no case 'shad'", "Choose one of: shed")),
        ("../shed", ("no case '../shed'",)),
        ("", ("no case ''",)),
    ],
)
def test_a_case_that_is_not_there_is_named_with_the_nearest(
    run: Run, root: Path, id_: str, parts: tuple[str, ...]
) -> None:
    assert_one_sentence(run("cases", "draft", id_, "--in", root), 1, *parts)


@pytest.mark.parametrize("name", ["case.yaml", "examples.yaml", DRAFT_FILE])
def test_a_broken_file_is_named(run: Run, root: Path, name: str) -> None:
    _file(root).with_name(name).write_text("steps: [\n")
    assert_one_sentence(run("cases", "draft", CASE, "--in", root), 1, name)
