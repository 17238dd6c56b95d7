"""Servers of known vendors over real connections: calls come to something, each limit costs one."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from interviewer.llm.capabilities import Memory
from interviewer.llm.configuration import LLMSettings
from interviewer.llm.usage import Kind
from interviewer.simulation.endpoints.served import served
from interviewer.simulation.endpoints.vendors import VENDORS, Vendor, handler
from interviewer.simulation.endpoints.wire import Asked
from tests.llm.scripted import GOOD, Desk

SPEECH = "Hello there. How would you begin?"


def answers(asked: Asked) -> str:
    return SPEECH if "Say this." in asked.prompt else GOOD.model_dump_json()


def over(url: str, memory: Memory | None = None) -> Desk:
    """An endpoint over the network."""
    one = Desk(httpx2.AsyncHTTPTransport(), LLMSettings(base_url=url, model="one"))
    one.endpoint._memory = memory
    return one


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
async def test_each_thing_to_learn_costs_one_call(vendor: Vendor, tmp_path: Path) -> None:
    async with served(handler(vendor, answers)) as server:
        one = over(f"{server.root}/v1", Memory(tmp_path))
        for _ in range(2):
            assert await one.ask() == GOOD
            assert "".join(await one.stream()) == SPEECH
        assert len(server.calls) == 4 + vendor.extra
        await one.endpoint.close()
        again = over(f"{server.root}/v1", Memory(tmp_path))  # after a restart
        assert "".join(await again.stream()) == SPEECH
        assert await again.ask() == GOOD
        assert len(server.calls) == 6 + vendor.extra
        await again.endpoint.close()
    told = one.meter.records
    assert [record.failure for record in told if record.failure not in ("", "cramped")] == []


@pytest.mark.parametrize("vendor", VENDORS.values(), ids=VENDORS)
async def test_speech_alone_is_learnt_too(vendor: Vendor) -> None:
    async with served(handler(vendor, answers)) as server:
        one = over(f"{server.root}/v1")
        for kind in (Kind.SAY, Kind.REPLY):
            assert "".join(await one.stream(kind)) == SPEECH
        assert len(server.calls) <= 2 + vendor.extra
        await one.endpoint.close()
