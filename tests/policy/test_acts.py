"""Acts are typed; stored moves, results and scripts keep the words they always had."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from interviewer.core.act import NOTICES, Act, Move, MoveKind
from interviewer.core.settings import StepId
from interviewer.simulation.expectations import Expectation, Said, acts_of

ROOT = Path(__file__).resolve().parents[2]
WORDS = [
    "unjudgeable",
    "manipulation",
    "revised",
    "clock",
    "define",
    "already_said",
    "postponed",
    "no_verdict",
    "assumed",
    "opening",
    "skipped",
    "asked",
    "covered",
    "followed",
    "taken_up",
    "back",
    "before_summary",
    "before_end",
    "sum_up",
    "poke",
    "concern",
    "disagreed",
    "free",
    "candidate",
    "time_up",
    "off_topic",
    "jumped_ahead",
    "hint_asked",
    "no_hint",
    "nothing_before",
    "small_talk",
    "repeat",
    "example",
    "think",
    "opinion",
    "walk_through",
    "anything_else",
    "offer_drill",
    "no_number",
    "focus",
    "hint_cost",
    "time_short",
]
OLD_ROW = {
    "kind": "open_step",
    "step": "data",
    "follow_up": 0,
    "hint": 0,
    "quotes": [],
    "facts": ["visitors"],
    "notices": ["skipped", "asked", "covered", "offer_drill", "time_short"],
    "closes": "framing",
}


def test_no_word_of_stored_moves_is_lost() -> None:
    assert list(NOTICES) == WORDS


@pytest.mark.parametrize("word", WORDS)
def test_every_word_is_read_and_written_again(word: str) -> None:
    ends = word in ("candidate", "time_up")
    kind = MoveKind.WRAP_UP if ends else MoveKind.PROBE
    move = Move.model_validate({"kind": kind.value, "step": "data", "notices": [word]})
    assert move.model_dump(mode="json")["notices"] == [word]
    assert move.notices == (word,) and word in acts_of(move)
    assert Move.model_validate_json(move.model_dump_json()) == move
    after = Said(step=StepId.DATA, message=1)
    assert Expectation.model_validate({"after": after, "notice": word}).notice == (word,)


def test_a_stored_row_is_read_into_fields_and_written_as_it_was() -> None:
    move = Move.model_validate_json(json.dumps(OLD_ROW))
    assert move.acts == (Act.ASKED, Act.OFFER_DRILL, Act.TIME_SHORT)
    assert (move.skips, move.passes_over, move.takes_up, move.free) == (True, True, False, False)
    assert move.ends is None
    written = move.model_dump(mode="json", exclude_none=True)
    assert list(written.items()) == list(OLD_ROW.items())


@pytest.mark.parametrize(
    ("words", "ends"),
    [((), "completed"), (("asked",), "completed"), (("candidate",), "candidate")]
    + [(("time_up", "focus"), "time")],
)
def test_why_an_interview_ended_is_read(words: tuple[str, ...], ends: str) -> None:
    stored = {"kind": "wrap_up", "step": "summary", "closes": "summary"}
    move = Move.model_validate({**stored, "notices": words})
    assert move.ends == ends
    written = move.model_dump(mode="json", exclude_defaults=True)
    assert written == {**stored, **({"notices": list(words)} if words else {})}


def test_acts_are_listed_in_one_order() -> None:
    move = Move(kind=MoveKind.PROBE, step=StepId.DATA, acts=(Act.FOCUS, Act.REVISED))
    assert move.acts == (Act.REVISED, Act.FOCUS)
    assert move.with_acts(Act.FOCUS, *move.acts) == move


@pytest.mark.parametrize("field", ["acts", "notices"])
@pytest.mark.parametrize("unknown", ["repeet", "", None, ["repeat"]])
def test_an_act_that_does_not_exist_is_refused(field: str, unknown: object) -> None:
    with pytest.raises(ValidationError):
        Move.model_validate({"kind": "listen", "step": "data", field: [unknown]})


def test_a_list_of_acts_is_a_list() -> None:
    for stored in ("null", "5", "{}", '"think"'):
        with pytest.raises(ValidationError):
            Move.model_validate_json(f'{{"kind": "listen", "step": "data", "notices": {stored}}}')


def test_a_script_cannot_expect_an_act_that_does_not_exist() -> None:
    with pytest.raises(ValidationError, match="no act is called repeet"):
        Expectation.model_validate({"after": {"step": "data", "message": 1}, "notice": "repeet"})


def test_nobody_names_an_act_by_a_string() -> None:
    """The type checker does not see a misspelt string that is looked for among acts."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("interviewer", "evals")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if '" in ' in (text := path.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Constant)
        for right in node.comparators
        if isinstance(right, ast.Attribute) and right.attr in ("acts", "notices")
    ]
    assert found == []
