"""The page of a running server shows what authors have saved, and keeps what they broke."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.web.browser_memory import Memory
from tests.browser.driver import Server
from tests.builders import a_case, as_yaml, write_case
from tests.doors.conftest import Visit
from tests.homes import warm_places


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    write_case(tmp_path, a_case(title="The first title"))
    return tmp_path


@pytest.fixture
def authors(knowledge: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The app with a folder of cases."""
    variables = {"INTERVIEWER_KNOWLEDGE": str(knowledge)}
    served = Server(warm_places(tmp_path_factory).home, variables=variables)
    served.start()
    yield served
    served.stop()


def test_the_start_page_shows_a_case_as_it_was_saved_last(
    authors: Server, visit: Visit, knowledge: Path
) -> None:
    visitor, page = visit(authors), [Memory().kept()]
    assert "The first title" in visitor.call("page.load", page)
    file = knowledge / "cases" / "warehouse" / "case.yaml"
    file.write_text(as_yaml(a_case(title="Another, longer title")), encoding="utf-8")
    shown = visitor.call("page.load", page)
    assert "Another, longer title" in shown and "The first title" not in shown
    file.write_text("id: [\n", encoding="utf-8")
    assert "Another, longer title" in visitor.call("page.load", page)
    assert authors.log().count(str(file)) == 1
    assert visitor.begin("warehouse")
