"""The models that can be talked to: those that an endpoint lists, and servers on this machine.

Local servers are looked for at the ports that they usually have. Nothing but a request for their
models is sent to them, never through a proxy, and whatever else listens at such a port may answer
what it likes.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import httpx2


MOST = 2000  # models of a list that are read
LONGEST_NAME = 200  # characters
_OTHER_NAMES = re.compile(
    r"embed|(?:^|[/_-])(?:bge|e5|gte|stella|minilm|all-mpnet|jina-(?:clip|colbert)|colbert|voyage"
    r"|snowflake-arctic|paraphrase|sentence)(?=$|[/:_.-])|rerank|cross-encoder"
    r"|whisper|(?:^|[/_-])(?:tts|stt|asr)(?=$|[/:_.-]|\d)|speech|transcri|parakeet|kokoro|piper"
    r"|(?:^|[/_-])(?:orpheus|bark|audio|voice|music|lyria|realtime)(?=$|[/:_.-]|\d)|-audio-|gpt-audio"
    r"|dall-e|gpt-image|(?:^|[/_-])imagen|stable-diffusion|sdxl|(?:^|[/_-])flux|image-gen|-image"
    r"|(?:^|[/_-])(?:sora|veo|wan|kling|cogvideo)(?=$|[/:_.-]|\d)|text-to-|video-gen"
    r"|moderation|(?:llama|shield|prompt|granite|wild)-?guard|shieldgemma|(?:^|[/_-])guard"
    r"|(?:^|[/_-])(?:clip|siglip|ocr|aqa|babbage|davinci|ada|curie)(?=$|[/:_.-]|\d)|-instruct-0914"
    r"|gpt-3\.5-turbo-instruct|reward|classifier",
    re.IGNORECASE,
)
"""Names of models that are made for something else than talking."""
_OTHER_KINDS = re.compile(
    r"embed|rerank|rank|image|audio|speech|transcri|moderation|video|tts|stt|completion$"
)
_CHAT_KINDS = re.compile(r"chat|llm|vlm|language|text-generation|text2text|responses")
_KIND_FIELDS = ("type", "task", "mode", "model_type", "kind", "pipeline_tag")
HOST = "127.0.0.1"
PORTS = {11434: "Ollama", 1234: "LM Studio", 8080: "llama.cpp", 8000: "vLLM", 1337: "Jan"}
SECONDS = 0.8  # for all of it
MOST_BYTES = 256_000  # of a list
MOST_MODELS = 12  # of one server that are offered
LONGEST_OFFERED = 70  # characters; the name is stored with the interview and travels in a form
_NAME = re.compile(r"[A-Za-z0-9][\w.:/@+-]*")
_BRAIN = re.compile(rf"llm ({_NAME.pattern}) at {re.escape(HOST)}:(\d{{1,5}})(?=,|$)")
_OWNERS = {"library": "Ollama", "llamacpp": "llama.cpp", "vllm": "vLLM"}


class Model(NamedTuple):
    """A model of a list.

    Attributes:
        name: by which it is asked for.
        talks: whether it can hold a conversation, as far as its kind or its name tells.
        owner: what the list says that it belongs to; empty where it says nothing.
    """

    name: str
    talks: bool
    owner: str = ""


def listed_models(told: Any) -> list[Model]:
    """The models of a list, which may be anything at all."""
    found: dict[str, Model] = {}
    for entry in _entries(told):
        name = entry.get("id") or entry.get("name") or entry.get("model")
        if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME and name.isprintable():
            owner = entry.get("owned_by")
            known = Model(name, _talks(name, entry), owner if isinstance(owner, str) else "")
            found.setdefault(name, known)
    return list(found.values())


def talking(models: Iterable[Model]) -> list[str]:
    """The names of those that can hold a conversation."""
    return [model.name for model in models if model.talks]


def _entries(told: Any) -> Iterator[dict[str, Any]]:
    """The entries of a list, which is bare at some vendors and has a name at others."""
    if isinstance(told, dict):
        told = told.get("data") or told.get("models") or []
    if isinstance(told, list):
        for entry in told[:MOST]:
            if isinstance(entry, dict):
                yield entry
            elif isinstance(entry, str):
                yield {"id": entry}


def _talks(name: str, entry: dict[str, Any]) -> bool:
    can = entry.get("capabilities")
    if isinstance(can, dict):
        for field in ("completion_chat", "chat_completion", "chat_completions", "chat"):
            if isinstance(can.get(field), bool):
                return bool(can[field])
    if isinstance(can, list) and can and all(isinstance(one, str) for one in can):
        return any(_CHAT_KINDS.search(one) or one in ("completion", "tools") for one in can)
    kinds = [entry[f].lower() for f in _KIND_FIELDS if isinstance(entry.get(f), str)]
    if any(_CHAT_KINDS.search(kind) for kind in kinds):
        return True
    if any(_OTHER_KINDS.search(kind) for kind in kinds):
        return False
    made_of = entry.get("architecture")
    outputs = made_of.get("output_modalities") if isinstance(made_of, dict) else None
    if isinstance(outputs, list) and outputs and "text" not in outputs:
        return False
    return _OTHER_NAMES.search(name) is None


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
    if found is None or int(found[2]) not in PORTS or len(found[1]) > LONGEST_OFFERED:
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
    fits = len(name) <= LONGEST_OFFERED and _NAME.fullmatch(name) is not None
    return name if fits else ""
