"""Where the program reads and writes, as its environment says."""

from __future__ import annotations

import pytest

from interviewer.core.errors import SettingsError
from interviewer.core.paths import read_places


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        pytest.param("", None, id="none"),
        pytest.param(" http://localhost:8000 ", "http://localhost:8000", id="plain"),
        pytest.param("https://chroma.example.org/", "https://chroma.example.org", id="no_port"),
    ],
)
def test_the_chroma_server(named: str, expected: str | None) -> None:
    assert read_places({"INTERVIEWER_CHROMA": named}).chroma == expected


@pytest.mark.parametrize(
    "named",
    [
        "localhost:8000",
        "http://",
        "http://localhost:door",
        "http://localhost:70000",
        "ftp://localhost",
        "http://localhost/path",
        "http://localhost?x=1",
        "http://me:secret@localhost:8000",
    ],
)
def test_what_is_no_address_of_a_server_is_refused(named: str) -> None:
    with pytest.raises(SettingsError, match="INTERVIEWER_CHROMA") as caught:
        read_places({"INTERVIEWER_CHROMA": named})
    assert "localhost:8000" in caught.value.action
    assert "secret" not in str(caught.value)
