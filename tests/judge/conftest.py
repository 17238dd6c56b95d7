"""The real judge, its vectors made once a run."""

from __future__ import annotations

import pytest

from interviewer.judge.embedded import EmbeddedJudge
from tests.shipped import the_judge


@pytest.fixture(scope="session")
def judge(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedJudge:
    """The embedded judge, prepared for the shipped case."""
    return the_judge(tmp_path_factory)
