"""What a judge is: verdicts on rubric items, with the words that support them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from interviewer.core.assessment import Verdict
from interviewer.core.case import Case
from interviewer.core.settings import StepId
from interviewer.core.value import Value


class ItemJudgement(Value):
    """The verdict on one item for one text."""

    item: str
    step: StepId
    verdict: Verdict
    quote: str = ""
    """Verbatim words of the text; empty when absent."""
    reason: str = ""
    confidence: float = 1.0
    closeness: float = 0.0
    """How near the text came to the item, 0-1; used to pick what to ask next."""


class FlagJudgement(Value):
    """A red flag heard in a text."""

    red_flag: str
    step: StepId
    quote: str


class Judgement(Value):
    """Everything a judge finds in one text."""

    items: tuple[ItemJudgement, ...]
    """Judged items; items that are absent from steps other than the asked one are left out."""
    red_flags: tuple[FlagJudgement, ...] = ()


class Judge(Protocol):
    """Decides verdicts; the embedded judge and a trained model are both judges."""

    @property
    def name(self) -> str:
        """Name and version, stored with every result."""
        ...

    def judge(
        self, case: Case, step: StepId, sentences: Sequence[str], *, elsewhere: bool
    ) -> Judgement:
        """Judges a text, blocking (run it in a worker thread).

        Args:
            case: the case with its variant applied.
            step: the step the interview is in; all of its items are judged.
            sentences: the text, cut with `split_sentences`.
            elsewhere: whether items of other steps may be earned too.

        Raises:
            KnowledgeError: the model is not usable.
        """
        ...
