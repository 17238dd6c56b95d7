"""Where calls go: addresses as people copy them, Azure's, proxies; none for this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from interviewer.core.errors import SettingsError
from interviewer.llm.addresses import is_loopback, mend_proxies, proxy_for, usable_proxy
from interviewer.llm.configuration import LLMSettings, read_llm_settings
from interviewer.llm.endpoint import Endpoint
from interviewer.llm.usage import Kind, Meter
from interviewer.simulation.endpoints.proxy import Proxy, proxied
from interviewer.simulation.endpoints.served import served
from interviewer.simulation.endpoints.vendors import VENDORS, handler
from interviewer.simulation.endpoints.wire import Asked
from tests.llm.scripted import GOOD, Answer, request

KEY = "a-very-secret-key"
AZURE = "https://mine.openai.azure.com"


def answers(asked: Asked) -> str:
    return "Hello there." if asked.body.get("stream") else GOOD.model_dump_json()


async def asked(settings: LLMSettings) -> Answer:
    """A reply over the network, as the environment says."""
    endpoint = Endpoint(settings)
    try:
        return await endpoint.ask(request(Kind.ASSESS), Answer, Meter())
    finally:
        await endpoint.close()


ADDRESSES: dict[str, tuple[str, str]] = {
    "whole": ("/v1", "/v1/chat/completions"),
    "slashes": ("/v1//", "/v1/chat/completions"),
    "no_version": ("", "/v1/chat/completions"),
    "no_version_slash": ("/", "/v1/chat/completions"),
    "of_a_call": ("/v1/chat/completions", "/v1/chat/completions"),
    "of_the_models": ("/v1/models", "/v1/chat/completions"),
    "ollama_of_its_own": ("/api/chat", "/v1/chat/completions"),
    "deeper": ("/v1beta/openai/", "/v1beta/openai/chat/completions"),
    "query": ("/v1?team=a%20b", "/v1/chat/completions?team=a+b"),
    "azure": (
        "/openai/deployments/d?api-version=2024-10-21",
        "/openai/deployments/d/chat/completions?api-version=2024-10-21",
    ),
    "azure_call": (
        "/openai/deployments/d/chat/completions?api-version=2024-10-21",
        "/openai/deployments/d/chat/completions?api-version=2024-10-21",
    ),
    "azure_new": (
        "/openai/v1/?api-version=preview",
        "/openai/v1/chat/completions?api-version=preview",
    ),
}


@pytest.mark.parametrize(("given", "path"), ADDRESSES.values(), ids=ADDRESSES)
async def test_calls_go_where_they_are_meant_to(given: str, path: str) -> None:
    async with served(handler(VENDORS["plain"], answers)) as server:
        environ = {"OPENAI_BASE_URL": f"{server.root}{given}", "OPENAI_API_KEY": KEY}
        settings = read_llm_settings(environ | {"INTERVIEWER_MODEL": "one"})
        assert settings is not None
        assert await asked(settings) == GOOD
        [one] = server.received
    assert one.path == path
    assert one.headers["authorization"] == f"Bearer {KEY}"
    assert one.headers.get("api-key") == (KEY if "api-version" in given else None)


@pytest.mark.parametrize(
    ("given", "url", "model"),
    [
        (AZURE, f"{AZURE}/openai/v1", None),
        (f"{AZURE}/openai/", f"{AZURE}/openai/v1", None),
        (
            f"{AZURE}/openai/deployments/my%20own?api-version=1",
            f"{AZURE}/openai/deployments/my%20own",
            "my own",
        ),
        ("https://openrouter.ai/api", "https://openrouter.ai/api/v1", None),
        ("https://api.openai.com/", "https://api.openai.com/v1", None),
        ("https://api.perplexity.ai", "https://api.perplexity.ai", None),
    ],
)
def test_what_an_address_lacks_is_put_in(given: str, url: str, model: str | None) -> None:
    settings = read_llm_settings({"OPENAI_BASE_URL": given})
    assert settings is not None
    assert (settings.address.url, settings.model) == (url, model)


@pytest.mark.parametrize(
    "given",
    [f"{AZURE}/openai/deployments/d", f"{AZURE}/openai/deployments?api-version=1"],
)
def test_an_address_at_azure_that_lacks_something_is_refused_in_a_sentence(given: str) -> None:
    with pytest.raises(SettingsError, match="OPENAI_BASE_URL") as caught:
        read_llm_settings({"OPENAI_BASE_URL": given, "OPENAI_API_KEY": KEY})
    assert "Azure" in caught.value.what and "azure.com/openai/v1" in caught.value.action


async def test_azure_itself_gets_the_key_in_its_own_header_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with served(handler(VENDORS["plain"], answers)) as server, proxied(server) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        url = "http://mine.openai.azure.com/openai/v1"
        assert await asked(LLMSettings(base_url=url, model="d", key=SecretStr(KEY))) == GOOD
        headers = server.received[0].headers
    assert headers["api-key"] == KEY and "authorization" not in headers


# Proxies


def at(proxy: Proxy, scheme: str) -> str:
    return f"{scheme}://127.0.0.1:{proxy.port}"


@pytest.mark.parametrize(
    ("variable", "scheme"),
    [
        ("HTTP_PROXY", "http"),
        ("http_proxy", "http"),
        ("ALL_PROXY", "http"),
        ("ALL_PROXY", "socks5"),
        ("ALL_PROXY", "socks5h"),
        ("ALL_PROXY", "socks"),
    ],
)
@pytest.mark.parametrize("recorded", [False, True], ids=["plain", "recorded"])
async def test_calls_go_through_the_proxy(
    variable: str, scheme: str, recorded: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    record: dict[str, Any] = {"record": tmp_path / "calls.jsonl"} if recorded else {}
    async with served(handler(VENDORS["plain"], answers)) as server, proxied(server) as proxy:
        monkeypatch.setenv(variable, at(proxy, scheme))
        settings = LLMSettings(base_url="http://models.invalid/v1", model="one", **record)
        assert await asked(settings) == GOOD
        assert proxy.went == ["models.invalid"]


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "ALL_PROXY"])
@pytest.mark.parametrize("excepted", ["", "example.com", "10.0.0.0/8"])
async def test_this_machine_needs_no_proxy(
    variable: str, excepted: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", excepted)
    async with served(handler(VENDORS["plain"], answers)) as server:
        for host in ("127.0.0.1", "localhost"):
            base_url = f"http://{host}:{server.port}/v1"
            settings = LLMSettings(base_url=base_url, model="one", record=tmp_path / "a.jsonl")
            assert await asked(settings) == GOOD


@pytest.mark.parametrize(
    ("url", "excepted", "proxy"),
    [
        ("https://api.example/v1", "", "http://p:1"),
        ("https://api.example/v1", "api.example", None),
        ("https://api.example/v1", ".example", None),
        ("https://api.example/v1", "*", None),
        ("http://10.1.2.3:8000/v1", "10.0.0.0/8", None),
        ("http://10.1.2.3:8000/v1", "192.168.0.0/16,rubbish/x", "http://p:1"),
        ("http://[::1]:8000/v1", "", None),
        ("http://0.0.0.0:8000/v1", "", None),
    ],
)
def test_who_needs_no_proxy(
    url: str, excepted: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://p:1")
    monkeypatch.setenv("no_proxy", excepted)
    assert proxy_for(url) == proxy


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("app.localhost", True),
        ("127.0.0.1", True),
        ("127.255.255.254", True),
        ("::1", True),
        ("[::1]", True),
        ("::ffff:127.0.0.1", True),
        ("128.0.0.1", False),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("10.0.0.1", False),
    ],
)
def test_this_machine_is_known_by_its_names(host: str, own: bool) -> None:
    assert is_loopback(host) is own


UNUSABLE = ["socks4://127.0.0.1:1", "ftp://p:1", "rubbish://[", "http://", "http://p:99999"]


@pytest.mark.parametrize("proxy", UNUSABLE)
async def test_a_proxy_that_cannot_be_used_is_a_sentence(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(SettingsError, match="proxy of the environment") as caught:
        await asked(LLMSettings(base_url="http://models.invalid/v1", model="one"))
    assert "NO_PROXY" in caught.value.action


@pytest.mark.parametrize("proxy", UNUSABLE)
def test_no_client_is_left_to_stumble_over_a_proxy(proxy: str) -> None:
    environ = {"ALL_PROXY": proxy, "http_proxy": "socks://p:1", "HTTPS_PROXY": "p:1"}
    assert mend_proxies(environ) == ["ALL_PROXY"]
    assert environ == {"http_proxy": "socks5://p:1", "HTTPS_PROXY": "http://p:1"}
    assert usable_proxy(proxy) is None


def test_a_password_of_a_proxy_is_in_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks4://me:hunter2@p:1")
    with pytest.raises(SettingsError) as caught:
        proxy_for("https://api.example/v1")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "socks://127.0.0.1:1", UNUSABLE[0]])
def test_the_app_starts_whatever_the_proxy_is(proxy: str, tmp_path: Path) -> None:
    """In a process of its own, as clients are made when libraries are imported."""
    script = (
        "from interviewer.llm.addresses import mend_proxies; mend_proxies()\n"
        "import httpx, httpx2, gradio\n"
        "httpx.Client(); httpx2.AsyncClient(); print('started')"
    )
    environ = {**os.environ, "ALL_PROXY": proxy, "INTERVIEWER_HOME": str(tmp_path)}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip() == "started", done.stderr[-2000:]
