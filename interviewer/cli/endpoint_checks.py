"""What `doctor` finds out about the language model: what would be used, and whether it works."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import TYPE_CHECKING, NamedTuple

from interviewer.errors import EndpointError, SettingsError

if TYPE_CHECKING:
    from interviewer.llm.configuration import LLMSettings
    from interviewer.llm.endpoint import Endpoint

MODELS_SHOWN = 5
NOTHING_SET = (
    "embedded; no language model is set up.",
    "To use one, set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own.",
)


class Finding(NamedTuple):
    """One thing found out.

    Attributes:
        name: what was looked at.
        ok: whether it is as it should be.
        detail: what was found.
        action: what to do; empty when all is well.
    """

    name: str
    ok: bool
    detail: str
    action: str = ""


async def look_at_endpoint(settings: LLMSettings) -> AsyncIterator[Finding]:
    """Tries the endpoint: models, a streamed reply, a reply in JSON."""
    from interviewer.llm.endpoint import Endpoint

    endpoint = Endpoint(settings)
    try:
        yield _chosen(settings)
        offered = await _offered(endpoint)
        yield offered
        if offered.ok or settings.model is not None:
            yield await _speaks(endpoint)
            yield await _answers_in_json(endpoint)
    except SettingsError as error:
        yield Finding("Language model", False, error.what, error.action)
    finally:
        await endpoint.close()


def _chosen(settings: LLMSettings) -> Finding:
    from interviewer.llm.configuration import shown_address

    where = f"recording {settings.replay}" if settings.replay else shown_address(settings)
    model = settings.model or "its first model"
    judge = settings.judge_model or "the same"
    budget, parts = settings.budget, [f"{model} at {where}", f"judge: {judge}"]
    if budget.dollars is not None:
        parts.append(f"at most ${budget.dollars:.2f} an interview")
    if budget.tokens is not None:
        parts.append(f"at most {budget.tokens:,} tokens an interview")
    if settings.model and not _priced(settings):
        parts.append("no price known: costs are shown in tokens")
    return Finding("Language model", True, "; ".join(parts))


def _priced(settings: LLMSettings) -> bool:
    from interviewer.llm.usage import price_of

    return price_of(settings.model or "", settings.prices) is not None


async def _offered(endpoint: Endpoint) -> Finding:
    try:
        names = await endpoint.model_names()
    except EndpointError as error:
        return _failed("Models", error)
    wanted = {endpoint.settings.model, endpoint.settings.judge_model} - {None}
    shown = ", ".join(names[:MODELS_SHOWN]) + (", ..." if len(names) > MODELS_SHOWN else "")
    if missing := sorted(str(name) for name in wanted - set(names)):
        action = "Choose one of these in INTERVIEWER_MODEL."
        return Finding("Models", False, f"{', '.join(missing)} is not among {shown}.", action)
    return Finding("Models", bool(names), shown or "none", "" if names else "Load a model there.")


async def _speaks(endpoint: Endpoint) -> Finding:
    from interviewer.llm.call import Request
    from interviewer.llm.usage import Kind, Meter

    messages = (("system", "You are brief."), ("user", "Say hello in three words."))
    try:
        async with aclosing(endpoint.stream(Request(Kind.SAY, messages, 100), Meter())) as pieces:
            count = sum([1 async for _ in pieces])
    except EndpointError as error:
        return _failed("Streaming", error)
    return Finding("Streaming", True, f"a reply came in {count} piece(s)")


async def _answers_in_json(endpoint: Endpoint) -> Finding:
    from interviewer.brains.llm.replies import HeardReply
    from interviewer.llm.call import Request
    from interviewer.llm.usage import Kind, Meter

    words = 'Reply with JSON: {"intents": ["answer"], "items": []}'
    messages = (("system", "You reply in JSON only."), ("user", words))
    try:
        await endpoint.ask(Request(Kind.ASSESS, messages, 150), HeardReply, Meter())
    except EndpointError as error:
        return _failed("JSON", error)
    used = endpoint.abilities_of(await endpoint.model_for(Kind.ASSESS)).format
    action = "" if used == "json_schema" else "It works; a server with JSON schema errs less."
    return Finding("JSON", True, used.value, action)


def _failed(name: str, error: EndpointError) -> Finding:
    detail = f" ({error.detail})" if error.detail else ""
    return Finding(name, False, f"{error.what.rstrip('.')}{detail}.", error.action)
