"""What can be played, what an author has to repair, what can be studied."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.builders import a_case, a_framework, as_yaml, the_notes, write_case
from tests.cases.authoring import PACK
from tests.cli.conftest import CASE, Run, assert_one_sentence


def test_cases_lists_ours_and_the_users(run: Run, knowledge: Path) -> None:
    listed = {case["id"]: case for case in json.loads(run("cases", "--json").stdout)}
    assert {CASE, "video_recommendation"} <= set(listed)
    assert [variant["id"] for variant in listed[CASE]["variants"]] == ["night", "small"]
    assert CASE in run("cases").stdout


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["text", "json"])
def test_show_gives_nothing_away(run: Run, knowledge: Path, flags: list[str]) -> None:
    public, full = run("show", CASE, *flags).stdout, run("show", CASE, "--full", *flags).stdout
    for secret in ("4,000 a day", "granite", "one box"):
        assert secret not in public
        assert secret in full
    assert "leave things and find them again" in public


def test_show_json_in_full_is_the_case(run: Run, knowledge: Path) -> None:
    shown = json.loads(run("show", CASE, "--full", "--json").stdout)
    assert a_case().model_validate(shown) == a_case()


@pytest.mark.parametrize(
    "words", [["show", "warehuose"], ["play", "warehuose"]], ids=["show", "play"]
)
def test_an_unknown_case_names_the_nearest(run: Run, knowledge: Path, words: list[str]) -> None:
    assert_one_sentence(run(*words), 1, "'warehuose'", "warehouse")


def test_shipped_content_has_no_errors(run: Run) -> None:
    result = run("check", "--level", "polished", "--json")
    assert [row for row in json.loads(result.stdout) if row["severity"] == "error"] == []
    assert result.exit_code == 0


BROKEN: dict[str, tuple[str, bytes, str]] = {
    "missing-field": ("cases/c/case.yaml", b"id: c\ntitle: C\n", "summary: this field is missing"),
    "empty-case": ("cases/c/case.yaml", b"", "the file is empty"),
    "binary-case": ("cases/c/case.yaml", b"\x00\xff\xfe", "0xff is not UTF-8"),
    "not-yaml": ("cases/c/case.yaml", b"id: c\n  title: [\n", ":2:"),
    "no-case-file": ("cases/c/other.txt", b"x", "there is no such file"),
    "framework": ("frameworks/f.yaml", b"id: f\nphases: []\n", "title: this field is missing"),
    "framework-name": ("frameworks/g.yaml", as_yaml(a_framework()).encode(), "Rename"),
    "empty-note": ("concepts/c.md", b"  \n", "holds no text"),
    "nothing-at-all": ("other/c.md", b"x", "holds no case, shared item, framework or note"),
}


@pytest.mark.parametrize(("name", "content", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_check_finds(run: Run, tmp_path: Path, name: str, content: bytes, message: str) -> None:
    file = tmp_path / "content" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    result = run("check", tmp_path / "content")
    assert result.exit_code == 1
    assert message in result.stdout
    rows = json.loads(run("check", tmp_path / "content", "--json").stdout)
    assert any(row["severity"] == "error" and message in row["message"] for row in rows)


def test_check_reads_a_case_with_its_notes(run: Run, tmp_path: Path) -> None:
    concept = tmp_path / "concepts" / "latency_budget.md"
    concept.parent.mkdir()
    concept.write_text("# Latency budget\n\nText.", encoding="utf-8")
    file = write_case(tmp_path, a_case(), notes=None)
    for path in (file, file.parent, tmp_path):
        result = run("check", path, "--level", "polished")
        assert (result.exit_code, "notes.md is missing" in result.stdout) == (1, True)
    (file.parent / "notes.md").write_text(the_notes(), encoding="utf-8")
    for path in (file, file.parent, file.parent / "notes.md", concept, tmp_path):
        assert run("check", path).exit_code == 0


def test_check_covers_the_users_folder(run: Run, knowledge: Path) -> None:
    (knowledge / "cases" / CASE / "case.yaml").write_text("id: warehouse\n", encoding="utf-8")
    result = run("check")
    assert (result.exit_code, "cases/warehouse/case.yaml:1" in result.stdout) == (1, True)


def test_search_builds_the_index_it_needs(run: Run, one_note: Path) -> None:
    found = json.loads(run("search", "share of milliseconds", "-k", "3", "--json").stdout)
    assert [hit["title"] for hit in found] == ["Latency budget"]
    assert "milliseconds are shared" in run("search", "milliseconds").stdout


def test_index_says_what_it_did(run: Run, one_note: Path) -> None:
    first, second = (json.loads(run("index", "--json").stdout) for _ in range(2))
    assert (first["passages"], first["changed"], second["changed"]) == (1, True, False)


def test_index_fails_on_a_note_that_cannot_be_read(run: Run, one_note: Path) -> None:
    (one_note.parent / "broken.md").write_bytes(b"\xff")
    result = run("index")
    assert (result.exit_code, "broken.md" in result.stderr) == (1, True)


def test_check_says_what_it_looked_at_and_what_the_next_level_lacks(
    run: Run, knowledge: Path
) -> None:
    file = knowledge / "cases" / CASE / "case.yaml"
    file.write_text(as_yaml(a_case(push_backs=())), encoding="utf-8")
    said = run("check", file).stdout
    assert "Looked at 1 case(s)." in said
    assert "warehouse: 35 items (21 core), 7 red flags, 2 facts, 2 variants" in said
    assert "playable: 0 error(s)" in said and "polished also lacks 1" in said
    assert run("check", file, "--level", "polished").exit_code == 1


def test_a_folder_without_cases_is_a_finding(run: Run, tmp_path: Path) -> None:
    (tmp_path / "concepts").mkdir()
    (tmp_path / "concepts" / "a.md").write_text("# A\n\nText.")
    said = run("check", tmp_path).stdout
    assert "holds no case." in said and "cases/<id>/case.yaml" in said


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("items/core.yaml", "x: {step: data}", "met_when: this field is missing"),
        ("items/core.yaml", PACK, "core.yaml:8: sorted_shelf.alternatives: name 2"),
        ("facts.yaml", "x: {title: X, topics: [a]}", "needs 3 or more entries, not 1"),
        ("cases/warehouse/examples.yaml", "items: {dat_quarz: {}}", "Did you mean 'dat_quartz'?"),
    ],
)
def test_check_reads_what_stands_beside_the_cases(
    run: Run, knowledge: Path, name: str, text: str, says: str
) -> None:
    (knowledge / name).parent.mkdir(exist_ok=True)
    (knowledge / name).write_text(text)
    for path in (knowledge, knowledge / name):
        result = run("check", path)
        assert (result.exit_code, says in result.stdout) == (1, True)


def test_an_old_case_is_played_with_one_warning(run: Run, knowledge: Path) -> None:
    assert run("cases").stderr.count("old form") == 1
    said = run("check", knowledge).stdout
    assert said.count("old form") == 1 and "warning" in said


def test_a_finding_about_an_example_is_located_in_its_file(run: Run, knowledge: Path) -> None:
    beside = knowledge / "cases" / CASE / "examples.yaml"
    beside.write_text("items:\n  dat_quartz:\n    earns:\n      - Quartz, sand, gravel.\n")
    written = json.loads(a_case().model_dump_json())
    del written["steps"]["data"]["items"][0]["said"]
    (knowledge / "cases" / CASE / "case.yaml").write_text(as_yaml(written), encoding="utf-8")
    rows = json.loads(run("check", beside, "--level", "polished", "--json").stdout)
    (row,) = [row for row in rows if row["severity"] == "error"]
    assert (row["file"], row["line"]) == (str(beside), 4)
    assert "only names things" in row["message"]
