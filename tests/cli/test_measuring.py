"""Grading answers, replaying scripts, running evals."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from interviewer.core.settings import StepId
from tests.builders import a_case, as_yaml
from tests.cli.conftest import ANSWER, CASE, Run, assert_one_sentence, listed


def a_row(**overrides: Any) -> dict[str, Any]:
    return {"id": "1", "case_id": CASE, "step": "requirements", "answer": ANSWER, **overrides}


def graded(run: Run, tmp_path: Path, *lines: str | bytes) -> tuple[Result, list[dict[str, Any]]]:
    file = tmp_path / "answers.jsonl"
    file.write_bytes(b"\n".join(x if isinstance(x, bytes) else x.encode() for x in lines))
    result = run("grade", file, "--brain", "embedded")
    return result, [json.loads(line) for line in result.stdout.splitlines()]


def test_grade_keeps_the_fields_and_adds_the_judgement(
    run: Run, knowledge: Path, tmp_path: Path
) -> None:
    result, (row,) = graded(run, tmp_path, json.dumps(a_row(question="How?", mine=[1])))
    assert (result.exit_code, row["error"], row["mine"]) == (0, None, [1])
    assert row["brain"].startswith("embedded")
    assert 1 <= row["score"] <= 5
    verdicts = {item["item"]: (item["verdict"], item["quote"]) for item in row["items"]}
    assert verdicts["req_granite"][0] == "met"
    assert verdicts["req_granite"][1] in ANSWER
    assert list(verdicts) == [item.id for item in a_case().steps[StepId.REQUIREMENTS].items]
    assert "1 graded, 0 failed." in result.stderr


@pytest.mark.parametrize("question", [None, "", "What for?"])
def test_grade_takes_the_question_where_it_is_known(
    run: Run, knowledge: Path, tmp_path: Path, question: str | None
) -> None:
    result, (row,) = graded(run, tmp_path, json.dumps(a_row(question=question)))
    assert (result.exit_code, row["error"], row["question"]) == (0, None, question)


FAILING: dict[str, tuple[str | bytes, str]] = {
    "broken-json": ("{", "is not JSON"),
    "not-an-object": ("[1]", "is not a JSON object"),
    "not-utf-8": (b'{"id": "\xff"}', "is not JSON"),
    "not-a-number": ('{"id": NaN}', "is not JSON"),
    "no-answer": (json.dumps({"id": "1", "case_id": CASE, "step": "data"}), "'answer'"),
    "answer-not-text": (json.dumps(a_row(answer=7)), "'answer'"),
    "question-not-text": (json.dumps(a_row(question=7)), "'question'"),
    "half-a-character": (json.dumps(a_row(answer="\ud800")), "half a character"),
    "unknown-case": (json.dumps(a_row(case_id="nope")), "no case 'nope'"),
    "unknown-step": (json.dumps(a_row(step="nope")), "no step 'nope'"),
}


def test_failed_rows_say_why_and_stop_nothing(run: Run, knowledge: Path, tmp_path: Path) -> None:
    lines = [line for line, _ in FAILING.values()]
    result, rows = graded(run, tmp_path, *lines, b"", json.dumps(a_row(id="last")))
    assert (result.exit_code, len(rows)) == (1, len(FAILING) + 1)
    for (name, (_, reason)), row in zip(FAILING.items(), rows, strict=False):
        assert reason in row["error"], name
        assert (row["score"], row["items"], row["red_flags"]) == (None, [], []), name
    assert (rows[-1]["id"], rows[-1]["error"]) == ("last", None)
    assert f"1 graded, {len(FAILING)} failed." in result.stderr


@pytest.mark.parametrize(
    ("content", "part"),
    [
        pytest.param(b"", "holds no rows", id="empty"),
        pytest.param(b" \n\n", "holds no rows", id="blank"),
        pytest.param(b"\x00\x01PNG", "is not a text file", id="binary"),
    ],
)
def test_a_file_without_rows(run: Run, tmp_path: Path, content: bytes, part: str) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_bytes(content)
    assert_one_sentence(run("grade", file), 1, part)


def test_grade_writes_to_a_file_other_than_its_input(
    run: Run, knowledge: Path, tmp_path: Path
) -> None:
    file, out = tmp_path / "answers.jsonl", tmp_path / "graded.jsonl"
    file.write_text(json.dumps(a_row()), encoding="utf-8")
    result = run("grade", file, "--out", out)
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(out.read_text("utf-8"))["id"] == "1"
    assert_one_sentence(run("grade", file, "--out", file), 1, "is the input itself")
    assert json.loads(file.read_text("utf-8")) == a_row()


def a_script(folder: Path, name: str = "short", **overrides: Any) -> Path:
    values = {
        "id": name,
        "case_id": CASE,
        "settings": {"minutes": 20, "persona": "supportive"},
        "candidate": {"requirements": [ANSWER]},
    }
    path = folder / f"{name}.yaml"
    path.write_text(as_yaml({**values, **overrides}), encoding="utf-8")
    return path


def test_replay_gives_a_result_and_leaves_no_interview(
    run: Run, knowledge: Path, tmp_path: Path
) -> None:
    out = tmp_path / "result.json"
    result = run("replay", a_script(tmp_path), "--out", out)
    assert (result.exit_code, result.stderr) == (0, "")
    data = json.loads(out.read_text("utf-8"))
    assert (data["case_id"], data["unused_messages"]) == (CASE, 0)
    assert data["transcript"][1]["text"] == ANSWER
    assert "short" in result.stdout
    assert listed(run) == []


def test_replay_of_several_fills_a_folder_and_survives_a_broken_one(
    run: Run, knowledge: Path, tmp_path: Path
) -> None:
    paths = [
        a_script(tmp_path, "one", surprise=1),
        a_script(tmp_path, "two", case_id="nope"),
        a_script(tmp_path, "three"),
    ]
    result = run("replay", *paths, "--out", tmp_path / "out", "--json")
    assert result.exit_code == 1
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["one.json", "three.json"]
    assert len(json.loads(result.stdout)) == 2
    warning, failure = result.stderr.splitlines()
    assert "unknown keys surprise" in warning
    assert "two.yaml" in failure
    assert "'nope'" in failure


def test_replay_reports_what_was_expected_and_did_not_happen(
    run: Run, knowledge: Path, tmp_path: Path
) -> None:
    after = {"step": "requirements", "message": 1}
    met = {"after": after, "intent": "answer"}
    unmet = {"after": after, "move": "tell"}
    result = run("replay", a_script(tmp_path, expect=[met]))
    assert (result.exit_code, "not met" in result.stdout) == (0, False)
    result = run("replay", a_script(tmp_path, expect=[met, unmet, {"final": {"overall_min": 6}}]))
    assert result.exit_code == 1
    assert "after requirements 1: move tell, found" in result.stdout
    assert "final: overall_min 6.0, found" in result.stdout
    result = run("replay", a_script(tmp_path, expect=[unmet]), "--json")
    assert result.exit_code == 1
    (found,) = json.loads(result.stdout)[0]["unmet_expectations"]
    assert (found["after"], found["check"], found["expected"]) == (after, "move", ["tell"])


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x00\xff", id="binary"),
        pytest.param(b"a: [", id="not-yaml"),
        pytest.param(b"id: x\n", id="not-a-script"),
    ],
)
def test_a_broken_transcript_is_one_sentence(run: Run, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "broken.yaml"
    file.write_bytes(content)
    assert_one_sentence(run("replay", file), 1, "broken.yaml")


def test_eval_without_its_folder(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert_one_sentence(run("eval"), 1, "evals folder", "make install")


def test_eval_of_an_unknown_suite(run: Run) -> None:
    assert_one_sentence(run("eval", "nope"), 2, "'nope'", "scoring")
