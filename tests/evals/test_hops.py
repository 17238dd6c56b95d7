"""How far one message may travel through the code."""

from __future__ import annotations

import subprocess
import sys

import pytest

from evals.bench.measured import ROOT


@pytest.mark.slow
def test_one_message_keeps_to_its_bounds() -> None:
    """In a process of its own, where nothing is known yet of other tests' messages."""
    command = [sys.executable, "-m", "evals.bench.hops", "--by-file"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
