"""Servers that refuse a part of a request, or word a reply, as known vendors do.

Each says it in that vendor's own words, as they stand in bug reports; each works as soon as it is
asked in a way that it knows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from interviewer.simulation.endpoints.replies import Reply, events, good_reply, json_reply
from interviewer.simulation.endpoints.served import Received
from interviewer.simulation.endpoints.wire import (
    MODEL,
    Answers,
    Asked,
    chunk,
    completion,
    read_request,
)

Body = dict[str, Any]
Rule = Callable[[Body], Reply | None]
"""The rejection of a request, or None where it is taken."""


@dataclass(frozen=True)
class Vendor:
    """One kind of server.

    Attributes:
        rules: what it refuses.
        says: how it words a reply.
        listing: what it answers when it is asked for its models.
        extra: calls beyond those that are answered: one for each thing to be learnt.
    """

    rules: tuple[Rule, ...] = ()
    says: Callable[[Asked, str], Reply] = good_reply
    listing: Any = field(default_factory=lambda: {"data": [{"id": MODEL, "object": "model"}]})
    extra: int = 0


def handler(vendor: Vendor, answers: Answers) -> Callable[[Received], Reply]:
    """What a server of that kind does with a request."""

    def handle(request: Received) -> Reply:
        if request.path.partition("?")[0].endswith("/models"):
            return json_reply(vendor.listing)
        if not request.path.partition("?")[0].endswith("/chat/completions"):
            return told({"error": {"message": f"no route {request.path}"}}, 404)
        refused = (rule(request.body) for rule in vendor.rules)
        if reply := next((one for one in refused if one is not None), None):
            return reply
        asked = read_request(request.body)
        return vendor.says(asked, answers(asked))

    return handle


def told(body: Any, status: int = 400) -> Reply:
    """An error as JSON."""
    return Reply([json.dumps(body).encode()], status)


def _openai(message: str, param: str | None, code: str = "unsupported_parameter") -> Reply:
    error = {"message": message, "type": "invalid_request_error", "param": param, "code": code}
    return told({"error": error})


def _when(name: str, reply: Callable[[Any], Reply]) -> Rule:
    return lambda body: reply(body[name]) if name in body else None


def _forbidden(name: str, status: int = 422) -> Rule:
    """Mistral's own API, and gateways before it."""

    def reply(value: Any) -> Reply:
        extra = {"type": "extra_forbidden", "loc": ["body", name], "input": value}
        detail = {"detail": [{**extra, "msg": "Extra inputs are not permitted"}]}
        rest = {"type": "invalid_request_error", "param": None, "code": None}
        return told({"object": "error", "message": detail, **rest}, status)

    return _when(name, reply)


def _vllm_forbidden(name: str) -> Rule:
    """Servers of vLLM in 2024, whose message is a list of Python's."""
    return _when(
        name,
        lambda value: told(
            {
                "object": "error",
                "message": f"[{{'type': 'extra_forbidden', 'loc': ('body', '{name}'), 'msg': "
                f"'Extra inputs are not permitted', 'input': {value!r}}}]",
                "type": "BadRequestError",
                "param": None,
                "code": 400,
            }
        ),
    )


def _together(body: Body) -> Reply | None:
    if "max_tokens" in body and "max_completion_tokens" in body:
        return _openai(
            "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
            "max_tokens",
            "invalid_parameter_combination",
        )
    return None


def _volcengine(body: Body) -> Reply | None:
    if "max_tokens" in body and "max_completion_tokens" in body:
        message = (
            "The parameter max_tokens specified in the request are not valid: max_tokens and "
            "max_completion_tokens cannot be set at the same time. Request id: 0217"
        )
        error = {"code": "InvalidParameter", "message": message, "param": "max_tokens"}
        return told({"error": {**error, "type": "BadRequest"}})
    return None


_OLD_LIMIT = _when(
    "max_tokens",
    lambda value: _openai(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use "
        "'max_completion_tokens' instead.",
        "max_tokens",
    ),
)
_LITELLM_LIMIT = _when(
    "max_tokens",
    lambda value: told(
        {
            "error": {
                "message": "litellm.BadRequestError: OpenAIException - Unsupported parameter: "
                "'max_tokens' is not supported with this model. Use 'max_completion_tokens' "
                "instead. Received Model Group=gpt-5-mini\nAvailable Model Group Fallbacks=None",
                "type": None,
                "param": None,
                "code": "400",
            }
        }
    ),
)
_GEMINI_LIMIT = _when(
    "max_completion_tokens",
    lambda value: told(
        [
            {
                "error": {
                    "code": 400,
                    "message": "Invalid JSON payload received. Unknown name "
                    '"max_completion_tokens": Cannot find field.',
                    "status": "INVALID_ARGUMENT",
                }
            }
        ]
    ),
)
_AZURE_OLD_API = _when(
    "max_completion_tokens",
    lambda value: _openai(
        "Unrecognized request argument supplied: max_completion_tokens", None, "unknown"
    ),
)
_TEMPERATURE = _when(
    "temperature",
    lambda value: _openai(
        f"Unsupported value: 'temperature' does not support {value} with this model. Only the "
        "default (1) value is supported.",
        "temperature",
        "unsupported_value",
    ),
)
_USAGE = _when(
    "stream_options",
    lambda value: told(
        {"error_code": "BAD_REQUEST", "message": 'json: unknown field "stream_options"\n'}
    ),
)
_AZURE_USAGE = _when(
    "stream_options",
    lambda value: _openai(
        "Unrecognized request argument supplied: stream_options", None, "unknown"
    ),
)


def _unverified(body: Body) -> Reply | None:
    if not body.get("stream"):
        return None
    message = (
        "Your organization must be verified to stream this model. Please go to: "
        "https://platform.openai.com/settings/organization/general and click on Verify "
        "Organization."
    )
    return _openai(message, "stream", "unsupported_value")


def _format(kinds: tuple[str, ...], message: str, status: int = 400) -> Rule:
    def rule(body: Body) -> Reply | None:
        kind = (body.get("response_format") or {}).get("type")
        return told({"error": {"message": message}}, status) if kind in kinds else None

    return rule


def _lm_studio_format(body: Body) -> Reply | None:
    kind = (body.get("response_format") or {}).get("type")
    message = "'response_format.type' must be 'json_schema' or 'text'"
    return told({"error": message}) if kind == "json_object" else None


def _system(message: str, status: int = 400, bare: bool = False) -> Rule:
    def rule(body: Body) -> Reply | None:
        if all(one["role"] != "system" for one in body["messages"]):
            return None
        return told({"error": message if bare else {"message": message, "code": status}}, status)

    return rule


def _alternating(body: Body) -> Reply | None:
    roles = [one["role"] for one in body["messages"]]
    if roles == ["user", "assistant"] * (len(roles) // 2) + ["user"] * (len(roles) % 2):
        return None
    said = "Conversation roles must alternate user/assistant/user/assistant/..."
    rest = {"type": "BadRequestError", "param": None, "code": 400}
    return told({"object": "error", "message": said, **rest})


def _effort(message: str, *, unless: tuple[str, ...] = ()) -> Rule:
    def rule(body: Body) -> Reply | None:
        asked = body.get("reasoning_effort")
        return None if asked in (None, *unless) else _openai(message, "reasoning_effort")

    return rule


def _most(body: Body) -> int:
    limits = [body[name] for name in ("max_tokens", "max_completion_tokens") if name in body]
    return min(limits) if limits else 100_000


def thinks(tokens: int, field_name: str = "reasoning_content") -> Callable[[Asked, str], Reply]:
    """A reply after so many hidden tokens, or nothing where the limit is lower."""

    def says(asked: Asked, text: str) -> Reply:
        if _most(asked.body) > tokens:
            return _with_reasoning(asked, text, "stop", field_name)
        return _with_reasoning(asked, "", "length", field_name)

    return says


def _with_reasoning(asked: Asked, text: str, finish: str, name: str) -> Reply:
    thought = "The user wants {this}."
    if asked.body.get("stream"):
        begun = [chunk({"role": "assistant", "content": ""}), chunk({name: thought})]
        said = [chunk({"content": text})] if text else []
        return events([*begun, *said, chunk({}, finish=finish)])
    body = completion(text, asked, finish=finish)
    body["choices"][0]["message"][name] = thought
    body["usage"]["completion_tokens_details"] = {"reasoning_tokens": 50}
    return json_reply(body)


def marked(before: str, after: str) -> Callable[[Asked, str], Reply]:
    """A reply with its thinking in it."""
    thought = 'First {"verdict": "wrong"} comes to mind, but the user said {x}.'
    return lambda asked, text: good_reply(asked, f"{before}{thought}{after}{text}")


def _in_parts(asked: Asked, text: str) -> Reply:
    """Mistral's reasoning models."""
    thought = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm {"}]}
    parts = [thought, {"type": "text", "text": text}]
    if asked.body.get("stream"):
        return events([chunk({"content": [part]}) for part in parts] + [chunk({}, finish="stop")])
    body = completion("", asked)
    body["choices"][0]["message"]["content"] = parts
    return json_reply(body)


def _kept_alive(asked: Asked, text: str) -> Reply:
    """OpenRouter's comments between events; no usage."""
    if not asked.body.get("stream"):
        body = completion(text, asked)
        del body["usage"]
        return json_reply(body)
    alive = b": OPENROUTER PROCESSING\n\n"
    reply = events([chunk({"content": text}), chunk({}, finish="stop")])
    return Reply([alive, alive, *(part for one in reply.content for part in (one, alive))], **_SSE)


_SSE: dict[str, Any] = {"type": "text/event-stream"}


def _not_streamed(asked: Asked, text: str) -> Reply:
    """A server that does not know of streams, and answers as if none was asked for."""
    return json_reply(completion(text, asked))


def _in_a_tool(asked: Asked, text: str) -> Reply:
    """A model that gives its JSON to a tool that nobody offered."""
    if asked.body.get("stream"):
        return good_reply(asked, text)
    call = {"id": "1", "type": "function", "function": {"name": "json", "arguments": text}}
    body = completion("", asked, finish="tool_calls")
    body["choices"][0]["message"] |= {"content": None, "tool_calls": [call]}
    return json_reply(body)


VENDORS: Mapping[str, Vendor] = {
    "plain": Vendor(),
    "openai_family_behind_a_gateway": Vendor((_together,), extra=1),
    "volcengine": Vendor((_volcengine,), extra=1),
    "gpt5_behind_a_gateway": Vendor((_OLD_LIMIT, _TEMPERATURE), extra=2),
    "litellm": Vendor((_LITELLM_LIMIT,), extra=1),
    "mistral": Vendor((_forbidden("max_completion_tokens"), _forbidden("stream_options")), extra=2),
    "vllm_of_2024": Vendor((_vllm_forbidden("max_completion_tokens"),), extra=1),
    "gemini": Vendor((_GEMINI_LIMIT,), extra=1),
    "azure_of_2024": Vendor((_AZURE_OLD_API, _AZURE_USAGE), extra=2),
    "no_limit_at_all": Vendor(
        (_vllm_forbidden("max_completion_tokens"), _vllm_forbidden("max_tokens")), extra=2
    ),
    "databricks": Vendor((_USAGE,), extra=1),
    "unverified_organisation": Vendor((_unverified,), extra=1),
    "no_streams": Vendor(says=_not_streamed, extra=1),
    "deepseek": Vendor(
        (_format(("json_schema",), "This response_format type is unavailable now"),), extra=1
    ),
    "old_llama_cpp": Vendor(
        (
            _format(
                ("json_schema",),
                'response_format type must be one of "text" or "json_object", but got: json_schema',
                500,
            ),
        ),
        extra=1,
    ),
    "lm_studio_without_schema": Vendor(
        (_lm_studio_format, _format(("json_schema",), "json_schema is not supported")), extra=2
    ),
    "gemma_at_llama_cpp": Vendor(
        (
            _system(
                "Value is not callable: null at row 1, column 72: raise_exception('System role "
                "not supported')",
                500,
            ),
        ),
        extra=1,
    ),
    "gemma_at_vllm": Vendor((_system("System role not supported"),), extra=1),
    "gemma_at_lm_studio": Vendor(
        (
            _system(
                'Error rendering prompt with jinja template: "System role not supported".',
                bare=True,
            ),
        ),
        extra=1,
    ),
    "gemma_at_google": Vendor(
        (_system("Developer instruction is not enabled for models/gemma-3-27b-it"),), extra=1
    ),
    "o1_mini": Vendor(
        (
            _system(
                "Unsupported value: 'messages[0].role' does not support 'system' with this model."
            ),
        ),
        extra=1,
    ),
    "mistral_template_at_vllm": Vendor((_alternating,), extra=1),
    "only_two_roles": Vendor((_system("Only user and assistant roles are supported!"),), extra=1),
    "thinks_hidden": Vendor(says=thinks(900), extra=1),
    "thinks_at_openrouter": Vendor(says=thinks(900, "reasoning"), extra=1),
    "thinks_and_knows_no_effort": Vendor(
        (_effort("Unsupported parameter: 'reasoning_effort' is not supported with this model."),),
        says=thinks(900),
        extra=2,
    ),
    "thinks_and_knows_other_efforts": Vendor(
        (
            _effort(
                "Unsupported value: 'reasoning_effort' does not support 'low' with this model. "
                "Supported values are: 'none' and 'default'.",
                unless=("none", "default"),
            ),
        ),
        says=thinks(900),
        extra=2,
    ),
    "thinks_at_ollama": Vendor(
        (_effort('"deepseek-r1" does not support thinking'),),
        marked("<think>", "</think>"),
        extra=1,
    ),
    "thinks_in_marks": Vendor(says=marked("<think>\n", "\n</think>\n\n")),
    "thinks_in_other_marks": Vendor(says=marked("<thinking>", "</thinking>")),
    "closes_what_it_never_opened": Vendor(says=marked("", "\n</think>\n\n")),
    "harmony": Vendor(
        says=marked(
            "<|channel|>analysis<|message|>",
            "<|end|><|start|>assistant<|channel|>final<|message|>",
        )
    ),
    "kimi": Vendor(says=marked("\u25c1think\u25b7", "\u25c1/think\u25b7")),
    "magistral": Vendor(says=_in_parts),
    "openrouter": Vendor(says=_kept_alive),
    "json_in_a_tool": Vendor(says=_in_a_tool),
    "fenced": Vendor(
        says=lambda asked, text: good_reply(
            asked,
            text if asked.body.get("stream") else f"Sure {{here}}:\n```json\n{text}\n```\nOK?",
        )
    ),
}
"""Servers by what is odd about them."""
