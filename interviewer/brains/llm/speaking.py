"""Saying a move: the request to the model, which sees only what the move may reveal."""

from __future__ import annotations

from collections.abc import Sequence

from interviewer.brains.llm import context
from interviewer.brains.llm.context import delimited, plain
from interviewer.brains.llm.guards import OPENER, Bounds
from interviewer.brains.protocol import TITLES, Draft, Scene
from interviewer.cases.leaks import Phrases
from interviewer.core.act import Move
from interviewer.core.transcript import Turn
from interviewer.llm.call import Request
from interviewer.llm.prompts import load_prompt
from interviewer.llm.tokens import cut_to_tokens
from interviewer.llm.usage import Kind
from interviewer.text.sentences import split_sentences, words_of

MOST_TOKENS = 160
MESSAGE_TOKENS = 260  # of the candidate's message that the words are tied to
LATELY = 6  # interviewer turns whose first words are used up
SOURCE_TOKENS = 90  # of what was retrieved


def say_request(
    scene: Scene, move: Move, draft: Sequence[str], sources: Sequence[str], unseen: Sequence[str]
) -> Request:
    """What the model is asked to say.

    Args:
        scene: the interview up to the candidate's turn.
        move: what the reply does.
        draft: what it has to say, in the embedded brain's words.
        sources: why interviewers ask about what the candidate has said.
        unseen: sentences of the candidate that the model does not see.
    """
    prompt, manner, settings = load_prompt("say"), load_prompt("manner"), scene.settings
    kinds = (settings.persona, settings.mode, settings.focus)
    wanted = [f"{type(kind).__name__.lower()} {kind.value}" for kind in kinds]
    system = prompt.render(
        "system",
        title=scene.case.title,
        level=manner.render(f"level {settings.level.value}"),
        manner=" ".join(filter(None, (manner.render(name) for name in wanted))),
    )
    user = prompt.render(
        "user",
        step=TITLES[move.step],
        move=manner.render(f"move {move.kind.value}"),  # the prompt calls it the act
        notebook=delimited("notebook", [context.digest(scene)]),
        sources=cut_to_tokens(" ".join(sources), SOURCE_TOKENS) or context.NOTHING,
        asked=context.last_asked(scene),
        message=delimited("message", [_message(scene, unseen)]),
        avoid="; ".join(_beginnings(scene.turns)) or context.NOTHING,
        draft=" ".join(draft),
    )
    return Request(Kind.SAY, (("system", system), ("user", user)), MOST_TOKENS)


def bounds_of(scene: Scene, draft: Draft, secrets: Phrases) -> Bounds:
    """What may be said in this reply."""
    spoken = [turn for turn in scene.turns if turn.role == "interviewer"]
    said = {sentence for turn in spoken for sentence in split_sentences(turn.text)}
    said_by_candidate = " ".join(turn.whole for turn in scene.turns if turn.role == "candidate")
    return Bounds(
        draft=draft.sentences,
        said=said,
        openers={tuple(words_of(turn.text)[:OPENER]) for turn in spoken[-LATELY:]},
        candidate=said_by_candidate,
        known=" ".join((*scene.notebook.facts, scene.case.opening)),
        secrets=secrets,
        owed=draft.owed,
        room=draft.room,
    )


def _message(scene: Scene, unseen: Sequence[str]) -> str:
    """The candidate's message without what the model is not to see; its end where it is long."""
    if not scene.turns or scene.turns[-1].role != "candidate":
        return context.NOTHING
    text = scene.turns[-1].text or scene.turns[-1].sketch
    for sentence in unseen:
        text = text.replace(sentence, " ")
    words = plain(text).split()
    return cut_to_tokens(" ".join(words[-MESSAGE_TOKENS // 2 :]), MESSAGE_TOKENS)


def _beginnings(turns: Sequence[Turn]) -> list[str]:
    spoken = [turn.text for turn in turns if turn.role == "interviewer"][-LATELY:]
    return list(dict.fromkeys(" ".join(text.split()[:OPENER]) for text in spoken))
