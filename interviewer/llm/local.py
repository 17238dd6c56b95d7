"""Servers of language models on this machine, found at the ports that they usually have.

Nothing but a request for their models is sent to them, never through a proxy, and whatever else
listens at such a port may answer what it likes.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, NamedTuple

from interviewer.llm.models import Model, listed_models

if TYPE_CHECKING:
    import httpx2

HOST = "127.0.0.1"
PORTS = {11434: "Ollama", 1234: "LM Studio", 8080: "llama.cpp", 8000: "vLLM", 1337: "Jan"}
SECONDS = 0.8  # for all of it
MOST_BYTES = 256_000  # of a list
MOST_MODELS = 12  # of one server that are offered
LONGEST_NAME = 70  # characters; the name is stored with the interview and travels in a form

_NAME = re.compile(r"[A-Za-z0-9][\w.:/@+-]*")
_BRAIN = re.compile(rf"llm ({_NAME.pattern}) at {re.escape(HOST)}:(\d{{1,5}})(?=,|$)")
_OWNERS = {"library": "Ollama", "llamacpp": "llama.cpp", "vllm": "vLLM"}


class LocalServer(NamedTuple):
    """A server that was found.

    Attributes:
        name: of the program, as far as it can be told.
        port: where it listens.
        models: those that can hold a conversation.
    """

    name: str
    port: int
    models: tuple[str, ...]

    @property
    def base_url(self) -> str:
        """Its address as OPENAI_BASE_URL takes it."""
        return local_url(self.port)


def local_url(port: int) -> str:
    """The address of a server at that port of this machine."""
    return f"http://{HOST}:{port}/v1"


def local_brain(model: str, port: int) -> str:
    """The name by which a model of a local server is chosen and stored."""
    return f"llm {model} at {HOST}:{port}"


def read_local_brain(brain: str) -> tuple[str, int] | None:
    """Model and port of such a name, also with versions behind it; None for any other name."""
    found = _BRAIN.match(brain)
    if found is None or int(found[2]) not in PORTS or len(found[1]) > LONGEST_NAME:
        return None
    return found[1], int(found[2])


async def find_local() -> list[LocalServer]:
    """The servers that list a model to talk to, in the order of `PORTS`."""
    import httpx2

    # Nothing of the environment: no proxy, no credentials from a .netrc.
    transport = httpx2.AsyncHTTPTransport(verify=False, trust_env=False)
    async with httpx2.AsyncClient(transport=transport, trust_env=False) as client:
        looks = (_look(client, port, name) for port, name in PORTS.items())
        found = await asyncio.gather(*looks)
    return [server for server in found if server is not None and server.models]


async def _look(client: httpx2.AsyncClient, port: int, name: str) -> LocalServer | None:
    import httpx2

    try:
        async with asyncio.timeout(SECONDS):
            told = await _told(client, f"{local_url(port)}/models")
    except (TimeoutError, OSError, httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError):
        return None
    models = listed_models(told)
    usable = (shown for model in models if model.talks and (shown := _usable(model)))
    owner = _OWNERS.get(models[0].owner, name) if models else name
    return LocalServer(owner, port, tuple(dict.fromkeys(usable))[:MOST_MODELS])


async def _told(client: httpx2.AsyncClient, url: str) -> object:
    """What a list says; None where there is none."""
    async with client.stream("GET", url, headers={"accept": "application/json"}) as response:
        if response.status_code != 200:
            return None
        body = b""
        async for part in response.aiter_bytes():
            body += part
            if len(body) > MOST_BYTES:
                return None
        told: object = json.loads(body)
        return told


def _usable(model: Model) -> str:
    """A name that can be offered; empty where it holds anything that no name of a model has."""
    name = model.name
    if model.owner == "llamacpp":  # the path of a file; its server takes any name
        name = re.split(r"[\\/]", name)[-1]
    fits = len(name) <= LONGEST_NAME and _NAME.fullmatch(name) is not None
    return name if fits else ""
