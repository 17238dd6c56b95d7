"""The real judge, its vectors made once a run; no proxies between a test and its server."""

from __future__ import annotations

import pytest

from interviewer.judge.embedded import EmbeddedJudge
from tests.shipped import the_judge


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedJudge:
    """The embedded judge, prepared for the shipped case."""
    return the_judge(tmp_path_factory)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
