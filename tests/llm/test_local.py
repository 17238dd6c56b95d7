"""Servers on this machine: found, offered, used only once chosen, done without when gone."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.brains.factory import Brains
from interviewer.cases.library import Library
from interviewer.core.errors import SettingsError
from interviewer.core.settings import InterviewSettings
from interviewer.judge.embedded import EmbeddedJudge
from interviewer.llm import models
from interviewer.llm.call import Request
from interviewer.llm.configuration import read_llm_settings, read_local_settings
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.models import LocalServer, find_local, local_brain, read_local_brain
from interviewer.llm.usage import Kind, Meter
from interviewer.reports.brain_names import brain_phrase
from interviewer.service.interviews import open_interviews
from interviewer.simulation.endpoints.misbehaving import HOST
from interviewer.simulation.endpoints.replies import Reply, json_reply
from interviewer.simulation.endpoints.sensible import Sensible
from interviewer.simulation.endpoints.served import Handle, Served, served
from interviewer.simulation.endpoints.vendors import Vendor, handler
from interviewer.web import choices
from interviewer.web.brain_choice import offered_to
from tests.homes import places_in
from tests.shipped import CASE_ID, shipped_case

NAMES = ("nomic-embed-text:latest", "qwen3:8b", "llama3.2:3b")
LISTING = {"object": "list", "data": [{"id": name, "owned_by": "library"} for name in NAMES]}


@asynccontextmanager
async def on_this_machine(
    handle: Handle, monkeypatch: pytest.MonkeyPatch, name: str = "Ollama"
) -> AsyncIterator[Served]:
    """A server at a port that is looked at."""
    async with served(handle) as server:
        monkeypatch.setattr(models, "PORTS", {server.port: name})
        yield server


@pytest.fixture(autouse=True)
def nothing_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "INTERVIEWER_REPLAY"):
        monkeypatch.delenv(name, raising=False)


def lists(told: Any) -> Handle:
    return lambda request: json_reply(told)


async def test_a_server_is_found_with_the_models_that_can_talk(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("OPENAI_ORG_ID", "secret")
    async with on_this_machine(lists(LISTING), monkeypatch) as server:
        assert await find_local() == [LocalServer("Ollama", server.port, NAMES[1:])]
    [asked] = server.received
    assert (asked.method, asked.path, asked.body) == ("GET", "/v1/models", {})
    assert not {"authorization", "api-key", "cookie"} & set(asked.headers)
    assert "secret" not in str(asked)


HOSTILE = '<img src=x onerror="alert(1)">'
RUBBISH: dict[str, Handle] = {
    "page": lambda request: Reply([b"<!doctype html><h1>Hi</h1>"], type="text/html"),
    "not_found": lambda request: Reply([b'{"data": [{"id": "a"}]}'], 404),
    "key_wanted": lambda request: Reply([b'{"error": "Unauthorized"}'], 401),
    "elsewhere": lambda request: Reply([], 302, headers={"Location": "http://127.0.0.1:1/"}),
    "huge": lambda request: Reply([b'{"data": [' + b" " * 60_000] + [b" " * 60_000] * 40),
    "endless": lambda request: Reply(b" " * 60_000 for _ in range(10**9)),
    "deep": lambda request: Reply([b"[" * 200_000]),
    "half": lambda request: Reply([b'{"data": [{"id": "a'], whole=False),
    "silent": lambda request: Reply(silent=True),
    "nothing": lists(None),
    "number": lists(7),
    "list_of_lists": lists([[["a"]]]),
    "no_names": lists({"data": [{"id": 7}, {"id": None}, {}, 3, None, {"id": ""}]}),
    "markup": lists({"data": [{"id": HOSTILE}, {"id": "a b"}, {"id": "a, prompts 1"}]}),
    "hidden_signs": lists({"data": [{"id": "a\u202eb"}, {"id": "a\x00"}, {"id": "a\nb"}]}),
    "long_names": lists({"data": [{"id": "m" * 71}]}),
    "only_embeddings": lists({"data": [{"id": "bge-m3"}, {"id": "whisper-1"}]}),
}


@pytest.mark.parametrize("handle", RUBBISH.values(), ids=RUBBISH)
async def test_whatever_else_listens_there_is_harmless(
    handle: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_this_machine(handle, monkeypatch):
        began = time.monotonic()
        assert await find_local() == []
        assert time.monotonic() - began < 10 * models.SECONDS  # of a loaded machine


async def test_slow_servers_cost_less_than_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    late = Reply([b"{}"], late=True)

    async with served(lambda request: late) as one, served(lambda request: late) as two:
        monkeypatch.setattr(models, "PORTS", {one.port: "a", two.port: "b"})
        monkeypatch.setattr(models, "SECONDS", 0.1)
        assert await find_local() == []


@pytest.mark.parametrize(("length", "found_models"), [(70, 1), (71, 0)])
async def test_a_name_has_to_fit_into_a_form(
    length: int, found_models: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_this_machine(lists({"data": [{"id": "m" * length}]}), monkeypatch) as server:
        found = await find_local()
    assert sum(len(one.models) for one in found) == found_models
    assert len(local_brain("m" * length, server.port)) <= 100 or not found_models


async def test_a_file_of_llama_cpp_goes_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/home/me/a folder/Qwen3-8B-Q4_K_M.gguf"
    told = {"data": [{"id": path, "owned_by": "llamacpp"}]}
    async with on_this_machine(lists(told), monkeypatch, "?") as server:
        assert await find_local() == [
            LocalServer("llama.cpp", server.port, ("Qwen3-8B-Q4_K_M.gguf",))
        ]


def test_the_name_of_a_choice_is_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    name = local_brain("hf.co/a/b:Q4_K_M", 11434)
    assert read_local_brain(name) == ("hf.co/a/b:Q4_K_M", 11434)
    assert read_local_brain(f"{name}, prompts 1.1.1.1, embedded 3") == ("hf.co/a/b:Q4_K_M", 11434)
    assert brain_phrase(f"{name}, prompts 1.1") == "hf.co/a/b:Q4_K_M on this machine"


@pytest.mark.parametrize(
    "name",
    [
        *("llm", "embedded 3", "llm gpt-5, prompts 1", "", "llm a at 127.0.0.1:22"),
        *("llm a at 127.0.0.1:114340", "llm a at 10.0.0.1:11434", "llm a b at 127.0.0.1:11434"),
        "llm a at 127.0.0.1:11434/../x",
        f"llm {'m' * 71} at 127.0.0.1:11434",
    ],
)
def test_nothing_else_is_the_name_of_a_local_choice(name: str) -> None:
    assert read_local_brain(name) is None


# Offered


async def test_what_is_found_is_offered_to_the_person_at_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shelf = Library(cases={}, frameworks={})
    async with on_this_machine(lists(LISTING), monkeypatch) as server:
        brains = Brains(places_in(tmp_path))
        to_others = await offered_to(brains, alone=False)
        assert (to_others.pairs, to_others.looks, server.received) == ([], False, [])
        offer = await offered_to(brains, alone=True)
        for _ in range(5):
            assert (await offered_to(brains, alone=True)) == offer
        assert len(server.received) == 1
    wanted = local_brain("qwen3:8b", server.port)
    assert offer.pairs[:2] == [
        ("Embedded (offline)", "embedded"),
        ("qwen3:8b on Ollama, on this machine", wanted),
    ]
    form = choices.remembered({}, shelf, offer)
    assert (form["brain"], offer.chosen(form)) == ("embedded", "embedded")
    kept = choices.remembered({"brain": wanted}, shelf, offer)
    assert (kept["brain"], offer.chosen(kept)) == (wanted, wanted)
    shown = choices.sentence(kept, shelf, offer)
    assert "qwen3:8b on this machine" in shown and f"127.0.0.1:{server.port}" in shown
    gone = await offered_to(brains, alone=True, afresh=True)
    with pytest.raises(SettingsError, match="does not answer"):
        gone.chosen(kept)
    with pytest.raises(SettingsError, match="does not answer"):
        to_others.chosen(kept)


async def test_nothing_is_looked_for_where_an_endpoint_is_set_up(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a-key-of-mine")
    async with on_this_machine(lists(LISTING), monkeypatch) as server:
        offer = await offered_to(Brains(places_in(tmp_path)), alone=True)
        assert (offer.local, offer.looks, server.received) == ((), False, [])


# Used


async def test_an_interview_uses_it_resumes_with_it_and_outlives_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, judge: EmbeddedJudge
) -> None:
    own = EmbeddedBrain(judge)
    vendor = Vendor(listing=LISTING)
    said = "I would optimise watch time per session, because clicks alone reward clickbait."

    async def exchange(interviews: Any, known: str) -> Any:
        async for _ in interviews.submit(known, said):
            pass
        return (await interviews.view(known)).turns[-1]

    async with on_this_machine(handler(vendor, Sensible(own, shipped_case())), monkeypatch) as one:
        async with open_interviews(places_in(tmp_path)) as interviews:
            interviews.brains.embedded = own
            await interviews.brains.find_local()
            brain = local_brain("qwen3:8b", one.port)
            known = (await interviews.start(CASE_ID, InterviewSettings(), brain)).interview_id
            assert not one.calls, "nothing is sent before something was said"
            assert (await exchange(interviews, known)).stand_in == ""
            calls = len(one.calls)
        assert {body["model"] for body in one.calls} == {"qwen3:8b"}
        assert one.received[-1].headers["authorization"] == "Bearer none"
        monkeypatch.setenv("OPENAI_API_KEY", "set-up-since")  # it stays where it was begun
        async with open_interviews(places_in(tmp_path)) as interviews:
            interviews.brains.embedded = own
            assert (await exchange(interviews, known)).stand_in == ""
            assert len(one.calls) > calls
            assert "set-up-since" not in json.dumps([r.headers for r in one.received])
            view = await interviews.view(known)
            assert brain_phrase(view.brain) == "qwen3:8b on this machine"
    async with open_interviews(places_in(tmp_path)) as interviews:
        interviews.brains.embedded = own
        turn = await exchange(interviews, known)
        assert turn.text and "Nothing answers" in turn.stand_in


def test_the_ports_are_the_usual_ones() -> None:
    assert set(models.PORTS) == {11434, 1234, 8080, 8000, 1337}
    assert HOST == models.HOST


OWN = {
    "OPENAI_ORG_ID": "org-SECRET-1",
    "OPENAI_ORGANIZATION": "org-SECRET-2",
    "OPENAI_PROJECT_ID": "proj-SECRET-3",
    "OPENAI_CUSTOM_HEADERS": "X-Team: team-SECRET-4\nAuthorization: Bearer tok-SECRET-5",
    "OPENAI_ADMIN_KEY": "adm-SECRET-6",
    "OPENAI_API_KEY": "sk-SECRET-7",
}


async def test_a_server_that_was_found_is_told_nothing_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in OWN.items():
        monkeypatch.setenv(name, value)
    async with on_this_machine(
        handler(Vendor(listing=LISTING), lambda asked: "Hi."), monkeypatch
    ) as one:
        await find_local()
        endpoint = Endpoint(read_local_settings(f"{one.root}/v1", "qwen3:8b"))
        asked = Request(Kind.SAY, (("user", "Hello."),), 50)
        said = [piece async for piece in endpoint.stream(asked, Meter())]
        await endpoint.model_names()
        await endpoint.close()
    assert said and len(one.received) == 3
    assert "SECRET" not in str([request.headers for request in one.received])
    sent = {name for request in one.received for name in request.headers}
    assert not {name for name in sent if name.startswith(("openai-", "x-team", "api-key"))}


async def test_a_server_of_ones_own_gets_what_the_variables_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served(lists(LISTING)) as one:
        own = {**OWN, "OPENAI_BASE_URL": f"{one.root}/v1"}
        for name, value in own.items():
            monkeypatch.setenv(name, value)
        settings = read_llm_settings(own)
        assert settings is not None and not settings.found
        endpoint = Endpoint(settings)
        await endpoint.model_names()
        await endpoint.close()
    assert one.received[0].headers["openai-project"] == "proj-SECRET-3"
