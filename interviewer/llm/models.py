"""The models that an endpoint lists, and which of them can hold a conversation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

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
