"""`cases new`: a skeleton that loads, says what is left to write, and takes what is shared."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from interviewer.cases.library import load_case
from interviewer.cases.shared import read_shared
from interviewer.cases.skeleton import CORE_PACK, TAKEN
from interviewer.cli.options import Kind
from tests.cli.conftest import CASE, Run, assert_one_sentence

KINDS = get_args(Kind)


def _errors(run: Run, *words: object) -> list[str]:
    rows = json.loads(run("check", *words, "--json").stdout)
    return [row["field"] for row in rows if row["severity"] == "error"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_skeleton_is_a_draft_and_not_yet_playable(run: Run, tmp_path: Path, kind: str) -> None:
    made = run("cases", "new", "loans", "--in", tmp_path, "--kind", kind)
    file = tmp_path / "cases" / "loans" / "case.yaml"
    assert (made.exit_code, str(file) in made.stdout) == (0, True)
    assert load_case(file).id == "loans"
    assert run("check", file, "--level", "draft").exit_code == 0
    assert {"title", "opening", "with.metric", "facts[0].answer"} <= set(_errors(run, file))
    assert len(file.read_text().splitlines()) <= 150


@pytest.mark.parametrize("kind", KINDS)
def test_it_takes_the_heaviest_shared_items_and_names_the_others(
    run: Run, tmp_path: Path, kind: str
) -> None:
    run("cases", "new", "loans", "--in", tmp_path, "--kind", kind)
    file = tmp_path / "cases" / "loans" / "case.yaml"
    shared, case = read_shared(), load_case(file)
    named = set(re.findall(r"\w+", file.read_text()))
    fitting = {id_ for id_, pack in shared.packs.items() if pack in (CORE_PACK, kind)}
    assert fitting <= named
    for step, content in case.steps.items():
        here = {id_ for id_ in fitting if shared.items[id_].step is step}
        used = {item.id for item in content.items} & here
        assert len(used) == min(TAKEN, len(here)), step
        weight = {id_: shared.items[id_].fields.get("weight", 2) for id_ in here}
        assert min(weight[id_] for id_ in used) >= max([weight[id_] for id_ in here - used] or [0])


def test_every_pack_of_ours_is_a_kind() -> None:
    assert set(read_shared().packs.values()) == {CORE_PACK, *KINDS}


def test_it_goes_to_the_users_folder_and_is_listed(run: Run, knowledge: Path) -> None:
    made = run("cases", "new", "loans")
    assert (knowledge / "cases" / "loans" / "case.yaml").exists()
    assert "export" not in made.stdout
    assert {CASE, "loans"} <= {case["id"] for case in json.loads(run("cases", "--json").stdout)}


def test_nothing_is_overwritten(run: Run, knowledge: Path) -> None:
    before = (knowledge / "cases" / CASE / "case.yaml").read_text()
    assert_one_sentence(run("cases", "new", CASE), 1, "a case already", "another id")
    assert (knowledge / "cases" / CASE / "case.yaml").read_text() == before


@pytest.mark.parametrize("id_", ["Loans", "my case", "../loans", "1st", "x" * 65])
def test_an_id_is_a_plain_word(run: Run, tmp_path: Path, id_: str) -> None:
    assert_one_sentence(run("cases", "new", id_, "--in", tmp_path), 2, "is no id")
    assert list(tmp_path.iterdir()) == []
