"""Claims of candidates, wrong and right: labelled by hand, and further ones as examples.

The examples were written for each red flag without the judge, five wrong and five right ones. They
stand in `evals/data/examples/CASE.yaml`, beside sentences that earn an item (`met`) and that only
sound like it (`absent`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import TypeAdapter

from evals.subjects import library
from interviewer.cases.positions import read_yaml
from interviewer.core.case import Text
from interviewer.core.settings import StepId
from interviewer.core.value import Value

DATA = Path(__file__).with_name("data")
FILE = DATA / "claims.yaml"


class Claim(Value):
    """One or two sentences of a candidate, labelled by hand."""

    id: str
    case: str
    step: StepId
    text: Text
    wrong: bool
    variant: str | None = None
    """Variant of the case in which it is said."""
    red_flag: str | None = None
    """The red flag that a wrong claim expresses; None when the case has none for it."""
    near: str | None = None
    """The red flag that a right claim comes close to."""
    denies: str | None = None
    """The item that a wrong claim denies and must not earn."""
    held: bool = False
    """Only measured; never looked at one by one while the judge was worked on."""
    example: bool = False
    """One of the examples written red flag by red flag."""


def load_claims(path: Path = FILE) -> tuple[Claim, ...]:
    """Reads the labelled claims.

    Raises:
        ContentError: the file is not YAML.
        ValidationError: a claim is not as `Claim` wants it.
    """
    return TypeAdapter(tuple[Claim, ...]).validate_python(read_yaml(path).value)


FOLDER = DATA / "examples"


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
                        id=f"{case_id}.{flag.id}.{kind}{at}",
                        case=case_id,
                        step=step,
                        text=text,
                        wrong=wrong,
                        red_flag=flag.id if wrong else None,
                        near=None if wrong else flag.id,
                        example=True,
                    )
