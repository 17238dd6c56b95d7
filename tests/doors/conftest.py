from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.browser.driver import Server
from tests.doors.visitor import PASSWORD, Visitor
from tests.homes import warm_places

Visit = Callable[[Server], Visitor]


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app as it is served to this machine's person."""
    served = Server(warm_places(tmp_path_factory).home, variables={"OPENAI_API_KEY": "sk-SECRET"})
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with a password."""
    variables = {"INTERVIEWER_PASSWORD": PASSWORD}
    served = Server(warm_places(tmp_path_factory).home, variables=variables)
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def visit() -> Iterator[Callable[[Server], Visitor]]:
    """Opens browsers, each with cookies of its own."""
    opened: list[Visitor] = []

    def visit(server: Server) -> Visitor:
        opened.append(Visitor(server.url))
        return opened[-1]

    yield visit
    for visitor in opened:
        visitor.client.close()


@pytest.fixture
def visitor(alone: Server, visit: Visit) -> Visitor:
    return visit(alone)
