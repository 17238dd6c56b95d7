"""Further claims: for each red flag five wrong and five right ones, written without the judge.

They stand in `evals/data/examples/CASE.yaml`, beside sentences that earn an item (`met`) and that
only sound like it (`absent`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import TypeAdapter

from evals.claims.labelled import Claim
from evals.subjects import library
from interviewer.cases.yaml_text import read_yaml
from interviewer.core.case import Text
from interviewer.core.value import Value

FOLDER = Path(__file__).parents[1] / "data" / "examples"


class FlagExamples(Value):
    """Sentences that make a wrong claim, and right ones that use its words."""

    wrong: tuple[Text, ...]
    right: tuple[Text, ...]


class ItemExamples(Value):
    """Sentences that earn an item, and ones on its topic that do not."""

    met: tuple[Text, ...]
    absent: tuple[Text, ...]


class Examples(Value):
    """Everything written for one case."""

    red_flags: Mapping[str, FlagExamples]
    items: Mapping[str, ItemExamples]


def read_examples(case_id: str) -> Examples:
    """The examples of a case.

    Raises:
        ContentError: there is no such file, or it is not YAML.
        ValidationError: it holds something else.
    """
    return TypeAdapter(Examples).validate_python(read_yaml(FOLDER / f"{case_id}.yaml").value)


def load_examples() -> Iterator[Claim]:
    """The examples of red flags as claims; none was looked at while the judge was worked on."""
    for case_id, case in library().cases.items():
        examples = read_examples(case_id)
        for step, flag in case.red_flags():
            for kind in ("wrong", "right"):
                for at, text in enumerate(getattr(examples.red_flags[flag.id], kind), start=1):
                    wrong = kind == "wrong"
                    yield Claim(
                        id=f"{flag.id}.{kind}{at}",
                        case=case_id,
                        step=step,
                        text=text,
                        wrong=wrong,
                        red_flag=flag.id if wrong else None,
                        near=None if wrong else flag.id,
                        example=True,
                    )
