"""The labelled claims of `claims.yaml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from interviewer.cases.yaml_text import read_yaml
from interviewer.core.case import Text
from interviewer.core.settings import StepId
from interviewer.core.value import Value

FILE = Path(__file__).with_name("claims.yaml")


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
