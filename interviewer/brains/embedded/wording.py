"""The embedded brain's words for a move: authored sentences of the case inside small bridges."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.brains.embedded.phrases import (
    Choice,
    fact_of,
    meaning_of,
    opening_of,
    paraphrases_of,
    question_of,
    sentences_of,
    time_left,
)
from interviewer.brains.embedded.questions import asks_for_a_number, thing_asked
from interviewer.brains.embedded.quoting import (
    QUOTED,
    check_numbers,
    parts_of,
    quotes_for,
    references,
)
from interviewer.brains.embedded.talk import about_assumed
from interviewer.brains.protocol import SPOKEN_WORDS, TITLES, Scene
from interviewer.core.act import Act, Move, MoveKind
from interviewer.core.assessment import Verdict
from interviewer.core.settings import Persona
from interviewer.core.transcript import Turn
from interviewer.text.message import decisions_in

BRIDGE_EVERY = 3  # a neutral interviewer leads in to one question in so many

_BEFORE = (Act.UNJUDGEABLE, Act.MANIPULATION, Act.REVISED, Act.ALREADY_SAID, Act.POSTPONED)
_AT_LAST = (Act.HINT_COST, Act.TIME_SHORT)
_AFTER_FACTS = (Act.ASSUMED, Act.NO_NUMBER, Act.FOCUS, Act.OFFER_DRILL, Act.NO_VERDICT)
_ANNOUNCED = ("A change:", "Something changes:", "Now a change")
_BEFORE_THE_END = (Act.BEFORE_SUMMARY, Act.BEFORE_END)
_ENDS = {"candidate": "wrap_up_candidate", "time": "wrap_up_time_up"}
_ALONE = {
    MoveKind.OFFER_HINT: "offer_hint",
    MoveKind.OFFER_DRILL: "offer_drill",
    MoveKind.REMIND_TIME: "remind_time",
}
"""Moves that need nothing of the case."""


_OPENS = (MoveKind.OPEN_STEP, MoveKind.TELL)
_PROBES = (MoveKind.PROBE, MoveKind.DEEPEN, MoveKind.REDIRECT)
_LISTENING = (
    *(Act.THINK, Act.NOTHING_BEFORE, Act.NO_HINT, Act.ANYTHING_ELSE),
    *(Act.OPINION, Act.WALK_THROUGH, Act.SUM_UP),
)
_NEVER_TWICE = (Act.OPINION, Act.WALK_THROUGH)
"""Said in words not used before, however the reply begins."""

REFERENCES = 0.45  # share of interviewer turns that refer to the candidate's words
FEWER_REFERENCES = 0.42  # the same while the interviewer says too much to one who drives
MOST_REFERENCES = 0.58  # the same where the question itself is about them
_REFERRING = frozenset({MoveKind.CHALLENGE})
"""Moves whose own question is about the candidate's words, so that they may be said before it."""
_OPENING = (MoveKind.OPEN_STEP, MoveKind.TELL)
"""Moves that open a step when they close one."""
Wordings = list[str]
"""One part of a reply: what to say, then the same in fewer words; "" leaves it unsaid."""

WORDS_OF_A_FACT = 30  # by which that grows with each fact, which is told whole


def word(scene: Scene, move: Move) -> list[str]:
    """The sentences of the interviewer's reply, in order; never empty."""
    unsaid: frozenset[str] = frozenset()
    while True:
        reply = Reply(scene, move, unsaid)
        _build(reply)
        dropped = reply.fit()
        if not dropped:
            break
        unsaid |= dropped  # what comes after it begins the reply now
    sentences = sentences_of(wordings[0] for wordings in reply.spoken)
    asked = [at for at, sentence in enumerate(sentences) if sentence.endswith("?")]
    # Only the last question: with two, nobody knows which to answer.
    return [sentence for at, sentence in enumerate(sentences) if at not in asked[:-1]]


def _build(reply: Reply) -> None:
    """Puts the parts of a reply together, in the order in which they are said."""
    _add_before(reply)
    for fact in reply.move.facts:
        texts = reply.choice.any_of(fact_of(reply.scene.case, fact), leads=reply.leads)
        reply.add(f"fact {fact}", [about_assumed(reply.scene, texts) or texts])
    if reply.scene.turns and (drawn := reply.scene.turns[-1]).sketch and not drawn.text.strip():
        reply.add("sketch", _sketch_seen(reply, drawn.sketch))
    _add_acts(reply, _AFTER_FACTS)
    if reply.move.kind in _REFERRING and (reference := reply.reference()):
        reply.add("reference", [reference, ""], first_to_go=True)
    for part in _main(reply):
        reply.add(f"main {len(reply.spoken)}", part)


def _add_before(reply: Reply) -> None:
    """Puts in front what answers the message, and how the interview leaves a step."""
    move, choice = reply.move, reply.choice
    listens, ends = move.kind is MoveKind.LISTEN, move.kind is MoveKind.WRAP_UP
    _add_acts(reply, _BEFORE)
    if move.skips and not ends:
        reply.add("skipped", choice.notice("skipped", leads=reply.leads))
    # A plain "sure" needs no saying where the next words are the answer, as at the end.
    answered = move.kind is MoveKind.OPEN_STEP if choice.brief else ends
    if not (move.skips or answered):
        _add_acts(reply, (Act.ASKED,))
    _add_acts(reply, (Act.FOLLOWED,))
    if move.passes_over:
        titles = _titles_passed(reply)
        reply.add("covered", choice.notice("covered", leads=reply.leads, title=titles))
    _add_acts(reply, _AT_LAST)
    if Act.DEFINE in move.acts and not listens:
        reply.add("define", [meaning_of(reply.scene)])
    if Act.CLOCK in move.acts and not listens:
        reply.add("clock", [time_left(reply.scene)])


def _add_acts(reply: Reply, acts: Sequence[Act]) -> None:
    for act in acts:
        if act in reply.move.acts:
            reply.add(act, _beside(reply, act))


def _beside(reply: Reply, act: Act) -> Wordings:
    if act is Act.NO_NUMBER and (named := _named_open(reply)):
        return named
    if act is Act.FOLLOWED:
        return [reply.choice.pick(act, leads=reply.leads, title=reply.title)]
    key = "offer_drill_aside" if act is Act.OFFER_DRILL else act
    return reply.choice.notice(key, leads=reply.leads)


def _main(reply: Reply) -> list[Wordings]:
    """The move itself in parts, each in one or more wordings, the longest first."""
    scene, move, choice = reply.scene, reply.move, reply.choice
    kind = move.kind
    if kind is MoveKind.CHECK_NUMBERS:
        return [check_numbers(scene, move, choice)]
    if kind is MoveKind.OPEN_STEP:
        return [_open(reply)]
    if kind is MoveKind.TELL:
        return _tell(reply)
    if kind is MoveKind.LISTEN:
        return [[_listen(reply)]]
    if kind is MoveKind.WRAP_UP:
        key = _ENDS.get(move.ends or "", "wrap_up_completed")
        return [[choice.pick(key, leads=reply.leads)]]
    if kind is MoveKind.ANSWER:
        return [_floor(reply)]
    if kind is MoveKind.REDIRECT:
        return [_redirect(reply)]
    if kind is MoveKind.OFFER_HINT and Act.HINT_ASKED in move.acts:
        return [[choice.pick("offer_hint_asked")]]
    if Act.DISAGREED in move.acts:
        key = "disagreed_fact" if move.facts else "disagreed"
        return [[choice.pick(key, leads=reply.leads)]]
    if kind in _ALONE:
        return [[choice.pick(_ALONE[kind], leads=reply.leads)]]
    if kind is MoveKind.DEEPEN and (quote := reply.deepens()):
        return [[choice.pick("deepen", leads=reply.leads, quote=quote)]]
    return [_question(reply)]


def _question(reply: Reply) -> Wordings:
    """The case's own question, with a bridge before it where one is needed."""
    move, choice = reply.move, reply.choice
    texts = paraphrases_of(reply.scene.case, move)
    text = next(iter(choice.unsaid(texts)), None) or choice.any_of(texts)
    if move.kind is MoveKind.CHANGE_CONSTRAINT and text.startswith(_ANNOUNCED):
        return [text]  # it says itself that something changes
    lead = next((act for act in (Act.POKE, Act.CONCERN) if act in move.acts), None)
    if lead or move.takes_up:
        return [choice.pick(lead or "taken_up", leads=reply.leads, text=text), text]
    key = "probe_free" if move.free else move.kind.value
    key = "probe" if move.kind is MoveKind.DEEPEN else key
    if move.kind is MoveKind.DEEP_DIVE and move.closes not in (None, move.step):
        key = "deep_dive_back"
    if not _needs_bridge(reply, text) or not choice.is_fresh(key):
        return [text]
    return [choice.pick(key, leads=reply.leads, text=text, title=reply.title), text]


def _needs_bridge(reply: Reply, text: str) -> bool:
    """Whether a reply does not simply begin with its question: that is a matter of pace."""
    move = reply.move
    if move.kind is MoveKind.PUSH_BACK or (move.kind is MoveKind.DEEP_DIVE and move.closes):
        return True  # nobody would understand it without a word before it
    if not reply.leads:
        return False
    if not reply.choice.opens_fresh(text) or move.free:
        return True
    persona = reply.scene.settings.persona
    if reply.choice.brief:
        return False
    if persona is Persona.NEUTRAL:
        return len(reply.scene.turns) // 2 % BRIDGE_EVERY == 0
    return persona is Persona.SUPPORTIVE


def _floor(reply: Reply) -> Wordings:
    """Gives the floor back after an answer, unless the answer has done so."""
    if {Act.NO_NUMBER, Act.FOCUS, Act.ASSUMED}.intersection(reply.move.acts) and not reply.leads:
        return [""]
    if reply.move.facts:
        return reply.choice.notice("answer_floor", leads=reply.leads)
    return [reply.choice.pick("answer_floor", leads=reply.leads)]


def _redirect(reply: Reply) -> Wordings:
    move, choice, case = reply.move, reply.choice, reply.scene.case
    fresh = choice.unsaid(paraphrases_of(case, move) or question_of(case, move.step))
    text = fresh[0] if fresh else choice.pick("redirect_bare")
    cause = Act.JUMPED_AHEAD if Act.JUMPED_AHEAD in move.acts else Act.OFF_TOPIC
    bridged = choice.pick(f"redirect_{cause}", leads=reply.leads, text=text)
    return [bridged, text, sentences_of([text])[-1]]


def _open(reply: Reply) -> Wordings:
    move, choice, case = reply.move, reply.choice, reply.scene.case
    title, leads = reply.title, reply.leads
    if Act.OPENING in move.acts:
        return _opening(reply)
    if move.takes_up:
        fresh = choice.unsaid(question_of(case, move.step))
        text = fresh[0] if fresh else choice.pick("open_again", title=title)
        return [choice.pick("taken_up", leads=leads, text=text), text]
    if Act.SUM_UP in move.acts:
        return [choice.pick("sum_up", leads=leads)]
    if Act.BACK in move.acts:
        return [choice.pick("open_back", leads=leads, title=title)]
    if first := next((act for act in _BEFORE_THE_END if act in move.acts), None):
        texts = paraphrases_of(case, move) if move.item else question_of(case, move.step)
        text = next(iter(choice.unsaid(texts)), None) or choice.any_of(texts)
        said = choice.pick(first, leads=leads, title=title, text=text)
        return [said, choice.pick(first, leads=leads, title=title, text=sentences_of([text])[-1])]
    if move.item is not None and move.kind is MoveKind.OPEN_STEP:
        text = choice.any_of(paraphrases_of(case, move))
        return [choice.pick("open_covered_step", leads=leads, title=title, text=text), text]
    fresh = choice.unsaid(question_of(case, move.step))
    if not fresh:
        return [choice.pick("open_again", leads=leads, title=title)]
    text = choice.pick("open_step", leads=leads, title=title, text=fresh[0])
    return [text, sentences_of([text])[-1]]


def _opening(reply: Reply) -> Wordings:
    """The first words of an interview or of a drill."""
    move, choice, scene = reply.move, reply.choice, reply.scene
    if not scene.settings.is_drill:
        opening = choice.any_of(opening_of(scene.case))
        return [choice.pick("opening", opening=opening), opening]
    topic = scene.settings.concept
    title = reply.title if topic is None else topic.replace("_", " ")
    text = choice.any_of(paraphrases_of(scene.case, move) or question_of(scene.case, move.step))
    return [choice.pick("drill_opening", title=title, case=scene.case.title, text=text), text]


def _titles_passed(reply: Reply) -> str:
    """The steps that are passed over, by name."""
    steps = reply.scene.framework.steps
    first = steps.index(reply.move.closes or reply.move.step) + 1
    last = len(steps) if reply.move.kind is MoveKind.WRAP_UP else steps.index(reply.move.step)
    return " and ".join(TITLES[step] for step in steps[first:last])


def _listen(reply: Reply) -> str:
    move, choice = reply.move, reply.choice
    if Act.REPEAT in move.acts:
        return choice.pick("repeat", leads=reply.leads, text=_again(reply))
    if Act.EXAMPLE in move.acts:
        return _made_concrete(reply)
    if Act.DEFINE in move.acts:
        return choice.pick("define", leads=reply.leads, text=meaning_of(reply.scene))
    if Act.CLOCK in move.acts:
        return time_left(reply.scene)
    if Act.SMALL_TALK in move.acts:
        fresh = choice.unsaid(question_of(reply.scene.case, move.step))
        text = fresh[0] if fresh else choice.pick("redirect_bare")
        return choice.pick("small_talk", leads=reply.leads, text=text)
    for act in _LISTENING:
        if act in move.acts:
            return choice.pick(act, leads=reply.leads and act not in _NEVER_TWICE)
    return choice.pick("listen", leads=reply.leads)


def _again(reply: Reply) -> str:
    """The question that the candidate has to answer, in other words where there are any."""
    scene, choice = reply.scene, reply.choice
    asking = (turn for turn in reversed(scene.turns) if turn.move and _asks(turn.move))
    turn = next(asking, None)
    if turn is None or turn.move is None:
        texts = question_of(scene.case, reply.move.step)
        return next(iter(choice.unsaid(texts)), None) or choice.any_of(texts)
    last = turn.move
    if last.kind is MoveKind.CHECK_NUMBERS:
        return check_numbers(scene, last, choice)[0]
    if last.kind in _ALONE:
        return choice.pick(_ALONE[last.kind])
    if last.kind is MoveKind.DEEPEN and (quote := _quote_in(turn)):
        return choice.pick("deepen", quote=quote)
    opens = last.kind is MoveKind.TELL or last.item is last.red_flag is last.about is None
    texts = question_of(scene.case, last.step) if opens else paraphrases_of(scene.case, last)
    if fresh := choice.unsaid(texts):
        return fresh[0]
    return choice.any_of(texts)


def _made_concrete(reply: Reply) -> str:
    """The question in hand in its narrower form, or the first part of a whole step's question."""
    scene, choice = reply.scene, reply.choice
    last = next((t.move for t in reversed(scene.turns) if t.move and _asks(t.move)), None)
    narrower = _narrower(scene, last) if last else None
    fresh = choice.unsaid(paraphrases_of(scene.case, narrower)) if narrower else []
    if fresh:
        return choice.pick("example", leads=reply.leads, text=fresh[0])
    return choice.pick("repeat", leads=reply.leads, text=_again(reply))


def _narrower(scene: Scene, last: Move) -> Move | None:
    """A smaller question with the aim of the last one; None where the case has none."""
    if last.red_flag or last.about or last.kind not in (*_OPENS, *_PROBES):
        return None
    if last.item and last.kind in _PROBES:
        follow_up = len(scene.case.item(last.item).follow_ups) - 1
        return Move(kind=MoveKind.PROBE, step=last.step, item=last.item, follow_up=follow_up)
    earned = {
        one.item for one in scene.assessments if one.verdict in (Verdict.MET, Verdict.PARTIAL)
    }
    items = (item.id for item in scene.case.steps[last.step].items if item.id not in earned)
    first = next(items, None)
    return Move(kind=MoveKind.PROBE, step=last.step, item=first) if first else None


def _asks(move: Move) -> bool:
    """Whether a move leaves a question open; a pause or an answer does not."""
    return move.kind not in (MoveKind.LISTEN, MoveKind.ANSWER, MoveKind.WRAP_UP)


def _quote_in(turn: Turn) -> str:
    """What a reply quotes; empty when it quotes nothing."""
    found = QUOTED.search(turn.text)
    return found[1] if found else ""


def _tell(reply: Reply) -> list[Wordings]:
    """An answer that earns the item: the item itself is a problem and would tell nothing."""
    whole = reply.scene.case.item(reply.move.item or "").exemplar
    short = sentences_of([whole])[0]
    told = [reply.choice.pick("tell", leads=reply.leads, text=text) for text in (whole, short)] + [
        short
    ]
    if reply.move.closes is None:
        return [told, [reply.choice.pick("tell_stay")]]
    reply.spoken.append(told)  # the question after it does not begin the reply
    opening = _open(reply)
    reply.spoken.pop()
    return [told, opening]


def _named_open(reply: Reply) -> Wordings:
    """What was asked and no fact answers, by name where it has one."""
    open_ = reply.scene.assessment.unanswered if reply.scene.assessment else ()
    if not open_ or (len(open_) == 1 and asks_for_a_number(open_[0]) and not reply.move.facts):
        return []
    things = list(dict.fromkeys(thing for thing in map(thing_asked, open_) if thing))
    if len(things) < len(open_):
        key = "nothing_known_beside" if reply.move.facts else "nothing_known"
        return [reply.choice.pick(key, leads=reply.leads)]
    named = f"{', '.join(things[:-1])} or {things[-1]}" if len(things) > 1 else things[0]
    return [reply.choice.pick("no_number_named", leads=reply.leads, thing=named)]


def _sketch_seen(reply: Reply, sketch: str) -> Wordings:
    parts = parts_of(sketch)
    if not parts:
        return [""]
    named = f"{', '.join(parts[:-1])} and {parts[-1]}" if len(parts) > 1 else parts[0]
    return [reply.choice.pick("sketch_seen", leads=reply.leads, thing=named)]


class Reply:
    """The parts of one reply, in order.

    Args:
        scene: the interview so far.
        move: what the reply does.
        unsaid: names of parts for which there is no room.
    """

    def __init__(self, scene: Scene, move: Move, unsaid: frozenset[str]) -> None:
        self.scene, self.move, self.choice = scene, move, Choice(scene)
        self.spoken: list[Wordings] = []
        self._names: dict[str, Wordings] = {}
        self._order: list[Wordings] = []
        self._unsaid = unsaid

    @property
    def leads(self) -> bool:
        """Whether nothing has been said in this reply yet."""
        return not any(wordings[0] for wordings in self.spoken)

    def fit(self) -> frozenset[str]:
        """Puts parts in fewer words until nobody loses the thread; facts are told whole.

        Returns:
            names of parts that had words and lost them.
        """
        for wordings in self._order:
            while len(wordings) > 1 and self._too_long():
                del wordings[0]
        if self._too_long() and self.move.closes and self.move.kind in _OPENING:
            brief = self.choice.pick("open_briefly", leads=False, title=self.title)
            self.spoken[-1][:] = [brief]
        return frozenset(name for name, wordings in self._names.items() if not wordings[0])

    def _too_long(self) -> bool:
        most = room_for(self.move.facts)
        return sum(len(wordings[0].split()) for wordings in self.spoken) > most

    @property
    def title(self) -> str:
        """What the step that the move leads to is called."""
        return TITLES[self.move.step]

    def add(self, name: str, wordings: Wordings, *, first_to_go: bool = False) -> None:
        """Adds a part unless there is no room for it; facts are never shortened."""
        if name in self._unsaid or not wordings[0]:
            return
        self.spoken.append(wordings)
        self._names[name] = wordings
        if not name.startswith("fact "):
            self._order.insert(0 if first_to_go else len(self._order), wordings)

    def reference(self) -> str:
        """The candidate's words before the question, so often and no oftener; else empty."""
        move = self.move
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
