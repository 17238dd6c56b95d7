"""What rules can count in the interviewer's replies."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from evals.conversation.interview import Heard, Reply, cue, same_sentence
from evals.conversation.telling import tells
from interviewer.core.act import Act, MoveKind
from interviewer.core.case import Fact, RubricItem
from interviewer.core.transcript import Intent
from interviewer.simulation.listening import Mention, Owed, WrongClaim
from interviewer.text.sentences import content_stems, split_prose, words_of

REPEATED = 0.8  # share of the case's question that makes a reply ask it
ROOM, MORE_ROOM = 60, 90  # words of a reply; of one that tells several facts
REACH = 3  # words that may stand within the name of a part
CHALLENGED_WITHIN = 2  # exchanges
DEFINITE = frozenset({"your", "the", "this", "that", "its", "these", "those"})
ASKING = frozenset(
    {
        *(MoveKind.PROBE, MoveKind.DEEPEN, MoveKind.CHALLENGE, MoveKind.CHECK_NUMBERS),
        *(MoveKind.PUSH_BACK, MoveKind.CHANGE_CONSTRAINT, MoveKind.DEEP_DIVE, MoveKind.OPEN_STEP),
    }
)
"""Moves that ask something."""
OPEN_QUESTIONS = frozenset({MoveKind.PROBE, MoveKind.DEEPEN})
CHALLENGES = frozenset({MoveKind.CHALLENGE, MoveKind.CHECK_NUMBERS, MoveKind.PUSH_BACK})
ABOUT_THE_TALK = frozenset(
    {
        *(Act.ALREADY_SAID, Act.ASKED, Act.BACK, Act.CLOCK, Act.CONCERN, Act.DEFINE),
        *(Act.DISAGREED, Act.EXAMPLE, Act.FOCUS, Act.HINT_ASKED, Act.HINT_COST, Act.NO_VERDICT),
        *(Act.OPINION, Act.POKE, Act.POSTPONED, Act.REPEAT, Act.SUM_UP, Act.WALK_THROUGH),
    }
)
"""Acts that are an answer to talk about the talk."""


class Answer(StrEnum):
    """What became of a question of the candidate, as far as a rule can tell."""

    GIVEN = "given"
    OWED = "owed"
    OPEN = "open"
    """No rule can tell."""


def answered(owed: Owed, heard: Heard) -> Answer | None:
    """What became of a question; None where it was never asked.

    A fact counts as told in the reply or before it. A rule is never certain that talk about the
    talk was left without a word.
    """
    replies = heard.replies_to(owed)
    if not replies:
        return None
    reply = replies[0]
    if owed.facts:
        facts = [fact for fact in heard.case.facts if fact.id in owed.facts]
        given = any(_was_told(fact, reply, heard) for fact in facts)
        return Answer.GIVEN if given else Answer.OWED
    acts = set(reply.move.acts)
    if owed.unknown:
        said_so = Act.NO_NUMBER in acts or cue("no_number").search(reply.text)
        return Answer.GIVEN if said_so else Answer.OWED
    replied = acts & ABOUT_THE_TALK or _talks_back(reply.text)
    return Answer.GIVEN if replied else Answer.OPEN


def _was_told(fact: Fact, reply: Reply, heard: Heard) -> bool:
    earlier = (each.text for each in heard.replies if each.turn < reply.turn)
    return tells(reply.text, fact, asked=True) or any(tells(text, fact) for text in earlier)


def _talks_back(text: str) -> bool:
    return any(cue("talk").search(sentence) for sentence in split_prose(text))


def asked_again(heard: Heard) -> Iterator[tuple[Reply, Mention]]:
    """Questions of the case for a point that had been made: the case's own open question.

    What an interviewer asks in words of its own is left to a judge model.
    """
    for reply in heard.replies:
        if reply.move.kind not in OPEN_QUESTIONS or not reply.move.item or reply.move.follow_up:
            continue
        question = _open_question(heard.case.item(reply.move.item))
        if _share(question, reply.text) < REPEATED:
            continue
        for mention in mentioned_before(heard, reply):
            if reply.move.item in mention.items:
                yield reply, mention
                break


def mentioned_before(heard: Heard, reply: Reply) -> list[Mention]:
    """What had been said when the interviewer replied."""
    places = ((mention, heard.turn_of(mention)) for mention in heard.conversation.said)
    return [mention for mention, turn in places if turn is not None and turn <= reply.turn]


def _open_question(item: RubricItem) -> str:
    return item.follow_ups[0]


def _share(of: str, in_text: str) -> float:
    stems = set(content_stems(of))
    return len(stems & set(content_stems(in_text))) / len(stems) if stems else 0.0


def assumed(heard: Heard) -> Iterator[tuple[Reply, str]]:
    """Parts that the design lacks and that a reply names as though it had them."""
    for reply in heard.replies:
        for part in heard.conversation.lacks:
            if any(takes_for_granted(sentence, part) for sentence in split_prose(reply.text)):
                yield reply, part


def takes_for_granted(sentence: str, part: str) -> bool:
    """Whether a question speaks of a part by a definite name (`your vector index`).

    Args:
        sentence: of the interviewer.
        part: names of the part, between which stand `or`, a comma or brackets.
    """
    if "?" not in sentence or cue("open_premise").search(sentence):
        return False
    words = words_of(sentence)
    for name in names_of(part):
        for at, word in enumerate(words):
            window = " ".join(words[at + 1 : at + 1 + len(name) + REACH])
            if word in DEFINITE and name <= set(content_stems(window)):
                return True
    return False


def names_of(part: str) -> list[frozenset[str]]:
    """The stems of each name of a part."""
    plain = part.replace("(", ",").replace(")", ",").replace(" or ", ",")
    named = (frozenset(content_stems(name)) for name in plain.split(","))
    return [stems for stems in named if stems]


def challenged(wrong: WrongClaim, heard: Heard) -> bool:
    """Whether a wrong claim was challenged within `CHALLENGED_WITHIN` exchanges."""
    said_in = heard.turn_of(wrong)
    replies = heard.replies_to(wrong, CHALLENGED_WITHIN)
    flags = {
        hit.red_flag
        for reply in replies
        if reply.turn == said_in and reply.exchange
        for hit in reply.exchange.assessment.red_flags
        if same_sentence(hit.quote, wrong.quote, reply.message)
    }
    return any(
        reply.move.kind in CHALLENGES
        and (reply.move.red_flag in flags or _quotes(reply, wrong, heard))
        for reply in replies
    )


def _quotes(reply: Reply, wrong: WrongClaim, heard: Heard) -> bool:
    message = heard.replies_to(wrong)[0].message
    return any(same_sentence(quote, wrong.quote, message) for quote in reply.move.quotes)


# Manner


def false_alarms(heard: Heard) -> list[str]:
    """Messages that were taken for a prompt injection; the candidates of scripts are honest."""
    return [
        line.text
        for line in heard.result.transcript
        if line.role == "candidate" and Intent.MANIPULATION in line.intents
    ]


def praise(heard: Heard) -> list[str]:
    """Sentences that praise."""
    return [
        sentence
        for reply in heard.replies
        for sentence in split_prose(reply.text)
        if cue("praise").search(sentence)
    ]


def double_questions(heard: Heard) -> list[str]:
    """Replies with more than one question."""
    return [reply.text for reply in heard.replies if reply.text.count("?") > 1]


def too_long(heard: Heard) -> list[str]:
    """Replies of more than `ROOM` words, or `MORE_ROOM` where several facts are told."""
    return [
        reply.text
        for reply in heard.replies
        if len(reply.text.split()) > (MORE_ROOM if _facts_told(reply, heard) > 1 else ROOM)
    ]


def _facts_told(reply: Reply, heard: Heard) -> int:
    return sum(tells(reply.text, fact) for fact in heard.case.facts)


def other_than_the_act(heard: Heard) -> list[str]:
    """Replies whose words are not of the kind that their act says."""
    return [
        f"{reply.move.kind.value}: {reply.text}"
        for reply in heard.replies
        if not _fits(reply, heard)
    ]


def _fits(reply: Reply, heard: Heard) -> bool:
    kind = reply.move.kind
    if kind is MoveKind.ANSWER:
        informs = _facts_told(reply, heard) or cue("no_number").search(reply.text)
        return bool(informs or set(reply.move.acts) or _talks_back(reply.text))
    if kind is MoveKind.WRAP_UP:
        return "?" not in reply.text
    return kind not in ASKING or reply.asks
