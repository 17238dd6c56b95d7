"""What `doctor` finds out of an endpoint: each ability once, in a line, with what to do."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from interviewer.cli.endpoint_checks import Finding, look_at_endpoint
from interviewer.llm.capabilities import FILE, Memory
from interviewer.llm.configuration import LLMSettings, Style
from interviewer.llm.usage import Kind
from interviewer.simulation.endpoints.replies import Reply
from interviewer.simulation.endpoints.served import Handle, Received, served
from interviewer.simulation.endpoints.vendors import VENDORS, Vendor, handler, thinks
from interviewer.simulation.endpoints.wire import Asked

LISTED = {"data": [{"id": "bge-m3"}, {"id": "whisper-1"}, {"id": "small"}, {"id": "large"}]}


def answers(asked: Asked) -> str:
    if "hello" in asked.prompt:
        return "Hello to you."
    if asked.kind is Kind.REPLY:
        return "ACT: challenge retraining\nTwenty million people. What does it miss in December?"
    return json.dumps({"intents": ["answer"], "items": []})


async def look(
    handle: Handle, folder: Path, path: str = "/v1", **settings: str
) -> tuple[dict[str, Finding], list[Received]]:
    async with served(handle) as server:
        found = look_at_endpoint(
            LLMSettings(base_url=f"{server.root}{path}", **settings), Memory(folder)
        )
        findings = {finding.name: finding async for finding in found}
        return findings, server.received


DETAILS: dict[str, tuple[str, dict[str, str]]] = {
    "plain": ("plain", {"JSON": "json_schema", "System role": "known", "Thinking": "none seen"}),
    "limit": ("mistral", {"Limit of a reply": "sent as max_tokens"}),
    "no_limit": ("no_limit_at_all", {"Limit of a reply": "not taken"}),
    "temperature": ("gpt5_behind_a_gateway", {"Temperature": "left to the model"}),
    "role": ("gemma_at_vllm", {"System role": "goes into the first message"}),
    "format": ("deepseek", {"JSON": "json_object"}),
    "streams": ("no_streams", {"Streaming": "comes whole"}),
    "thinking": ("thinks_hidden", {"Thinking": "room for 8,000 tokens, reasoning_effort low"}),
}


@pytest.mark.parametrize(("vendor", "details"), DETAILS.values(), ids=DETAILS)
async def test_each_ability_is_tried_once_and_said(
    vendor: str, details: dict[str, str], tmp_path: Path
) -> None:
    findings, received = await look(handler(VENDORS[vendor], answers), tmp_path, model="scripted-1")
    assert all(finding.ok for finding in findings.values()), findings
    for name, detail in details.items():
        assert detail in findings[name].detail
    calls = [one for one in received if one.method == "POST"]
    assert len(calls) == 3 + VENDORS[vendor].extra
    kept = tmp_path / FILE
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    [known] = json.loads(kept.read_text("utf-8"))
    assert known.startswith("scripted-1 at http://127.0.0.1:")


@pytest.mark.parametrize(
    ("reply", "style", "ok", "detail"),
    [
        ("ACT: probe labels\nWho labels them?", Style.AUTO, True, "its own questions"),
        ("**ACT: probe** labels\nWho labels them?", Style.AUTO, True, "its own questions"),
        ("Who labels them?", Style.AUTO, False, "it is guided"),
        ("ACT: probe labels\nWho labels them? And when?", Style.AUTO, False, "it is guided"),
        ("ACT: probe labels\n- Who labels them?", Style.FREE, False, "does not keep the form of"),
        (f"ACT: probe labels\n{'so ' * 60}?", Style.AUTO, False, "it is guided"),
        ("", Style.GUIDED, True, "guided, as set"),
    ],
)
async def test_whether_a_model_keeps_the_form_is_said(
    reply: str, style: Style, ok: bool, detail: str, tmp_path: Path
) -> None:
    def says(asked: Asked) -> str:
        return reply if asked.kind is Kind.REPLY else answers(asked)

    findings, _ = await look(handler(VENDORS["plain"], says), tmp_path, style=style)
    assert findings["Interviewing"].ok is ok
    assert detail in findings["Interviewing"].detail


async def test_the_model_that_is_taken_is_one_that_talks(tmp_path: Path) -> None:
    findings, received = await look(handler(Vendor(listing=LISTED), answers), tmp_path)
    assert findings["Models"].detail == "small, large; small is taken"
    assert {one.body["model"] for one in received if one.method == "POST"} == {"small"}


async def test_an_endpoint_with_nothing_that_talks_is_a_sentence(tmp_path: Path) -> None:
    listing = {"data": [{"id": "bge-m3"}, {"id": "whisper-1"}]}
    findings, _ = await look(handler(Vendor(listing=listing), answers), tmp_path)
    assert not findings["Models"].ok
    assert "no model that can talk (only bge-m3, whisper-1)" in findings["Models"].detail
    assert "INTERVIEWER_MODEL" in findings["Models"].action


async def test_a_model_that_only_thinks_is_a_sentence(tmp_path: Path) -> None:
    endless = handler(Vendor(says=thinks(1_000_000)), answers)
    findings, received = await look(endless, tmp_path, model="one")
    for name in ("JSON", "Streaming"):
        assert not findings[name].ok and "allowance for thinking" in findings[name].detail
        assert "INTERVIEWER_THINKING_TOKENS" in findings[name].action
    assert len([one for one in received if one.method == "POST"]) == 3
    assert not (tmp_path / FILE).exists()


async def test_the_address_that_answers_is_named(tmp_path: Path) -> None:
    inner = handler(VENDORS["plain"], answers)

    def elsewhere(request: Received) -> Reply:
        if "/gateway/v1/" in request.path:
            return inner(request)
        return Reply([b"<!doctype html>"], type="text/html")

    findings, _ = await look(elsewhere, tmp_path, "/gateway")
    assert not findings["Models"].ok
    assert findings["Models"].action.endswith("/gateway/v1.")


async def test_an_endpoint_without_a_list_is_asked_for_the_named_model(tmp_path: Path) -> None:
    inner = handler(VENDORS["plain"], answers)

    def silent(request: Received) -> Reply:
        missing = Reply([b'{"error": {"code": "404", "message": "Resource not found"}}'], 404)
        return missing if request.path.partition("?")[0].endswith("/models") else inner(request)

    path = "/openai/deployments/d?api-version=2024-10-21"
    findings, _ = await look(silent, tmp_path, path, model="d")
    assert all(finding.ok for finding in findings.values()), findings
    assert "no list" in findings["Models"].detail
