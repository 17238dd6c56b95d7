"""The clients of one endpoint: LangChain's chat models over one HTTP client."""

from __future__ import annotations

import asyncio
import importlib
from functools import cached_property
from typing import TYPE_CHECKING, Any

from interviewer.llm.configuration import LLMSettings
from interviewer.llm.failures import classify
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
        self._chats: dict[tuple[str, float | None], ChatOpenAI] = {}

    def prepare(self) -> None:
        """Imports the client library and makes the clients that are known, blocking for seconds."""
        importlib.import_module("langchain_openai")
        importlib.import_module("openai.resources.chat")
        settings = self._settings
        for model in filter(None, {settings.model, settings.judge_model}):
            for temperature in {0.0, settings.temperature}:
                self.chat(model, temperature)

    async def load(self) -> None:
        """The same at the first call, beside the event loop."""
        if not self._chats:
            await asyncio.to_thread(self.prepare)

    def chat(self, model: str, temperature: float | None) -> ChatOpenAI:
        """The client of a model; None leaves the temperature to the endpoint."""
        from langchain_openai import ChatOpenAI

        key = (model, temperature)
        if key not in self._chats:
            self._chats[key] = ChatOpenAI(
                model=model,
                api_key=self._settings.key,
                base_url=self._settings.base_url,
                temperature=temperature,
                timeout=self._settings.total_seconds,
                max_retries=0,
                use_responses_api=False,
                http_async_client=self._http,
            )
        return self._chats[key]

    async def model_names(self) -> list[str]:
        """The models that the endpoint offers.

        Raises:
            EndpointError: it does not say.
        """
        from openai import AsyncOpenAI

        client = AsyncOpenAI(
            api_key=self._settings.key.get_secret_value(),
            base_url=self._settings.base_url,
            http_client=self._http,
            max_retries=0,
            timeout=self._settings.first_token_seconds,
        )
        try:
            return [model.id for model in (await client.models.list()).data or []]
        except Exception as error:  # of many kinds; `classify` lets bugs of ours through
            raise classify(error, self._settings.key.get_secret_value()) from None

    def options(self, most: int, response_format: Any = None) -> dict[str, Any]:
        """The limit of a reply in tokens and its format, as the endpoint knows them.

        OpenAI refuses the old name of the limit for its newer models; many other servers know no
        other. The format travels in the body as it is: the client would else parse the reply
        itself, and raise where it was cut.
        """
        body = {} if self._settings.is_openai else {"max_tokens": most}
        if response_format is not None:
            body["response_format"] = response_format
        return {"max_completion_tokens": most, "extra_body": body}

    async def close(self) -> None:
        """Closes the connections."""
        if "_http" in self.__dict__:
            await self._http.aclose()

    @cached_property
    def _http(self) -> httpx2.AsyncClient:
        return open_client(self._settings, self._transport)
