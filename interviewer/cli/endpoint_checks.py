"""What `doctor` finds out about the language model: what would be used, and whether it works."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import TYPE_CHECKING, NamedTuple

from interviewer.core.errors import EndpointError, SettingsError

if TYPE_CHECKING:
    from interviewer.llm.capabilities import Capabilities, Memory
    from interviewer.llm.configuration import LLMSettings
    from interviewer.llm.endpoint import Endpoint

MODELS_SHOWN = 5
_NO_LIST = ("not_found", "wrong_type", "rejected")
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


async def look_at_endpoint(
    settings: LLMSettings, memory: Memory | None = None
) -> AsyncIterator[Finding]:
    """Tries the endpoint: models, a reply in JSON, a streamed one; says what it takes.

    Args:
        settings: of the endpoint.
        memory: keeps what was learnt, in place of what was known before.
    """
    from interviewer.llm.endpoint import Endpoint

    endpoint = Endpoint(settings)
    try:
        yield _chosen(settings)
        offered = await _offered(endpoint)
        yield offered
        if offered.ok or settings.model is not None:
            async for finding in _tried(endpoint, memory):
                yield finding
    except SettingsError as error:
        yield Finding("Language model", False, error.what, error.action)
    finally:
        await endpoint.close()


async def _tried(endpoint: Endpoint, memory: Memory | None) -> AsyncIterator[Finding]:
    from interviewer.llm.configuration import shown_address
    from interviewer.llm.usage import Kind

    json_reply, spoken = await _answers_in_json(endpoint), await _speaks(endpoint)
    yield json_reply
    yield spoken
    if not (json_reply.ok or spoken.ok):
        return  # nothing was learnt
    try:
        model = await endpoint.model_for(Kind.SAY)
    except EndpointError:
        return
    capabilities = endpoint.capabilities_of(model)
    for finding in _learnt(capabilities):
        yield finding
    if spoken.ok:
        yield await _interviews(endpoint)
    if memory is not None and json_reply.ok and spoken.ok and not endpoint.settings.replay:
        memory.keep(shown_address(endpoint.settings), model, capabilities)


def _learnt(capabilities: Capabilities) -> Iterator[Finding]:
    """What a model takes, a line each."""
    names = " and ".join(capabilities.limits)
    limit = f"sent as {names}" if names else "not taken; replies end by themselves only"
    yield Finding("Limit of a reply", True, limit)
    warm = "as set" if capabilities.temperature else "left to the model, which takes none"
    yield Finding("Temperature", True, warm)
    known = "known" if capabilities.system else "not known; its text goes into the first message"
    yield Finding("System role", True, known)
    if capabilities.room:
        effort = f", reasoning_effort {capabilities.effort}" if capabilities.effort else ""
        room = f"it thinks first: room for {capabilities.room:,} tokens{effort}."
        yield Finding("Thinking", True, room, "A model without reasoning answers sooner.")
    elif capabilities.roomless:
        action = "Choose a model without reasoning, or one with a larger context."
        yield Finding("Thinking", False, "there is no room for it.", action)
    else:
        yield Finding("Thinking", True, "none seen")


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
    settings = endpoint.settings
    try:
        names = await endpoint.model_names()
    except EndpointError as error:
        if settings.model is not None and error.failure in _NO_LIST:
            # Some endpoints, deployments at Azure among them, only answer.
            return Finding("Models", True, f"no list; {settings.model} is asked as it is named")
        return await _perhaps_elsewhere(endpoint, _failed("Models", error), error)
    wanted = {settings.model, settings.judge_model} - {None}
    shown = ", ".join(names[:MODELS_SHOWN]) + (", ..." if len(names) > MODELS_SHOWN else "")
    if missing := sorted(str(name) for name in wanted - set(names)):
        action = "Choose one of these in INTERVIEWER_MODEL."
        return Finding("Models", False, f"{', '.join(missing)} is not among {shown}.", action)
    taken = f"; {names[0]} is taken" if names and settings.model is None else ""
    action = "" if names else "Load a model there."
    return Finding("Models", bool(names), f"{shown or 'none'}{taken}", action)


async def _perhaps_elsewhere(endpoint: Endpoint, found: Finding, error: EndpointError) -> Finding:
    """The same finding, with the address that does answer where `/v1` is all that it lacks."""
    from interviewer.llm.configuration import shown_address
    from interviewer.llm.endpoint import Endpoint as Other

    settings = endpoint.settings
    path = settings.address.url
    if error.failure not in _NO_LIST or path.endswith("/v1") or settings.replay:
        return found
    elsewhere = settings.model_copy(update={"base_url": f"{path}/v1", "record": None})
    other = Other(elsewhere)
    try:
        await other.model_names()
    except EndpointError:
        return found
    finally:
        await other.close()
    return found._replace(action=f"Set OPENAI_BASE_URL to {shown_address(elsewhere)}.")


async def _speaks(endpoint: Endpoint) -> Finding:
    from interviewer.llm.call import Request
    from interviewer.llm.usage import Kind, Meter

    messages = (("system", "You are brief."), ("user", "Say hello in three words."))
    try:
        async with aclosing(endpoint.stream(Request(Kind.SAY, messages, 100), Meter())) as pieces:
            count = sum([1 async for _ in pieces])
    except EndpointError as error:
        return _failed("Streaming", error)
    capabilities = endpoint.capabilities_of(await endpoint.model_for(Kind.SAY))
    if not capabilities.streams:
        action = "Words come late, but they come."
        return Finding("Streaming", True, "not known; a reply comes whole.", action)
    return Finding("Streaming", True, f"a reply came in {count} piece(s)")


async def _interviews(endpoint: Endpoint) -> Finding:
    """Whether the model can ask its own questions in the form that is needed."""
    from interviewer.brains.llm.replying import keeps_form, probe_request
    from interviewer.llm.configuration import Style
    from interviewer.llm.usage import Meter

    style = endpoint.settings.style
    if style is Style.GUIDED:
        return Finding("Interviewing", True, "guided, as set: it words what the program decides")
    try:
        async with aclosing(endpoint.stream(probe_request(), Meter())) as pieces:
            said = "".join([piece async for piece in pieces])
    except EndpointError as error:
        return _failed("Interviewing", error)
    if keeps_form(said):
        return Finding("Interviewing", True, "it asks its own questions and keeps their form")
    detail = "it does not keep the form of a question of its own"
    guided = "; after two such replies it is guided" if style is Style.AUTO else ""
    action = "Set INTERVIEWER_STYLE=guided, or choose a larger model."
    return Finding("Interviewing", False, f"{detail}{guided}.", action)


async def _answers_in_json(endpoint: Endpoint) -> Finding:
    from interviewer.brains.llm.schemas import NotesReply
    from interviewer.llm.call import Request
    from interviewer.llm.usage import Kind, Meter

    words = 'Reply with JSON: {"intents": ["answer"], "items": []}'
    messages = (("system", "You reply in JSON only."), ("user", words))
    try:
        await endpoint.ask(Request(Kind.NOTES, messages, 150), NotesReply, Meter())
    except EndpointError as error:
        return _failed("JSON", error)
    used = endpoint.capabilities_of(await endpoint.model_for(Kind.NOTES)).format
    action = "" if used == "json_schema" else "It works; a server with JSON schema errs less."
    return Finding("JSON", True, used.value, action)


def _failed(name: str, error: EndpointError) -> Finding:
    detail = f" ({error.detail})" if error.detail else ""
    return Finding(name, False, f"{error.what.rstrip('.')}{detail}.", error.action)
