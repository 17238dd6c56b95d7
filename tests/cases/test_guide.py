"""The examples of the authors' guide are read as they stand there; its whole case is playable."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from interviewer.cases.findings import Level
from interviewer.cases.library import load_case
from interviewer.cases.lint import check_case, check_written
from interviewer.cases.positions import read_yaml
from interviewer.cases.variants import apply_variant
from interviewer.core.paths import shipped
from interviewer.core.settings import STEPS, StepId
from tests.cases.authoring import an_own_item

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "cases.md"
CASE, VARIANT, EXAMPLES, _ = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)

EXAMPLE = GUIDE.parent / "example" / "cases" / "loan_default" / "case.yaml"


def _written(root: Path) -> Path:
    """The case of the guide with its variant, and what the guide leaves out."""
    case: dict[str, Any] = yaml.safe_load(CASE) | yaml.safe_load(VARIANT)
    rest: dict[str, Any] = {
        step.value: {"question": "What now?", "items": [an_own_item(f"{step.value}_one")]}
        for step in STEPS
    }
    rest["serving"]["items"].append({"use": "latency_split"})
    flag = {"id": "train_on_approved_only", "statement": "x", "damage": 2, "challenge": "Why?"}
    case["steps"] = rest | case["steps"]
    case["steps"]["data"]["red_flags"] = [flag]
    folder = root / "cases" / str(case["id"])
    folder.mkdir(parents=True)
    (folder / "case.yaml").write_text(yaml.safe_dump(case, sort_keys=False))
    (folder / "examples.yaml").write_text(EXAMPLES)
    return folder


def test_the_case_of_the_guide_loads(tmp_path: Path) -> None:
    case = load_case(_written(tmp_path))
    items = [item.id for item in case.steps[StepId.DATA].items]
    assert items == ["time_split", "rare_positives", "rejected_applicants"]
    assert case.item("rare_positives").weight == 2
    assert case.item("rejected_applicants").said
    assert len(case.red_flag("train_on_approved_only").said) == 1


def test_the_variant_of_the_guide_changes_what_it_says(tmp_path: Path) -> None:
    case = load_case(_written(tmp_path))
    varied = apply_variant(case, "small_lender")
    assert "latency_split" not in varied.ids
    assert varied.item("rare_positives").core
    assert varied.item("rejected_applicants").weight == 3
    assert varied.fact("latency").answer == "A minute is fine."
    assert varied.steps[StepId.SERVING].question.endswith("two people?")
    assert varied.steps[StepId.DATA].question.endswith("200 loans a day?")


def test_the_whole_case_is_playable_in_300_lines() -> None:
    concepts = {note.stem for note in (shipped("knowledge") / "concepts").glob("*.md")}
    found = check_case(load_case(EXAMPLE), concepts, Level.PLAYABLE)
    assert [f"{f.where}: {f.message}" for f in found if f.severity == "error"] == []
    assert check_written(read_yaml(EXAMPLE)) == []
    assert len(EXAMPLE.read_text("utf-8").splitlines()) <= 300
