"""Which tests `make quick` leaves out, and that nothing long stays in it.

A test is marked by its place or by what it asks for; a new one that takes long is told to be.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
LEFT_OUT = {
    "browser": "drives Chromium",
    "llama": "asks a real language model",
    "server": "starts a server and talks to it over sockets",
    "slow": "takes seconds of processor time",
}
BY_PLACE = {
    "llama": "llama",
    "doors": "server",
    "cli/test_drafting.py": "server",
    "cli/test_endpoint_checks.py": "server",
    "llm/test_connections.py": "server",
    "llm/test_endpoint.py": "server",
    "llm/test_local.py": "server",
    "llm/test_matrix.py": "server",
    "llm/test_models.py": "server",
    "llm/test_recording.py": "server",
    "llm/test_tries.py": "server",
    "llm/test_vendor_interviews.py": "server",
    "llm/test_vendors.py": "server",
    "brains/test_contract.py": "slow",
    "cli/test_brains.py": "slow",
    "cli/test_deleting.py": "slow",
    "cli/test_interviews.py": "slow",
    "cli/test_measuring.py": "slow",
    "cli/test_telemetry.py": "server",
    "evals/test_cost.py": "slow",
    "evals/test_own_cases.py": "slow",
    "evals/test_faults.py": "slow",
    "evals/test_recordings.py": "slow",
    "evals/test_versions.py": "slow",
    "retrieval/test_chroma_server.py": "server",
    "retrieval/test_damaged_index.py": "slow",
    "retrieval/test_index.py": "slow",
    "linear": "slow",
    "service/test_step_grades.py": "slow",
    "service/test_owners.py": "slow",
    "service/test_archive.py": "slow",
    "service/test_deleting.py": "slow",
    "test_flow.py": "slow",
    "service/test_interviews.py": "slow",
    "service/test_own_cases.py": "slow",
    "service/test_recovery.py": "slow",
    "service/test_unusable.py": "slow",
    "judge/test_invariance.py": "slow",
    "web/test_lists.py": "slow",
    "simulation/test_replay.py": "slow",
    "service/test_resume.py": "slow",
    "brains/test_spoken.py": "slow",
    "brains/llm/test_sound_replies.py": "slow",
}
BY_FIXTURE = {
    "browser": "browser",
    "keyboard": "slow",
    "plays": "slow",  # whole scripted interviews
    "results": "slow",
    "server": "server",
}
QUICK = " and ".join(f"not {name}" for name in LEFT_OUT)
"""What `make quick` selects."""


def mark(item: pytest.Item) -> None:
    """Marks a test by where it stands and what it asks for."""
    place = item.path.relative_to(TESTS).as_posix()
    names = {name for start, name in BY_PLACE.items() if f"{place}/".startswith(f"{start}/")}
    names |= {
        BY_FIXTURE[wanted] for wanted in getattr(item, "fixturenames", ()) if wanted in BY_FIXTURE
    }
    for name in sorted(names):
        item.add_marker(name)


def is_quick(item: pytest.Item) -> bool:
    """Whether `make quick` runs a test."""
    return not any(item.get_closest_marker(name) for name in LEFT_OUT)


def used() -> float:
    """Seconds of processor time of this process and of the children it has waited for."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def bounded(item: pytest.Item, most: float) -> Iterator[None]:
    """Fails a quick test that takes more processor time than it may, however busy the machine is.

    Args:
        item: the test, which runs where this generator waits.
        most: seconds of processor time.
    """
    began = used()
    yield
    if is_quick(item) and (took := used() - began) > most:
        pytest.fail(
            f"It took {took:.1f} s of processor time, and a quick test may take {most:g}. "
            "Mark it: @pytest.mark.slow, or see tests/markers.py.",
            pytrace=False,
        )
