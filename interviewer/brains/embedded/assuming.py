"""A fact told in reply to an assumption: whether the candidate's figure is near it."""

from __future__ import annotations

from interviewer.brains.embedded.choice import sentences_of
from interviewer.brains.embedded.talk import Assumed, assumptions_to_confirm
from interviewer.brains.protocol import Scene
from interviewer.text.quantities.figures import Figure, read_figures
from interviewer.text.words import content_stems

NEAR = 0.2  # share by which a figure may be off and still be near enough


def about_assumed(scene: Scene, fact: str) -> str:
    """A fact with words that tie it to the one assumption of the last message; else empty."""
    assumed = assumptions_to_confirm(scene.turns[-1].text) if scene.turns else []
    facts = scene.heard.facts if scene.heard else ()
    if len(assumed) != 1 or len(facts) != 1:
        return ""
    near = is_near(assumed[0], fact)
    known = any(fact in turn.text for turn in scene.turns)
    told = sentences_of([fact])[0] if known else fact
    return f"{'Close enough' if near else 'On that'}: {_continued(told)}"


def is_near(assumed: Assumed, fact: str) -> bool:
    """Whether each figure of an assumption is near one of the fact, and there is one."""
    theirs, ours = read_figures(assumed.content), read_figures(fact)
    negates = {"no", "not", "never", "nobody", "none"} & set(assumed.content.split())
    if not theirs or negates or not set(content_stems(assumed.content)) & set(content_stems(fact)):
        return False
    return all(any(_are_near(one, other) for other in ours) for one in theirs)


def _are_near(one: Figure, other: Figure) -> bool:
    low, high = (1 - NEAR) * other.low, (1 + NEAR) * other.high
    return one.dimension == other.dimension and low <= one.low and one.high <= high


def _continued(fact: str) -> str:
    """A sentence after a colon; a name or a figure keeps its form."""
    return fact[0].lower() + fact[1:] if fact[:2].istitle() and fact[1:2] != " " else fact
