"""What an error blames, and what it must not be taken to blame."""

from __future__ import annotations

import time
from dataclasses import fields

import pytest

from interviewer.core.errors import EndpointError
from interviewer.llm.capabilities import LEAST_ROOM, Capabilities, is_thinker
from interviewer.llm.failures import (
    Failure,
    Part,
    another_effort,
    failed,
    largest_limit,
    refused_parts,
)

BLAMED: dict[str, tuple[str, Part]] = {
    "expected_fields": (
        "unknown field `stream_options`, expected one of `messages`, `max_tokens`, `temperature`",
        Part.USAGE,
    ),
    "param_first": ("stream\nUnsupported value: 'stream' does not support true.", Part.STREAM),
    "xai": ("Argument not supported on this model: reasoningEffort", Part.EFFORT),
    "groq": (
        "reasoning_effort\n`reasoning_effort` must be one of `none` or `default`",
        Part.EFFORT,
    ),
    "ollama": ('"llama3.2" does not support thinking', Part.EFFORT),
    "litellm": (
        "litellm.UnsupportedParamsError: openai does not support parameters: ['temperature'], for "
        "model=gpt-5. To drop these, set `litellm.drop_params=True`",
        Part.TEMPERATURE,
    ),
    "gemini_payload": (
        'Invalid JSON payload received. Unknown name "max_completion_tokens": Cannot find field.',
        Part.NEW_LIMIT,
    ),
    "jinja": ("Jinja Exception: System role not supported", Part.SYSTEM),
    "after_system": (
        "After the optional system message, conversation roles must alternate user/assistant/...",
        Part.SYSTEM,
    ),
    "qwen": ("Range of max_tokens should be [1, 8192]", Part.ROOM),
    "vllm": (
        "'max_tokens' or 'max_completion_tokens' is too large: 8600. This model's maximum context "
        "length is 8192 tokens and your request has 3000 input tokens (8600 > 8192 - 3000).",
        Part.ROOM,
    ),
    "old_openai": (
        "max_tokens is too large: 9000. This model supports at most 4096 completion tokens.",
        Part.ROOM,
    ),
    "grammar": ("Failed to initialize samplers: failed to parse grammar", Part.FORMAT),
}


@pytest.mark.parametrize(("complaint", "part"), BLAMED.values(), ids=BLAMED)
def test_the_part_that_is_refused_comes_first(complaint: str, part: Part) -> None:
    assert refused_parts(complaint)[0] is part


REFUSED = {
    **{part: complaint for complaint, part in reversed(BLAMED.values())},
    Part.OLD_LIMIT: "Unsupported parameter: 'max_tokens'",
    Part.BOTH_LIMITS: "max_tokens and max_completion_tokens cannot be set at the same time",
}
"""What an endpoint says that refuses the part."""


@pytest.mark.parametrize("part", Part)
def test_every_part_that_is_refused_is_left_out(part: Part) -> None:
    capabilities = Capabilities()
    assert capabilities.think(8000)  # asks for an effort and for room
    asked = capabilities.asks
    assert refused_parts(REFUSED[part])[0] is part
    assert capabilities.learn(failed(Failure.REJECTED, complaint=REFUSED[part]))
    assert capabilities.asks != asked


def test_every_ability_that_changes_a_request_is_compared() -> None:
    """A field that is learnt and not in `asks` would never be seen to have changed."""
    told = {"refused", "roomless", "knows_effort", "hold"}  # of what was learnt, not of requests
    names = {field.name for field in fields(Capabilities)} - told
    assert len(Capabilities().asks) == len(names)


@pytest.mark.parametrize(
    "complaint",
    [
        *("", "Bad request", "The model is overloaded.", "stream disconnected unexpectedly"),
        "upstream returned no JSON: <html>",
    ],
)
def test_an_error_of_the_server_is_not_taken_for_a_refusal(complaint: str) -> None:
    capabilities = Capabilities()
    error = failed(Failure.SERVER_ERROR, complaint=complaint)
    assert not capabilities.learn(error) and capabilities == Capabilities()


@pytest.mark.parametrize(
    ("complaint", "largest"),
    [
        (BLAMED["qwen"][0], 8192),
        (BLAMED["vllm"][0], 5192),
        (BLAMED["old_openai"][0], 4096),
        ("max_tokens must be less than or equal to 16384", 16384),
        ("max_tokens is too large", None),
    ],
)
def test_the_largest_limit_is_read(complaint: str, largest: int | None) -> None:
    assert largest_limit(complaint) == largest


@pytest.mark.parametrize(
    ("complaint", "effort"),
    [
        ("Supported values are: 'none', 'low', 'medium', and 'high'.", "none"),
        ("Supported values are: 'high'.", "high"),
        ("must be one of `none` or `default`", "none"),
        ("Supported values are: 'low'", ""),
        ("not supported with this model", ""),
    ],
)
def test_another_effort_is_one_that_is_named(complaint: str, effort: str) -> None:
    assert another_effort(complaint, "low") == effort


def too_large(limit: int) -> EndpointError:
    return failed(Failure.REJECTED, complaint=f"max_tokens is too large, at most {limit}")


@pytest.mark.parametrize(
    ("limit", "room"), [(2 * LEAST_ROOM, LEAST_ROOM), (2 * LEAST_ROOM - 2, 0), (7000, 3500)]
)
def test_room_is_what_there_is_or_none(limit: int, room: int) -> None:
    capabilities = Capabilities()
    assert capabilities.think(1900 if limit < 7000 else 8000)
    assert capabilities.learn(too_large(limit))
    assert (capabilities.room, capabilities.roomless) == (room, room == 0)
    assert capabilities.think(8000) is False


def test_there_is_an_end_to_narrowing() -> None:
    capabilities = Capabilities()
    capabilities.think(200_000)
    learnt = [capabilities.learn(too_large(10**9)) for _ in range(12)]
    assert learnt.index(False) <= 8 and not any(learnt[learnt.index(False) :])


@pytest.mark.parametrize(
    ("model", "thinks"),
    [
        *((name, True) for name in ("o1", "o3-mini", "openai/o4-mini", "gpt-5", "gpt-5.1-mini")),
        *((name, True) for name in ("gpt-oss:20b", "deepseek-r1:8b", "qwq:32b", "qwen3:8b")),
        *(
            (name, True)
            for name in ("models/gemini-2.5-flash", "magistral-small", "phi4-reasoning")
        ),
        *(
            (name, False)
            for name in ("gpt-4.1-mini", "gpt-5-chat-latest", "qwen3-coder:30b", "one")
        ),
        *((name, False) for name in ("llama3.2:3b", "mistral-small", "gemma3:4b", "Qwen2.5-7B")),
    ],
)
def test_models_that_think_are_known_by_their_names(model: str, thinks: bool) -> None:
    assert is_thinker(model) is thinks


SHAPES = ("system ", "stream ", "'\"`", "supported parameters ", "[1,", "context length ", "role")


@pytest.mark.parametrize("shape", SHAPES)
def test_long_complaints_are_read_in_time(shape: str) -> None:
    began = time.process_time()
    refused_parts((shape * 4000)[:4000])
    largest_limit((shape * 4000)[:4000])
    another_effort((shape * 4000)[:4000], "low")
    assert time.process_time() - began < 0.5
