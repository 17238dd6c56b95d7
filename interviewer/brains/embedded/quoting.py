"""The candidate's own words, where the interviewer may refer to them: short, whole and harmless.

Only words that the question is about are quoted: the evidence of the point that it asks about, or
the claim that it challenges. A quote is a whole clause, never what was turned down, never said
twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from interviewer.brains.embedded.phrases import (
    Choice,
    read_wording,
)
from interviewer.brains.protocol import Scene
from interviewer.core.act import Move, MoveKind
from interviewer.core.assessment import Assessment, Verdict
from interviewer.core.transcript import Intent
from interviewer.text.sentences import STOP_WORDS, split_prose, words_of

QUOTED_WORDS = 12
FEWEST = 3
BEST = 5  # words: enough to be recognised, few enough to be heard
SURE = 0.5  # confidence of a verdict from which its evidence may be quoted

_CLAUSE = re.compile(  # each run of marks is looked at once, from its beginning
    r"(?:(?<![,;:.!?])(?<!\be\.g)(?<!\bi\.e)|(?<=\be\.g[,;:.!?])|(?<=\bi\.e[,;:.!?]))[,;:.!?]++(?=\s|$)"
    r"|[()\u2013\u2014\n]|\s-+\s"
)
_LEAD = re.compile(
    r"^(?:(?:and|but|so|then|also|first|firstly|second|secondly|third|finally|next|okay|ok|well|now"
    r"|hm+|um+|uh+|oh|ah|yeah|yes|sure|thanks|sorry|maybe|actually)\b[,.\s]*)+",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ,.'\u2019%/+-]*")
_ADDRESS = re.compile(r"//|\bwww\.|\w@\w|\w\.\w+\.|\b\w+\.(?:com|org|net|io|dev|py|html?)\b", re.I)
_CODE = re.compile(
    r"[_\\]|\w\+\w|\b(?:def|return|import|select|lambda|null|none|true|false)\b", re.I
)
_CLAIM = re.compile(r"(?:I|we|my|our)\b", re.IGNORECASE)
_REJECTS = re.compile(
    r"\b(?:no|not|never|without|instead|rather|avoid|reject|drop|skip|against|nothing|neither|nor"
    r"|\w+n['\u2019]t|cannot|unlike|leave out|give up)\b",
    re.IGNORECASE,
)
"""What turns something down: said back without its sentence, it sounds like the choice."""
QUOTED = re.compile(r'"([^"]+)"')
_NOT_NOW = frozenset((Intent.MANIPULATION, Intent.UNJUDGEABLE, Intent.OFF_TOPIC, Intent.SMALL_TALK))

PARTS_NAMED = 3  # of a sketch
_SPLIT = re.compile(r"\s*(?:-+>|=+>|<-+|\u2192|\u2190|\||\n|,|;|\+)\s*")
_FRAME = re.compile(r"[^\w /&.-]+")

FACT_WORDS = 25  # a longer sentence of a fact would drown the question


def quotes_for(scene: Scene, move: Move) -> Iterator[str]:
    """The candidate's words that a move's question is about, best first; none said back before."""
    if scene.assessment is not None and _NOT_NOW.intersection(scene.assessment.intents):
        return
    given = set(said_back(scene))
    for source in _sources(scene, move):
        for clause in sorted(clauses(source), key=_rank):
            if clause not in given:
                given.add(clause)
                yield clause


def said_back(scene: Scene) -> list[str]:
    """What the interviewer has quoted so far, in its order."""
    candidate = " ".join(turn.whole for turn in scene.turns if turn.role == "candidate")
    spoken = (turn.text for turn in scene.turns if turn.role == "interviewer")
    return [quote for text in spoken for quote in QUOTED.findall(text) if quote in candidate]


def references(scene: Scene) -> int:
    """Interviewer turns so far that refer to the candidate's words."""
    candidate = " ".join(turn.whole for turn in scene.turns if turn.role == "candidate")
    spoken = (turn.text for turn in scene.turns if turn.role == "interviewer")
    return sum(any(quote in candidate for quote in QUOTED.findall(text)) for text in spoken)


def clauses(text: str) -> list[str]:
    """Clauses of a text that can be said back as they stand."""
    cut = (_LEAD.sub("", clause.strip()).strip(" .'\u2019") for clause in _CLAUSE.split(text))
    return [clause for clause in cut if _is_quotable(clause)]


def _rank(clause: str) -> tuple[bool, int]:
    """Claims in the first person first, then those of a length that is easily heard."""
    return _CLAIM.match(clause) is None, abs(_length(clause) - BEST)


def _length(text: str) -> int:
    return len(text.split())


def _is_quotable(clause: str) -> bool:
    words = words_of(clause)
    if not FEWEST <= _length(clause) <= QUOTED_WORDS or not _PLAIN.fullmatch(clause):
        return False
    if _ADDRESS.search(clause) or _CODE.search(clause) or not words:
        return False
    if words[0] in _listed("no_beginning") or words[-1] in _listed("no_ending"):
        return False
    if _listed("never_quoted").intersection(words) or _REJECTS.search(clause):
        return False
    if len(words[-1]) == 1 and words[-1].isalpha():
        return False  # cut after an abbreviation
    return sum(word not in STOP_WORDS and not word[0].isdigit() for word in words) >= 2


@cache
def _listed(section: str) -> frozenset[str]:
    return frozenset(str(read_wording()[section]).split())


def _sources(scene: Scene, move: Move) -> Iterator[str]:
    """Texts that the move's question is about, the nearest first."""
    assessment = scene.assessment
    if assessment is not None and move.red_flag is not None:
        yield from (h.evidence.quote for h in assessment.red_flags if h.red_flag == move.red_flag)
        return
    if move.item is None or move.kind is MoveKind.OPEN_STEP:
        return
    own = (a for a in scene.assessments if a.item == move.item and _may_ask_about(a))
    yield from _evidence(own)


def _evidence(found: Iterable[Assessment]) -> Iterator[str]:
    return (one.evidence.quote for one in found if one.evidence is not None and one.evidence.quote)


def _is_sure(verdict: Assessment) -> bool:
    return verdict.verdict in (Verdict.MET, Verdict.PARTIAL) and verdict.confidence >= SURE


def _may_ask_about(known: Assessment) -> bool:
    """What could not be judged may be asked about as well: that claims nothing."""
    return known.verdict is Verdict.UNASSESSED or _is_sure(known)


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


def check_numbers(scene: Scene, move: Move, choice: Choice) -> list[str]:
    """The question in one or more ways, the longest first.

    Args:
        scene: the interview so far.
        move: its `about` names the doubt (see `text.quantities.Doubt`), its `quotes` the
            candidate's figure and, where the limit is the candidate's own, the limit.
        choice: draws the template.
    """
    kind, _, subject = (move.about or "").partition("-")
    quote, *others = [_speakable(quote) for quote in move.quotes] or [""]
    if not quote:
        return [choice.pick("check_numbers")]
    if kind in ("stage", "total"):
        return [choice.pick(f"check_{kind}", quote=quote, limit=_limit(scene, subject, others))]
    if kind == "sum":
        return [choice.pick("check_sum", quote=quote)]
    plain = choice.pick("check_figure", quote=quote)
    fact = _fact_beside(scene, subject)
    return [choice.pick("check_figure_beside", quote=quote, fact=fact), plain] if fact else [plain]


def _speakable(quote: str) -> str:
    """Candidate's words that do not end or nest the quotation."""
    return re.sub(r'[?"{}]', "", quote).strip(" .,;:!")


def _limit(scene: Scene, budget: str, own: list[str]) -> str:
    if own:
        return f'"{own[0]}"'
    id_ = budget.partition(":")[0]
    known = next((b for b in scene.case.budgets if b.id == id_), None)
    return f"{known.ms:g} ms" if known else "one limit"


def _fact_beside(scene: Scene, quantity: str) -> str:
    """The first sentence of a fact that the candidate has heard and the figure rests on."""
    told = {fact for turn in scene.turns if turn.move for fact in turn.move.facts}
    known = next((q for q in scene.case.numbers if q.id == quantity), None)
    for fact in known.rests_on if known else ():
        sentence = split_prose(scene.case.fact(fact).answer)[0]
        if fact in told and len(sentence.split()) <= FACT_WORDS:
            return sentence
    return ""
