"""Where a candidate wants to go: to another part, or to the end with a summary.

A request has a verb of going or discussing with the name of a part as its object and the candidate
or "we" as its subject, and it ends with that name. "Serving is where the latency goes" is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from interviewer.core.settings import StepId
from interviewer.text.cues import normalised, read_cues
from interviewer.text.sentences import split_sentences, words_of

OPENS = 12  # words after an announcement from which the part is opened by answering it
SUMS_UP = 20  # words after "to sum up" from which it is a summary
SENTENCES = 60  # of a message that are looked at
ANNOUNCED = 60  # characters of a sentence in which it announces a part

_NAME = (
    r"(?:requirements?|goals?|constraints?|framing|formulation|problem (?:framing|definition)"
    r"|data|features?|labels?|training(?: data)?|modell?ing|models?|evaluation|metrics?"
    r"|serving|deploy(?:ment|ing)?|architecture|infrastructure|monitor(?:ing)?|alerting|drift)"
)
_PART = (
    r"(?:requirements|goals|framing|the data|data(?: collection)?|modell?ing|models?|serving"
    r"|deployment|monitoring)"
)
_KIND = r"(?:online|offline|model|system|problem|ml|input|serving|data|training|how (?:we|i|to)|we)"
_OBJECT = (
    rf"(?:(?:the|our|your|my|some|about|of|over|would|will|{_KIND}) ){{0,4}}{_NAME}"
    rf"(?:(?:,| and| or|,? and) (?:the |on )?(?:\w+ )?{_NAME}){{0,2}}"
    r"(?: (?:part|step|section|phase|stage|side|topic|question|architecture|pipeline|collection"
    r"|strategy|plan|it|them|side of things|side of it|bit"
    r"|as an? (?:\w+ ){0,2}(?:problem|task))){0,3}"
)
_TAIL = (
    r"(?: (?:now|next|then|first|please|here|instead|already|directly|right away|straight away"
    r"|at this point|at once|from here|a bit|for a (?:bit|moment|while)|together)){0,3}"
)
_REASON = (
    r"(?:,? (?:if|when|unless|since|as|because|please|ok(?:ay)?|shall we|thanks?|before)\b.*)?"
)
_END = rf"{_TAIL}{_REASON} ?[.!?\u2026]*$"
_NOW = (
    r"(?:(?: (?:now|next|then|at this point|from here)){1,2}|,? if (?:that|you|it|we|i)\b.{0,40})"
)
_POLITE = r"(?:please |just |maybe |perhaps |quickly |briefly |now |then |also |rather |actually )*"
_GO = (
    r"(?:turn(?:ing)? (?:over )?to|get(?:ting)? (?:into|onto|to)"
    r"|(?:mov|go|jump|skip|switch|chang|proceed|advanc|continu)(?:e|ing|ping)?"
    r"(?: on| over| ahead| forward| straight| right| directly){0,2} (?:to|into|with)"
    r"|(?:get|getting|be) (?:going|started|busy) (?:on|with)|start(?:ing)? (?:on|with)"
    r"|begin(?:ning)? with|come to)"
)
_DO = (
    r"(?:look(?:ing)? at|have a look at|chat about|go over|think about|walk (?:you )?through"
    r"|cover|talk(?: about| through)?|speak about|discuss|do|start"
    r"|begin|go (?:for|into|through)|tackle|dive into|dig into|see|address|take up|have|hear about)"
)
_ASKS = (
    r"(?:let's|lets|let us|let me|(?:can|could|shall|may|should|might) (?:we|i)"
    r"|i(?:'d| would)(?: now| then)? (?:like|love|prefer|want)(?: us)? to|i want(?: us)? to"
    r"|i(?:'d| would) be (?:happy|glad|keen|delighted) to"
    r"|(?:happy|ready|glad|keen|time) to|please|how about (?:we|i)|why don't we"
    r"|mind if (?:we|i)|(?:ok(?:ay)?|fine|possible|alright) (?:if (?:we|i)|to)"
    r"|(?:suggest|propose)(?: that)? we)"
)
_SAYS = r"(?:i(?:'d| would|'ll| will| could| can)|we (?:should|can|could|might)|we'd)"
_THEN = (
    r"(?:^|[,.;:] )(?:and |so |but |ok(?:ay)?,? )?(?:next|now|then|otherwise|after that|from here"
    r"|with that (?:settled|done|said|out of the way)|that (?:settled|done)),? "
)
_REQUESTS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_ASKS} {_POLITE}(?:{_GO}|{_DO}) (?P<to>{_OBJECT}){_END}",
        rf"\b{_SAYS} {_POLITE}{_GO} (?P<to>{_OBJECT}){_END}",
        rf"{_THEN}(?:if [\w' ]{{3,30}},? )?{_SAYS} {_POLITE}{_DO} (?P<to>{_OBJECT}){_END}",
        rf"\b{_SAYS} {_POLITE}{_DO} (?P<to>{_OBJECT}){_NOW} ?[.!?]*$",
        rf"^(?:[\w' ]{{1,30}}, )?(?:ok(?:ay)?,? |so,? |right,? |now,? |then,? |please,? |and |i'm "
        rf")*(?:{_GO}|on to|over to|onwards? to|next(?: up)?[,:]?|next is|now (?:for|to)"
        r"|time for|to)"
        rf" (?P<to>{_OBJECT}){_END}",
        rf"\b(?:{_ASKS}|done with|leave|that's (?:about )?it) [^.?!]{{0,40}}"
        rf"\b(?:and|so|,) (?:then )?(?:{_GO}|{_DO}) (?P<to>{_OBJECT}){_END}",
        rf"\b(?P<to>{_NAME})\b[^.?!]{{0,50}}[,;] (?:so |and )?(?:{_ASKS}|{_SAYS}) {_POLITE}"
        rf"(?:do|take|go (?:for|to|into)|turn to|get (?:in)?to|discuss|cover|look at) "
        rf"(?:that|this|it|there)(?: (?:one|part))?{_END}",
        rf"^(?:(?:ok(?:ay)?|so|right|and|now|then),? )*(?P<to>{_OBJECT}),? "
        rf"(?:next|now|then)(?:,? (?:if|please|ok(?:ay)?|right)\b[^.?!]{{0,30}})? ?[.!?]*$",
        rf"\b(?:can|could|may|might|should) (?P<to>{_OBJECT}) (?:come|be|go) (?:next|now|first)\b",
        rf"\bhow about (?P<to>{_OBJECT})(?: (?:next|now|then)){{1,2}} ?\?*$",
        rf"\bskip (?:ahead |forward |straight )?(?:to )?(?P<to>{_OBJECT}) ?\?$",
    )
)
_NO_REQUEST = re.compile(
    r"\b(?:not|never|don't|won't|wouldn't|back to|the model|which|who|it) (?:\w+ )?"
    r"(?:turn|get|move|go|jump|switch|proceed|discuss|cover)\b"
)
_ANNOUNCES = re.compile(
    rf"^(?:ok(?:ay)?,? |so,? |right,? |now,? |then,? |and |well,? |good,? |next,? |first,? )*"
    rf"(?:(?:(?:{_ASKS}|{_SAYS}) {_POLITE}(?:{_GO}|{_DO}) |{_GO} |(?:on|over) to )(?P<to>{_OBJECT})"
    rf"|(?:as (?:for|to) |for |about |regarding |now |here (?:is|comes) |on |"
    rf"when it comes to )?(?:the |my )?"
    rf"(?P<part>{_PART})(?: (?:part|step|section|side))?)"
    r"(?: (?:then|now|next|first|at last))? ?(?P<mark>[:.]|\u2013|\u2014| - |$)"
)

_TURNS_TO = re.compile(
    rf"^(?:ok(?:ay)?,? |so,? |now,? |then,? |and )*(?:as (?:for|to)|on|when it comes to|regarding"
    rf"|concerning) (?:the |my )?{_PART}(?: (?:part|side|step))?,"
)
"""How a message begins that turns to a part; further in, it is only one point of several."""

# A wish to sum up or to close, as an offer or as a statement.
_SUM = (
    r"(?:sum(?:ming)? (?:(?:it|this|things|everything|all|that) )*up|summari[sz]e|recap"
    r"|(?:give|offer|do|provide|(?:finish|round off|wrap up) with|close with"
    r"|conclude with|end with|have|be|hear)"
    r"(?: you)? (?:(?:a|the|my|one|short|final|closing|quick|brief|last|little|whole) )*"
    r"(?:summary|recap|wrap-?up|conclusion|overview|rundown|run-through)"
    r"|wrap (?:(?:it|this|things|everything) )*up|conclude)"
)
_ALL = (
    r"(?:,? (?:(?:the |my |our |this )?(?:whole |entire |full |complete |final )?"
    r"(?:design|system|thing|proposal|solution)|everything|it|all|now|here|then|up|"
    r"where (?:we are|i am|we stand|we ended up)|what (?:we|i) have(?: so far)?|so far|briefly|"
    r"quickly|at this point|at the end|for you|please|with [^.?!]{3,40}|and [^.?!]{3,40}|"
    r"if [^.?!]{3,40}|ok(?:ay)?|before [^.?!]{3,30})){0,4}"
)
_CLOSINGS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:(?:do|would) you (?:like|want|need|prefer)(?: me)?(?: to)?|shall i|should i|"
        rf"may i|can i|could i) {_POLITE}{_SUM}{_ALL} ?[.!?]*$",
        rf"\b(?:i(?:'d| would|'ll| will| can| could| want to| would like to|'d like to)|let me"
        rf"|let's|let us|shall we|we (?:can|could|should)) {_POLITE}{_SUM}{_ALL} ?[.!?]*$",
        r"\b(?:(?:do|would) you (?:want|like|need)|want|care for|like) "
        r"(?:(?:a|the|my|one|short|final|closing|quick|brief|last|little) )+(?:summary|recap|"
        r"wrap-?up|conclusion)(?: (?:of|from|now|here|at|then|before|by|instead)\b[^.?!]{0,40})?"
        r" ?[.!?]*$",
        r"\bwould (?:a|the|my) (?:\w+ )?(?:summary|recap|wrap-?up|overview) (?:be|help|make)\b",
        r"\bgive you (?:(?:a|the|my|short|final|closing|quick|brief) )+(?:summary|recap)\b",
        r"\bthat(?:'s| is| was| would be| will be) (?:basically |pretty much |it for )?my "
        r"(?:whole |entire |complete |full |final )?(?:design|system|proposal|solution)\b"
        r"(?! (?:choice|goal|for the (?:label|cache|index)))",
        r"\bthat (?:concludes|completes|finishes|rounds off|wraps up|covers|rounds out) "
        r"(?:my|the|our) (?:whole |entire )?(?:design|system|proposal)\b",
        r"^(?:so,? |ok(?:ay)?,? |well,? |then |and )*(?:are|is) (?:we|that) (?:all )?"
        r"(?:done|finished|through|at the end|complete)(?: (?:here|now|then|already))* ?\?+$",
        r"\b(?:let's|let us|we (?:should|can|could)|shall we|i(?:'d| would) like to|time to) "
        r"(?:finish|close|conclude)(?: (?:here|now|there|up))* ?(?:[;,.!?]|$)",
        r"^(?:so,? |ok(?:ay)?,? |well,? )*i (?:guess|think|believe|suppose) we(?:'re| are) "
        r"(?:done|finished|through|out of time|at the end)\b",
        r"^(?:so,? |ok(?:ay)?,? )*we(?:'re| are) out of time\b",
        r"\bbefore (?:we|i) (?:end|finish|close|stop|conclude)\b[^.]{0,90}\?",
        r"\banything else (?:that )?you(?:'d| would)? (?:like|want|need) (?:to hear|me to|to know)",
    )
)
_THAT_WAS_IT = re.compile(
    r"\bthat(?:'s| is| was| would be| concludes)(?: it for)? my (?:\w+ )?(?:summary|recap)\b"
    r"(?! (?:of|for)\b)"
    r"|\bthat(?:'s| is| was) the (?:summary|recap)\b"
)
_SUMMARY = re.compile(r"\b(?:summar\w+|recap\w*|sum (?:\w+ )?up|conclude)\b")
_SUMS_UP = re.compile(
    r"^(?:ok(?:ay)?,? |so,? |well,? |right,? |then,? |now,? |and |let me |i'll |i would |i'd |"
    r"allow me to |to |in |a |my |the |here(?:'s| is) (?:a |my |the )?|short |quick |final |brief |"
    r"closing |very )*(?:sum(?:ming)? (?:it |this |things |everything |all )*up"
    r"|summari[sz](?:e|ing)|summary|recap(?:ping)?|conclusion|close with a summary"
    r"|wrap(?:ping)? (?:it |this |things )?up"
    r"|nutshell|short:|all in all|(?:put|putting|bring|bringing) it all together)\b"
    r"(?! (?:the )?(?:users?|videos?|history|query|queries|text|session|items?|job|table|"
    r"statistics|features?|metrics?|model|vector|into)\b)"
)
_DEICTIC = re.compile(r"\b(?:this|that|the) (?:part|step|section|topic) up\b")


def step_requested(line: str) -> StepId | None:
    """The step that a normalised sentence asks to go to; None when it asks for none."""
    if closes(line):
        return StepId.SUMMARY
    for pattern in _REQUESTS:
        match = pattern.search(line)
        if match is not None and not _NO_REQUEST.search(line):
            return named_step(match["to"])
    return None


def closes(line: str) -> bool:
    """Whether a normalised sentence offers a summary or says that the design is complete."""
    if _DEICTIC.search(line):
        return False
    return any(pattern.search(line) for pattern in _CLOSINGS)


def mentions_summary(line: str) -> bool:
    """Whether a normalised sentence names the summary."""
    return _SUMMARY.search(line) is not None


def has_summed_up(line: str) -> bool:
    """Whether a normalised sentence says that what came before it was the summary."""
    return _THAT_WAS_IT.search(line) is not None


def named_step(wish: str) -> StepId | None:
    """The step that a wish names: the first one, an adjective before it left aside."""
    found = {step: m.start() for step, p in read_cues().steps.items() if (m := p.search(wish))}
    return min(found, key=found.__getitem__, default=None)


def requests(lines: Sequence[str]) -> dict[int, StepId]:
    """Sentences that ask to go to a step, by index: what little follows them answers nothing."""
    found: dict[int, StepId] = {}
    after = 0
    for at in range(len(lines) - 1, -1, -1):
        if (after < OPENS or at == len(lines) - 1) and (step := step_requested(lines[at])):
            found[at] = step
        after += len(words_of(lines[at]))
    return found


def requested_in(text: str) -> StepId | None:
    """The step that a message asks to go to, as it says last."""
    lines = [normalised(sentence) for sentence in split_sentences(text)[-SENTENCES:]]
    found = requests(lines)
    return found[max(found)] if found else None


def opened_by(text: str, here: StepId) -> StepId | None:
    """The one step that a message announces and answers in a breath ("Now the data: I log").

    Args:
        text: the message.
        here: the step in hand; to announce it opens nothing.
    """
    lines = [normalised(sentence) for sentence in split_sentences(text)[:SENTENCES]]
    sizes = [len(words_of(line)) for line in lines]
    found: dict[StepId, int] = {}
    for at, line in enumerate(lines):
        if _SUMS_UP.match(line) and sum(sizes[at:]) >= SUMS_UP:
            return StepId.SUMMARY
        match = _ANNOUNCES.match(line)
        turns = at == 0 and _TURNS_TO.match(line)
        match = turns or match
        if match is None or not (turns or _marks(match, line)):
            continue
        if step := named_step(match[0]):
            after = len(words_of(line[match.end() :])) + sum(sizes[at + 1 :])
            found[step] = max(after, found.get(step, 0))
    found.pop(here, None)
    opened = [step for step, after in found.items() if after >= OPENS]
    return opened[0] if len(found) == 1 and opened else None


def _marks(match: re.Match[str], line: str) -> bool:
    """Whether what was matched is an announcement: it has a colon, or is the whole sentence."""
    return match.end() <= ANNOUNCED and (match["mark"] not in (".", "") or match.end() == len(line))
