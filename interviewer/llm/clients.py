"""The clients of one endpoint: LangChain's chat models over one HTTP client."""

from __future__ import annotations

import asyncio
import importlib
import warnings
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from interviewer.core.errors import SettingsError
from interviewer.llm.configuration import LLMSettings
from interviewer.llm.failures import classify
from interviewer.llm.models import Model, listed_models
from interviewer.llm.wire import open_client

if TYPE_CHECKING:
    import httpx2
    from langchain_openai import ChatOpenAI


class Clients:
    """Makes and keeps the clients of an endpoint.

    Args:
        settings: address, key and bounds.
        transport: makes the HTTP requests in place of the network.
    """

    def __init__(
        self, settings: LLMSettings, transport: httpx2.AsyncBaseTransport | None = None
    ) -> None:
        self._settings = settings
        self._transport = transport
        self._chats: dict[tuple[str, float | None, str], ChatOpenAI] = {}

    def prepare(self) -> None:
        """Imports the client library and makes the clients that are known, blocking for seconds."""
        importlib.import_module("langchain_openai")
        # A content in parts is no fault; LangChain's way of reading it warns of one.
        warnings.filterwarnings("ignore", "Pydantic serializer warnings", UserWarning)
        importlib.import_module("openai.resources.chat")
        settings = self._settings
        with suppress(SettingsError):  # of a proxy or a recording; told when a call is made
            for model in filter(None, {settings.model, settings.judge_model}):
                for temperature in {0.0, settings.temperature}:
                    self.chat(model, temperature)

    async def load(self) -> None:
        """The same at the first call, beside the event loop."""
        if not self._chats:
            await asyncio.to_thread(self.prepare)

    def chat(self, model: str, temperature: float | None, effort: str = "") -> ChatOpenAI:
        """The client of a model; no temperature and no effort leave these to the endpoint."""
        from langchain_openai import ChatOpenAI

        key = (model, temperature, effort)
        if key not in self._chats:
            address = self._settings.address
            self._chats[key] = ChatOpenAI(
                model=model,
                api_key=self._settings.key,
                base_url=address.url,
                default_query=address.query or None,
                temperature=temperature,
                reasoning_effort=effort or None,
                timeout=self._settings.total_seconds,
                max_retries=0,
                use_responses_api=False,
                http_async_client=self._http,
                http_client=self._unused,
            )
        return self._chats[key]

    async def models(self) -> list[Model]:
        """The models that the endpoint offers, of whatever kind.

        Raises:
            EndpointError: it does not say.
        """
        from openai import AsyncOpenAI

        client = AsyncOpenAI(
            api_key=self._settings.key.get_secret_value(),
            base_url=self._settings.address.url,
            default_query=self._settings.address.query or None,
            http_client=self._http,
            max_retries=0,
            timeout=self._settings.first_token_seconds,
        )
        try:
            # Vendors give lists of their own form, which the client would not read.
            return listed_models(await client.get("/models", cast_to=object))
        except Exception as error:  # of many kinds; `classify` lets bugs of ours through
            raise classify(error, self._settings.key.get_secret_value()) from None

    def options(self, limits: dict[str, int], response_format: Any = None) -> dict[str, Any]:
        """The limit of a reply in tokens and its format, as the endpoint knows them.

        OpenAI refuses the old name of the limit for its newer models; many other servers know no
        other. Both travel in the body as they are: the client would else rename the limit, parse
        the reply itself, and raise where it was cut.
        """
        body: dict[str, Any] = dict(limits)
        if response_format is not None:
            body["response_format"] = response_format
        return {"extra_body": body}

    async def close(self) -> None:
        """Closes the connections."""
        if "_http" in self.__dict__:
            await self._http.aclose()
        if "_unused" in self.__dict__:
            self._unused.close()

    @cached_property
    def _http(self) -> httpx2.AsyncClient:
        return open_client(self._settings, self._transport)

    @cached_property
    def _unused(self) -> httpx2.Client:
        """What LangChain wants beside; its own would stumble over an odd proxy variable."""
        import httpx2

        return httpx2.Client(trust_env=False, verify=False)
