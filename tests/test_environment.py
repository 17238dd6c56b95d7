"""`.env.example` names what the program reads, nothing else, and with values that it takes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from interviewer.core.paths import read_places
from interviewer.llm.configuration import read_llm_settings
from interviewer.store.database import read_url
from interviewer.web.site import read_site

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = (ROOT / ".env.example").read_text("utf-8")
GIVEN = dict(re.findall(r"^#([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))
OURS = re.compile(r"(?:INTERVIEWER|OPENAI)(?:_[A-Z]+)+")
OTHERS = {"FORWARDED_ALLOW_IPS"}  # of names that are not ours, the one that we read
OF_MAKE = {"HOST", "PORT"}


def read_by_the_program() -> Iterator[str]:
    """Every text in the program that is the name of a variable and nothing more."""
    for path in (ROOT / "interviewer").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            text = node.value if isinstance(node, ast.Constant) else None
            if isinstance(text, str) and (OURS.fullmatch(text) or text in OTHERS):
                yield text


def test_it_names_every_variable_and_no_other() -> None:
    assert {*GIVEN} == {*read_by_the_program()} | OF_MAKE
    assert len(GIVEN) == len(re.findall(r"^#[A-Z_]+=", EXAMPLE, re.MULTILINE))


def test_nothing_is_set_by_copying_it() -> None:
    assert not [line for line in EXAMPLE.splitlines() if line and not line.startswith("#")]


def test_the_makefile_reads_what_it_is_said_to_read() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert all(f"{name} ?= {GIVEN[name]}\n" in makefile for name in OF_MAKE)


@pytest.mark.parametrize(
    "name", [name for name in GIVEN if name.startswith("INTERVIEWER") and name[-3:] != "LAY"]
)
def test_each_value_can_be_used(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-cases").mkdir()
    (tmp_path / "prices.yaml").write_text("m: {input: 1, cached: 1, output: 1}", "utf-8")
    environ = {"OPENAI_API_KEY": "k", "INTERVIEWER_HOME": str(tmp_path), name: GIVEN[name]}
    read_url(read_places(environ).database)
    read_llm_settings(environ)


def test_the_names_for_others_can_be_used() -> None:
    names = GIVEN["INTERVIEWER_ALLOW_HOST"].split()
    site = read_site("0.0.0.0", names, GIVEN["INTERVIEWER_ROOT_PATH"], GIVEN)
    assert site.root and site.proxies and site.password
