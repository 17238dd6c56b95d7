"""One reply of the interviewer in parts: what is said first, and what goes when it is too long."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.brains.embedded.choice import Choice, read_wording
from interviewer.brains.embedded.quoting import quotes_for, references
from interviewer.brains.protocol import Scene
from interviewer.core.act import Move, MoveKind
from interviewer.core.settings import StepId
from interviewer.text.decisions import decisions_in

SPOKEN_WORDS = 60  # more than that at once, and nobody remembers the question
WORDS_OF_A_FACT = 30  # by which that grows with each fact, which is told whole
REFERENCES = 0.45  # share of interviewer turns that refer to the candidate's words
FEWER_REFERENCES = 0.42  # the same while the interviewer says too much to one who drives
MOST_REFERENCES = 0.58  # the same where the question itself is about them

_REFERRING = frozenset({MoveKind.CHALLENGE})
"""Moves whose own question is about the candidate's words, so that they may be said before it."""
_OPENING = (MoveKind.OPEN_STEP, MoveKind.TELL)
"""Moves that open a step when they close one."""
Ways = list[str]
"""One part of a reply: what to say, then the same in fewer words; "" leaves it unsaid."""


class Reply:
    """The parts of one reply, in order.

    Args:
        scene: the interview so far.
        move: what the reply does.
        unsaid: names of parts for which there is no room.
    """

    def __init__(self, scene: Scene, move: Move, unsaid: frozenset[str]) -> None:
        self.scene, self.move, self.choice = scene, move, Choice(scene)
        self.spoken: list[Ways] = []
        self._names: dict[str, Ways] = {}
        self._order: list[Ways] = []
        self._unsaid = unsaid

    @property
    def leads(self) -> bool:
        """Whether nothing has been said in this reply yet."""
        return not any(ways[0] for ways in self.spoken)

    @property
    def dropped(self) -> frozenset[str]:
        """Names of parts that had words and lost them."""
        return frozenset(name for name, ways in self._names.items() if not ways[0])

    def fit(self) -> None:
        """Puts parts in fewer words until nobody loses the thread; facts are told whole."""
        for ways in self._order:
            while len(ways) > 1 and self._too_long():
                del ways[0]
        if self._too_long() and self.move.closes and self.move.kind in _OPENING:
            brief = self.choice.pick("open_briefly", leads=False, title=self.title)
            self.spoken[-1][:] = [brief]

    def _too_long(self) -> bool:
        most = room_for(self.move.facts)
        return sum(len(ways[0].split()) for ways in self.spoken) > most

    @property
    def title(self) -> str:
        """What the step that the move leads to is called."""
        return title_of(self.move.step)

    def add(self, name: str, ways: Ways, *, first_to_go: bool = False) -> None:
        """Adds a part unless there is no room for it; facts are never shortened."""
        if name in self._unsaid or not ways[0]:
            return
        self.spoken.append(ways)
        self._names[name] = ways
        if not name.startswith("fact "):
            self._order.insert(0 if first_to_go else len(self._order), ways)

    def reference(self) -> str:
        """The candidate's words before the question, so often and no oftener; else empty."""
        move = self.move
        if move.kind not in _REFERRING or {"opening", "back", "free"}.intersection(move.notices):
            return ""
        share = FEWER_REFERENCES if self.choice.too_talkative else REFERENCES
        if not self.choice.is_fresh("refer_about"):
            return ""
        if "reference" in self._unsaid or move.facts or not self.may_refer(share):
            return ""
        quote = next(quotes_for(self.scene, move), None)
        if quote is None:
            return ""
        return self.choice.pick("refer_about", leads=self.leads, quote=quote)

    def deepens(self) -> str:
        """The decision that a DEEPEN asks about; empty when there is none or it was too often."""
        if not self.may_refer(MOST_REFERENCES) or not self.choice.is_fresh("deepen"):
            return ""
        quotes = (quote for quote in quotes_for(self.scene, self.move) if self._just_decided(quote))
        return next(quotes, "")

    def _just_decided(self, quote: str) -> bool:
        """Whether a quote is a decision of the message that is answered now."""
        return bool(decisions_in([quote])) and quote in self.scene.turns[-1].whole

    def may_refer(self, share: float) -> bool:
        """Whether one more reference keeps to the share."""
        replies = sum(turn.role == "interviewer" for turn in self.scene.turns)
        return references(self.scene) + 1 <= share * (replies + 1)


def room_for(facts: Sequence[str]) -> int:
    """How many words a reply may have that tells these facts."""
    return SPOKEN_WORDS + WORDS_OF_A_FACT * len(facts)


def title_of(step: StepId) -> str:
    """What a step is called in a sentence."""
    return str(read_wording()["titles"][step.value])
