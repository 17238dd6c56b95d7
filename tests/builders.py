"""Sensible values for tests: override what matters, leave the rest.

`a_case()` passes every check of `interviewer check`; each of its items is about one invented
material, so that texts of different items share hardly a word.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Assessment, Evidence, TurnAssessment, Verdict
from interviewer.core.case import (
    Case,
    CaseStep,
    ChangedFact,
    ConstraintChange,
    DeepDive,
    Fact,
    Framework,
    PushBack,
    Quantity,
    RedFlag,
    RubricItem,
    Variant,
)
from interviewer.core.settings import STEPS, Level, StepId
from interviewer.core.transcript import Intent, Turn

CONCEPT = "latency_budget"
CONCEPTS = frozenset({CONCEPT})

MATERIALS: Mapping[StepId, tuple[str, ...]] = {
    StepId.REQUIREMENTS: ("granite", "copper", "velvet", "amber", "walnut"),
    StepId.FRAMING: ("cobalt", "linen", "marble", "bronze", "cedar"),
    StepId.DATA: ("quartz", "nickel", "cotton", "ivory", "maple"),
    StepId.MODELING: ("basalt", "silver", "denim", "pearl", "birch"),
    StepId.SERVING: ("slate", "zinc", "wool", "coral", "bamboo"),
    StepId.MONITORING: ("gypsum", "brass", "satin", "opal", "willow"),
    StepId.SUMMARY: ("chalk", "tin", "hemp", "jade", "poplar"),
}
_WEIGHTS = (3, 3, 2, 2, 1)
_LEVELS = (Level.MID, Level.SENIOR, Level.SENIOR, Level.MID, Level.STAFF)


def an_item(id: str = "req_granite", **overrides: Any) -> RubricItem:
    """A core rubric item about the material that ends its id."""
    word = id.rpartition("_")[2]
    values: dict[str, Any] = {
        "id": id,
        "topic": f"storage of {word}",
        "statement": f"Keep the {word} apart from everything else because it wears out first.",
        "why": f"Left among the rest, {word} wears out first.",
        "concept": CONCEPT,
        "dimension": "framing",
        "weight": 2,
        "level": Level.SENIOR,
        "core": True,
        "met_when": f"Keeps the {word} apart and says why.",
        "partial_when": f"Mentions the {word} without a reason.",
        "alternatives": (f"New {word} is bought each year, which is cheaper than a shelf.",),
        "said": (
            f"I would keep the {word} on its own, because it is the first to wear out.",
            f"{word.capitalize()} goes separately, otherwise it drags down what lies beside it.",
            f"We must not mix {word} with other stuff, since it breaks early and takes them along.",
        ),
        "near_misses": (
            f"There is {word}, paint, glue and paper.",
            f"We should be careful with the {word}.",
        ),
        "exemplar": f"The {word} stays apart, because it fails first and spoils its neighbours.",
        "follow_ups": (
            "What else would you settle before going on?",
            f"What happens to the {word} over time?",
            f"Why would you store the {word} elsewhere?",
        ),
        "hints": (
            "Something here does not last as long as the rest.",
            f"Have a look at the {word}.",
            f"The {word} wears out first. Where would you keep it?",
        ),
        "staff_adds": "It costs a second shelf; a sealed box was rejected as too slow to open.",
    }
    return RubricItem(**{**values, **overrides})


def a_red_flag(id: str = "req_flag", **overrides: Any) -> RedFlag:
    """A claim that is wrong in the builder's case."""
    values: dict[str, Any] = {
        "id": id,
        "statement": "Everything can be thrown into one box.",
        "said": (
            "I would throw everything into one box, that is simplest.",
            "One box for all of it, sorting is a waste of time.",
            "No need to separate anything, a single box does the job.",
        ),
        "damage": 2,
        "challenge": "What would the box look like after a year?",
    }
    return RedFlag(**{**values, **overrides})


def a_step(step: StepId = StepId.REQUIREMENTS, **overrides: Any) -> CaseStep:
    """A step of five items, the first three of them core."""
    prefix = step.value[:3]
    values: dict[str, Any] = {
        "question": "How would you begin, and what matters most here?",
        "items": tuple(
            an_item(
                f"{prefix}_{word}",
                core=index < 3,
                weight=_WEIGHTS[index],
                level=_LEVELS[index],
                **({} if index < 3 else {"hints": (), "staff_adds": None}),
            )
            for index, word in enumerate(MATERIALS[step])
        ),
        "red_flags": (a_red_flag(f"{prefix}_flag"),),
        "model_answer": " ".join(["I decide with a reason that belongs to this place."] * 15),
        "staff_addendum": "It costs more and needs a second pair of hands.",
    }
    return CaseStep(**{**values, **overrides})


DEEP_DIVES = (
    DeepDive(
        id="dive_shelves",
        step=StepId.SERVING,
        title="Shelves",
        question="Shall we look closer at how it is laid out?",
        items=("ser_slate", "ser_zinc"),
    ),
    DeepDive(
        id="dive_learning",
        step=StepId.MODELING,
        title="Learning",
        question="How would you find out which layout is better?",
        items=("mod_basalt",),
    ),
)
CONSTRAINT_CHANGES = (
    ConstraintChange(
        id="half_the_room",
        after=StepId.SERVING,
        text="Now suppose that you lose half of the room. What changes?",
        items=("ser_wool",),
    ),
)
PUSH_BACKS = (
    PushBack(
        id="push_slate",
        step=StepId.SERVING,
        item="ser_slate",
        text="Is that really worth a second shelf?",
    ),
)


def a_case(**overrides: Any) -> Case:
    """A small valid case; `overrides` are fields of `Case`."""
    values: dict[str, Any] = {
        "id": "warehouse",
        "title": "A warehouse",
        "summary": "Shelves for many kinds of goods.",
        "tags": ("storage",),
        "difficulty": "easy",
        "opening": "Design a place where people can leave things and find them again.",
        "facts": (
            Fact(id="visitors", topics=("how many people come",), answer="About 4,000 a day."),
            Fact(id="patience", topics=("how long may it take",), answer="At most two minutes."),
        ),
        "numbers": (
            Quantity(
                id="visits_per_minute",
                quantity="visits per minute",
                derivation="4,000 / (10 x 60)",
                accepted=(5, 10),
                unit="visits/min",
            ),
        ),
        "variants": (
            Variant(
                id="night",
                title="At night",
                summary="Nobody is there to help.",
                facts=(ChangedFact(id="visitors", answer="About 40."),),
                emphasis=("ser_slate",),
            ),
            Variant(id="small", title="Small", summary="One room only."),
        ),
        "deep_dives": DEEP_DIVES,
        "constraint_changes": CONSTRAINT_CHANGES,
        "push_backs": PUSH_BACKS,
        "steps": {step: a_step(step) for step in STEPS},
    }
    return Case(**{**values, **overrides})


def a_framework(**overrides: Any) -> Framework:
    """All steps in two phases."""
    values: dict[str, Any] = {
        "id": "two_phases",
        "title": "Two phases",
        "summary": "First think, then build.",
        "phases": (
            {"title": "Think", "steps": STEPS[:3]},
            {"title": "Build", "steps": STEPS[3:]},
        ),
    }
    return Framework.model_validate({**values, **overrides})


def the_notes(words: int = 1600) -> str:
    """A study guide with a section per step and at least so many words."""
    body = " ".join(["word"] * (words // len(STEPS)))
    return "\n\n".join(f"## {step.value.capitalize()}\n\n{body}" for step in STEPS)


def as_yaml(content: Case | Framework | Mapping[str, Any]) -> str:
    """A case or framework as its author would write it."""
    data = content if isinstance(content, Mapping) else json.loads(content.model_dump_json())
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)


def write_case(root: Path, case: Case | None = None, notes: str | None = None) -> Path:
    """Writes a case into a knowledge folder; returns its `case.yaml`."""
    case = case or a_case()
    file = root / "cases" / case.id / "case.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(as_yaml(case), encoding="utf-8")
    if notes is not None:
        (file.parent / "notes.md").write_text(notes, encoding="utf-8")
    return file


def a_turn(number: int = 1, text: str = "Tell me more.", **overrides: Any) -> Turn:
    """A turn; the interviewer has the odd numbers."""
    interviewer = number % 2 == 1
    values: dict[str, Any] = {
        "number": number,
        "role": "interviewer" if interviewer else "candidate",
        "step": StepId.REQUIREMENTS,
        "text": text,
        "at": 1_000.0 + 30 * number,
        "move": Move(kind=MoveKind.PROBE, step=StepId.REQUIREMENTS) if interviewer else None,
    }
    return Turn(**{**values, **overrides})


def an_assessment(item: str = "req_granite", turn: int = 2, **overrides: Any) -> TurnAssessment:
    """A candidate turn that met one item."""
    values: dict[str, Any] = {
        "intents": (Intent.ANSWER,),
        "verdicts": (
            Assessment(
                item=item,
                step=StepId.REQUIREMENTS,
                verdict=Verdict.MET,
                evidence=Evidence(quote="keep it apart", turn=turn),
                reason="Decided with a reason.",
            ),
        ),
        "words": 12,
    }
    return TurnAssessment(**{**values, **overrides})
