"""What a reply names of the candidate's message: what was asked, a word's meaning, a drawing."""

from __future__ import annotations

import re

from interviewer.brains.protocol import Scene
from interviewer.core.transcript import Turn
from interviewer.text import cues
from interviewer.text.glossary import read_glossary

THING_WORDS = 7  # of a question's subject, more of which nobody says back
LONGEST_ASKED = 400  # characters of a question whose subject is looked for
PARTS_NAMED = 3  # of a sketch

_LEAD = re.compile(
    r"^(?:(?:and|also|so|then|first|second|third|fourth|finally|lastly|ok(?:ay)?|oh|hm+|well)\b"
    r"[,:. ]*)+",
    re.IGNORECASE,
)
_SUBJECTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^how (?:many|much) (?P<thing>.+?)(?: (?:do|does|did|are|is|can|could|will|would|should|"
        r"have|has|need|work|exist|come|go|get)\b.*)?$",
        r"^(?:what|which)(?:'s| is| are| was| about)(?: with)? (?P<thing>.+?)$",
        r"^(?:what|which) (?P<thing>.+?) (?:do|does|did|are|is|can|could|will|would|should|have)"
        r"\b.*$",
        r"^(?:is|are) there (?:any |some |an? )?(?P<thing>.+?)$",
        r"^(?:do|does|can|could|may) (?:we|i|you|they) (?:have|know|get|use|see) "
        r"(?:any |some |an? )?(?P<thing>.+?)$",
        r"^(?P<thing>who (?!is\b|are\b|was\b|do\b|does\b|did\b|can\b|will\b|should\b)\w+ .+)$",
        r"^(?:about )?(?P<thing>(?:the|our) (?!.*\b(?:is|are|was|do|does|can|will)\b).+)$",
    )
)
_NUMERIC = re.compile(
    r"\bhow (?:many|much|often|long|large|big|high|far|fast|old)\b"
    r"|\b(?:what|which) (?:is the |the )?(?:average |typical |total )*"
    r"(?:share|fraction|percentage|proportion|number|rate|size|ratio|budget|cost|price)\b"
)
_SPLIT = re.compile(r"\s*(?:-+>|=+>|<-+|\u2192|\u2190|\||\n|,|;|\+)\s*")
_FRAME = re.compile(r"[^\w /&.-]+")


def thing_asked(question: str) -> str:
    """What a question is about, in the candidate's words; empty where it has no plain subject."""
    if len(question) > LONGEST_ASKED:
        return ""
    line = _LEAD.sub("", cues.without_asking(question)).strip(" ?.!,")
    for pattern in _SUBJECTS:
        match = pattern.match(line)
        if match and len(match["thing"].split()) <= THING_WORDS and '"' not in match["thing"]:
            return _mine(match["thing"].strip(" ,"))
    return ""


def asks_for_a_number(question: str) -> bool:
    """Whether a question is answered by a number."""
    return bool(_NUMERIC.search(cues.normalised(question)))


def time_left(scene: Scene) -> str:
    """How much of the interview's time is left, in a sentence."""
    used, planned = scene.minutes
    if used >= planned:
        return f"The {planned:.0f} minutes are used up."
    left = round(planned - used)
    if left < 1:
        return f"Less than one of {planned:.0f} minutes is left."
    told = "one" if left == 1 else f"{left}"
    return f"About {told} of {planned:.0f} minutes {'is' if left == 1 else 'are'} left."


def _mine(thing: str) -> str:
    """A thing as the interviewer would say it."""
    return re.sub(r"\b(?:my|your|our)\b", "the", thing)


def meaning_of(scene: Scene) -> str:
    """What the word means that the candidate asks about."""
    terms = scene.heard.terms if scene.heard else ()
    return " ".join(read_glossary()[term].means for term in terms if term in read_glossary())


def is_sketch_alone(turn: Turn) -> bool:
    """Whether a turn is a drawing and no words."""
    return turn.role == "candidate" and bool(turn.sketch.strip()) and not turn.text.strip()


def parts_of(sketch: str) -> list[str]:
    """Names of the first parts of a drawing, as they are written in it."""
    names = (_FRAME.sub(" ", part).strip(" .-_") for part in _SPLIT.split(sketch[:2000]))
    plain = (" ".join(name.split()) for name in names)
    told = [
        name
        for name in plain
        if name and len(name.split()) <= 4 and re.search("[a-z]{2}", name, re.I)
    ]
    return list(dict.fromkeys(told))[:PARTS_NAMED]
