"""Which of the models that an endpoint lists is taken where none is named."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from interviewer.core.errors import EndpointError
from interviewer.llm.configuration import LLMSettings
from interviewer.llm.models import LONGEST_NAME, listed_models, talking
from interviewer.llm.usage import Kind
from interviewer.simulation.endpoints.replies import Reply
from interviewer.simulation.endpoints.served import Handle, Received, served
from interviewer.simulation.endpoints.vendors import Vendor, handler, told
from interviewer.simulation.endpoints.wire import Asked
from tests.llm.scripted import GOOD, Desk

OTHERS = (
    *("text-embedding-3-large", "nomic-embed-text:latest", "mxbai-embed-large", "BAAI/bge-m3"),
    *("intfloat/e5-mistral-7b-instruct", "all-minilm:33m", "jina-clip-v2", "gte-large-en-v1.5"),
    *("snowflake-arctic-embed2", "models/gemini-embedding-001", "qwen3-embedding:0.6b"),
    *("bge-reranker-v2-m3", "Qwen/Qwen3-Reranker-4B", "cohere/rerank-v3.5"),
    *("whisper-1", "whisper-large-v3-turbo", "gpt-4o-transcribe", "gpt-4o-mini-tts", "tts-1-hd"),
    *("kokoro-82m", "orpheus-3b", "gpt-4o-audio-preview", "gpt-4o-realtime-preview", "canary-asr"),
    *("dall-e-3", "gpt-image-1", "models/imagen-4.0-generate-001", "black-forest-labs/FLUX.1-dev"),
    *("stable-diffusion-3.5-large", "gemini-2.5-flash-image", "sora-2", "veo-3.0-generate-001"),
    *("omni-moderation-latest", "meta-llama/Llama-Guard-4-12B", "shieldgemma:9b", "prompt-guard-2"),
    *("davinci-002", "babbage-002", "gpt-3.5-turbo-instruct", "clip-vit-base", "models/aqa"),
)
TALKERS = (
    *("gpt-4.1-mini", "gpt-5", "o3-mini", "llama3.2:3b", "qwen3:8b", "gemma-3-27b-it", "phi4"),
    *("mistral-small-latest", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "deepseek-chat"),
    *("models/gemini-2.5-flash", "claude-sonnet-4", "command-r-plus", "llava:7b", "gpt-oss:20b"),
    *("Qwen2.5-VL-7B-Instruct", "granite3.3:8b", "smollm2-135m-instruct", "scripted-1", "default"),
)


@pytest.mark.parametrize("name", OTHERS)
def test_models_for_something_else_are_known_by_their_names(name: str) -> None:
    assert talking(listed_models({"data": [{"id": name}]})) == []


@pytest.mark.parametrize("name", TALKERS)
def test_models_that_talk_are_known_by_their_names(name: str) -> None:
    assert talking(listed_models({"data": [{"id": name}]})) == [name]


LISTS: dict[str, tuple[Any, list[str]]] = {
    "together": (
        [
            {"id": "a", "type": "image"},
            {"id": "b", "type": "embedding"},
            {"id": "c", "type": "moderation"},
            {"id": "d", "type": "rerank"},
            {"id": "e", "type": "chat"},
        ],
        ["e"],
    ),
    "mistral": (
        {
            "data": [
                {"id": "a", "capabilities": {"completion_chat": False}},
                {"id": "b", "capabilities": {"completion_chat": True}},
            ]
        },
        ["b"],
    ),
    "azure": (
        {
            "data": [
                {"id": "a", "capabilities": {"chat_completion": False, "embeddings": True}},
                {"id": "b", "capabilities": {"chat_completion": True}},
            ]
        },
        ["b"],
    ),
    "litellm": ({"data": [{"id": "a", "mode": "embedding"}, {"id": "b", "mode": "chat"}]}, ["b"]),
    "lm_studio": ({"data": [{"id": "a", "type": "embeddings"}, {"id": "b", "type": "vlm"}]}, ["b"]),
    "openrouter": (
        {
            "data": [
                {"id": "a", "architecture": {"output_modalities": ["image"]}},
                {"id": "b", "architecture": {"output_modalities": ["text", "image"]}},
            ]
        },
        ["b"],
    ),
    "a_kind_before_a_name": ({"data": [{"id": "my-embedder", "type": "chat"}]}, ["my-embedder"]),
    "names_alone": ({"models": ["bge-m3", "b"]}, ["b"]),
    "ollama": ({"models": [{"name": "b:latest", "model": "b:latest"}]}, ["b:latest"]),
    "twice": ({"data": [{"id": "b"}, {"id": "b"}]}, ["b"]),
    "rubbish": ({"data": [None, 3, [], {"id": 3}, {"id": "x\n"}, {"id": "x" * 201}]}, []),
    "longest": ({"data": [{"id": "x" * LONGEST_NAME}]}, ["x" * LONGEST_NAME]),
    "null": (None, []),
    "text": ("b", []),
}


@pytest.mark.parametrize(("given", "names"), LISTS.values(), ids=LISTS)
def test_kinds_come_before_names(given: Any, names: list[str]) -> None:
    assert talking(listed_models(given)) == names


def answers(asked: Asked) -> str:
    return GOOD.model_dump_json()


async def outcome(handle: Handle) -> tuple[str, list[str], Desk]:
    """What became of a call to a model that nobody named, and which models were asked."""
    async with served(handle) as server:
        transport = httpx2.AsyncHTTPTransport()
        one = Desk(transport, LLMSettings(base_url=f"{server.root}/v1"))
        ended = await one.outcome(Kind.ASSESS)
        await one.endpoint.close()
        return ended, [body["model"] for body in server.calls], one


async def test_the_first_that_talks_is_taken() -> None:
    listing = {"data": [{"id": name} for name in (*OTHERS, "qwen3:8b", "llama3.2:3b")]}
    ended, asked, one = await outcome(handler(Vendor(listing=listing), answers))
    assert (ended, asked, one.endpoint.named) == ("ok", ["qwen3:8b"], "qwen3:8b")


async def test_where_nothing_talks_nothing_is_asked() -> None:
    listing = {"data": [{"id": "bge-m3"}, {"id": "whisper-1"}]}
    async with served(handler(Vendor(listing=listing), answers)) as server:
        one = Desk(httpx2.AsyncHTTPTransport(), LLMSettings(base_url=f"{server.root}/v1"))
        with pytest.raises(EndpointError, match="no model that can talk") as caught:
            await one.ask()
        assert "bge-m3" in caught.value.detail and not server.calls
        await one.endpoint.close()


UNFIT: dict[str, Reply] = {
    "ollama": told({"error": {"message": '"one" does not support chat'}}, 400),
    "openai": told(
        {
            "error": {
                "message": "This is not a chat model and thus not supported in the "
                "v1/chat/completions endpoint. Did you mean to use v1/completions?",
                "type": "invalid_request_error",
                "param": "model",
                "code": None,
            }
        },
        404,
    ),
    "not_loaded": told({"error": {"message": "The model `one` does not exist."}}, 404),
}


@pytest.mark.parametrize("refusal", UNFIT.values(), ids=UNFIT)
async def test_a_taken_model_that_is_unfit_is_passed_over(refusal: Reply) -> None:
    inner = handler(Vendor(listing={"data": [{"id": "one"}, {"id": "two"}]}), answers)

    def handle(request: Received) -> Reply:
        return refusal if request.body.get("model") == "one" else inner(request)

    ended, asked, one = await outcome(handle)
    assert (ended, asked, one.endpoint.named) == ("ok", ["one", "two"], "two")


async def test_models_are_not_passed_over_for_ever() -> None:
    listing = {"data": [{"id": f"m{number}"} for number in range(9)]}
    inner = handler(Vendor(listing=listing), answers)

    def handle(request: Received) -> Reply:
        return UNFIT["not_loaded"] if request.body else inner(request)

    ended, asked, _ = await outcome(handle)
    assert (ended, asked) == ("not_found", ["m0", "m1", "m2"])
