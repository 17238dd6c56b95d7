"""What `make quick` runs: the right tests, all of them bounded."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from tests import markers

ROOT = markers.TESTS.parent
pytest_plugins = ["pytester"]

A_SUITE = """
import time, pytest

def spin():
    until = time.process_time() + 0.4
    while time.process_time() < until:
        pass

def test_quick(): pass
def test_too_long(): spin()
@pytest.mark.slow
def test_long_and_marked(): spin()
"""
A_CONFTEST = """
import pytest
from tests import markers

@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    return (yield from markers.bounded(item, 0.2))
"""


def test_the_markers_are_those_that_are_registered() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    registered = pyproject["tool"]["pytest"]["ini_options"]["markers"]
    assert registered == [f"{name}: {what}" for name, what in markers.LEFT_OUT.items()]
    assert {*markers.BY_PLACE.values(), *markers.BY_FIXTURE.values()} <= {*markers.LEFT_OUT}


def test_make_quick_leaves_out_every_marker() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    recipe = re.search(r"^quick:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert recipe and f"'{markers.QUICK}'" in recipe[1] and "--most" in recipe[1]


@pytest.mark.parametrize("place", markers.BY_PLACE)
def test_every_place_is_there(place: str) -> None:
    assert (markers.TESTS / place).exists()


def test_an_unmarked_test_that_takes_long_is_told(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(A_CONFTEST)
    pytester.makepyfile(A_SUITE)
    pytester.makeini("[pytest]\nmarkers = slow")
    pytester.syspathinsert(Path(ROOT))
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*It took 0.* s of processor time*0.2*", "*test_too_long*"])
