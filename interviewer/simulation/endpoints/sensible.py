"""A model that does its work: it judges as the embedded judge does and says what the draft says.

It knows nothing but the request, like any model, so what it was not shown it cannot use. It
measures the LLM brain's own doing (calls, tokens, time, flow), never a language model's quality.
"""

from __future__ import annotations

import json
import re
from typing import Any

from interviewer.brains.embedded.brain import EmbeddedBrain
from interviewer.core.act import MoveKind
from interviewer.core.assessment import Judgement, Verdict
from interviewer.core.case import Case, Fact
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.llm.usage import Kind
from interviewer.simulation.endpoints.wire import Asked
from interviewer.text.intents import read_intents
from interviewer.text.sentences import content_stems, split_sentences

FACTS = 2  # told at once
ASKED_FOR = 0.7  # share of the words of a way to ask for a fact
_NEXT = re.compile(r"next is (\w+)")
_CLAIM = re.compile(r"^(c\d+) [A-Z]", re.MULTILINE)
_PART = re.compile(r"^([a-z]+), [a-z ]+\. ", re.MULTILINE)
LENGTHY = 8  # words of a sentence from which something rests on it
EARNED = (Verdict.MET, Verdict.PARTIAL)
FEEDBACK = (
    "You led most of this interview yourself and tied several decisions to numbers of the case. "
    "What cost most was what stayed a name without a reason, so the next time say why each choice "
    "fits this system and what it gives up. Practise that on the step with the lowest score first."
)


class Sensible:
    """Replies to every kind of call.

    Args:
        brain: judges.
        case: whose rubric it is asked about.
    """

    def __init__(self, brain: EmbeddedBrain, case: Case) -> None:
        self._brain, self._case = brain, case

    def __call__(self, asked: Asked) -> str:
        """The reply to a request."""
        if asked.kind is Kind.NOTES:
            return json.dumps(self._noted(asked))
        if asked.kind in (Kind.GRADE, Kind.SWEEP):
            return json.dumps(self._graded(asked))
        if asked.kind is Kind.REPLY:
            return self._replied(asked)
        if asked.kind is Kind.CLOSING:
            return json.dumps(_closed(asked))
        if asked.kind is Kind.DEBRIEF:
            return json.dumps(_debriefed(asked))
        return asked.section("DRAFT")

    def _noted(self, asked: Asked) -> dict[str, Any]:
        judged, sentences = self._judged(asked)
        items = [
            {"id": item.item, "verdict": item.verdict.value, "at": _at(item.quote, sentences)}
            for item in judged.items
            if item.verdict in EARNED and item.item in asked.prompt
        ]
        flags = [
            {"id": f.red_flag, "at": _at(f.quote, sentences)}
            for f in judged.red_flags
            if f"- {f.red_flag}:" in asked.prompt
        ]
        intents = [intent.value for intent in read_intents(" ".join(sentences.values()))]
        if not intents or items or flags:
            intents.append(Intent.ANSWER.value)
        return {"intents": intents, "items": items, "red_flags": flags}

    def _replied(self, asked: Asked) -> str:
        """The facts that were asked for, and a question of the case about what is wanted first."""
        told = [fact.answer for fact in self._case.facts if _is_asked(fact, asked.said)]
        act, question = self._asking(asked)
        return f"ACT: {act}\n{' '.join((*told[:FACTS], question))}"

    def _asking(self, asked: Asked) -> tuple[str, str]:
        acts, wanted = asked.section("Acts"), asked.section("Wanted").split(";")[0]
        label = wanted.removesuffix("[core]").strip()
        for _, item in self._case.items():
            if item.label == label and not acts.startswith(MoveKind.OPEN_STEP):
                spoken = [text for role, text in asked.messages if role == "assistant"]
                fresh = (q for q in item.follow_ups if q not in " ".join(spoken))
                return f"probe {label}", next(fresh, item.follow_ups[-1])
        if MoveKind.OPEN_STEP in acts and (following := _NEXT.search(asked.user)):
            step = StepId(following[1])
            return f"open_step {step}", self._case.steps[step].question
        if MoveKind.WRAP_UP in acts:
            return "wrap_up -", "That was all from me."
        return "listen -", "Go on."

    def _graded(self, asked: Asked) -> dict[str, Any]:
        judged, sentences = self._judged(asked)
        found = {item.item: item for item in judged.items}
        earned = {id_ for id_, item in found.items() if item.verdict in EARNED}
        wanted = asked.items if asked.kind is Kind.GRADE else earned.intersection(asked.items)
        return {
            "items": [
                {
                    "id": id_,
                    "at": _at(found[id_].quote, sentences) if id_ in earned else 0,
                    "evidence": found[id_].quote if id_ in earned else "",
                    "reason": found[id_].reason if id_ in found else "",
                    "verdict": found[id_].verdict.value if id_ in earned else "absent",
                }
                for id_ in wanted
            ],
            "red_flags": [
                {"id": flag.red_flag, "evidence": flag.quote} for flag in judged.red_flags
            ],
        }

    def _judged(self, asked: Asked) -> tuple[Judgement, dict[int, str]]:
        """What the embedded judge finds of the steps that the request is about."""
        sentences, named = asked.sentences, asked.section("STEP").split()
        owners = {item.id: step for step, item in self._case.items()}
        ours = {owners[id_] for id_ in asked.items if id_ in owners}
        steps = {StepId(named[0])} if named else ours
        claims = list(sentences.values())
        judgements = [
            self._brain.judge.judge(self._case, step, claims, elsewhere=asked.kind is Kind.NOTES)
            for step in sorted(steps)
        ]
        items = tuple(item for one in judgements for item in one.items)
        flags = tuple(flag for one in judgements for flag in one.red_flags)
        return Judgement(items=items, red_flags=flags), sentences


def _closed(asked: Asked) -> dict[str, Any]:
    """A question to be ready for, about the last thing that was said at any length."""
    said = [(at, text) for at, text in asked.sentences.items() if len(text.split()) > LENGTHY]
    question = "What would you look at first in the week after the launch?"
    holes = [{"at": at, "evidence": text, "question": question} for at, text in said[-1:]]
    return {"beyond": [], "holes": holes}


def _debriefed(asked: Asked) -> dict[str, Any]:
    """Every claim by its id, a remark about each part, something to practise."""
    said = [text for text in asked.sentences.values() if len(text.split()) > LENGTHY]
    quote = " ".join(said[-1].split()[:LENGTHY]).replace('"', "") if said else ""
    parts = _PART.findall(asked.user)
    remark = f'You tied it to the case with "{quote}".' if quote else "It came late."
    return {
        "claims": [
            {
                "ids": [id_],
                "name": f"A belief that was not tried first, number {at}",
                "why": "It does not hold for the users of this system.",
                "better": "Work one small case through before a claim is made.",
            }
            for at, id_ in enumerate(_CLAIM.findall(asked.user), 1)
        ],
        "remarks": [{"step": step, "good": bool(quote), "text": remark} for step in parts],
        "summary": FEEDBACK,
        "exercises": [{"title": "One small case", "task": "Work a page of five users through."}],
        "missing": [{"text": "What a page costs.", "asked": False}],
    }


def _is_asked(fact: Fact, said: str) -> bool:
    """Whether a message asks for a fact in one of the ways in which people ask for it."""
    asked = [set(content_stems(one)) for one in split_sentences(said) if one.endswith("?")]
    ways = [set(content_stems(way)) for way in fact.topics]
    return any(len(way & one) >= ASKED_FOR * len(way) > 0 for way in ways for one in asked)


def _at(quote: str, sentences: dict[int, str]) -> int:
    """The number of the sentence that a quote begins with."""
    return next((n for n, text in sentences.items() if text and quote.startswith(text)), 0)
