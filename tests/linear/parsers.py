"""Every reader of texts that others wrote: candidates, language models, authors of cases.

A module that looks at texts with regular expressions is entered here, or in `TRUSTED` with the
reason; `test_linear.py` notices one that is in neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from interviewer.brains.embedded import questions, quoting
from interviewer.brains.embedded.phrases import opener_of, sentences_of
from interviewer.brains.embedded.questions import _clauses as question_clauses
from interviewer.brains.embedded.questions import asks_for_a_number, thing_asked
from interviewer.brains.embedded.quoting import parts_of
from interviewer.brains.embedded.talk import _put_off as talk_put_off
from interviewer.brains.embedded.talk import _what as talk_about
from interviewer.brains.embedded.talk import assumptions_to_confirm, terms_asked
from interviewer.brains.llm import context, debriefing, guards, replying, speaking, told
from interviewer.brains.llm.evidence import Evidence
from interviewer.brains.llm.grading import lack_of
from interviewer.brains.llm.schemas import Judged
from interviewer.brains.llm.transcript import Line, NumberedTranscript
from interviewer.cases.lint import is_bare_term, is_list
from interviewer.cases.positions import parse_yaml
from interviewer.core.errors import InterviewerError
from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent, clean_message, clean_sketch
from interviewer.llm.failures import largest_limit, refused_parts
from interviewer.llm.redaction import redacted
from interviewer.llm.thinking import without_thinking
from interviewer.reports import escape
from interviewer.reports.drawing import draw_sketch
from interviewer.text import cues, intents, negation, printable, sentences
from interviewer.text.injection import injection_odds, weighted_terms
from interviewer.text.message import cut, decisions_in, is_english, is_foreign, sketch_claims
from interviewer.text.negation import enumerates
from interviewer.text.quantities import stated_numbers
from interviewer.text.quantities.clauses import sums_in
from interviewer.text.quantities.figures import read_figures
from interviewer.text.quantities.stated import clipped
from interviewer.text.sentences import (
    content_stems,
    find_quote,
    pieces,
    prose_of,
    shorten_quote,
    spoken_words,
    words_of,
)
from interviewer.web import text as page_text
from interviewer.web.browser_memory import id_of, text_of
from interviewer.web.text import message
from tests.shipped import shipped_case

Parser = Callable[[str], object]


def _refusing(parser: Parser) -> Parser:
    def read(text: str) -> None:
        with suppress(InterviewerError):
            parser(text)

    return read


def _finding(pattern: re.Pattern[str]) -> Parser:
    return lambda text: sum(1 for _ in pattern.finditer(text))


def _encoded(texts: Sequence[str]) -> NDArray[np.float32]:
    return np.zeros((len(texts), 384), dtype=np.float32)


def _quote_in(text: str) -> None:
    find_quote(f"{text[: len(text) // 2]} xyzzy", text)


def _evidence(text: str) -> None:
    evidence = Evidence(text)
    evidence.admit(f"{text[: len(text) // 2]} xyzzy")
    evidence.sentence([text], 1)


def _wording(text: str) -> debriefing.Wording:
    said = (Line(2, text), Line(4, text, left_out=True))
    return debriefing.Wording(NumberedTranscript(said, {}, (), frozenset()), "lean_hire")


def _yaml(text: str) -> None:
    decoded = text.encode("utf-8", "replace").decode()  # as every file is
    _refusing(lambda it: parse_yaml(it, Path("x.yaml")))(decoded)


def _drawing(text: str) -> None:
    draw_sketch.__wrapped__(text)


CUES: Mapping[str, Parser] = {
    function.__name__: function
    for function in (
        cues.normalised,
        cues.is_revision,
        cues.is_assumption,
        cues.asks,
        cues.attempts,
        cues.asks_us,
        cues.inquires,
        cues.is_personal,
        cues.is_filler,
        cues.concedes,
        cues.in_plain_words,
        cues.answers_itself,
        cues.given_up,
    )
}

PARSERS: Mapping[str, Parser] = {
    **{f"cues.{name}": parser for name, parser in CUES.items()},
    "asks, in a brief message": lambda text: cues.asks(text, brief=True),
    "read_intents": lambda text: intents.read.__wrapped__(sentences.split_sentences(text)),
    "read, a yes": lambda text: intents.read.__wrapped__((text,), yes_means=Intent.HINT_REQUEST),
    "injections_in": lambda text: intents.injections_in(sentences.split_sentences(text)),
    "step_wanted": lambda text: intents.step_wanted(text, Intent.GO_BACK),
    "first step": intents.first_step,
    "step_requested": lambda text: intents.step_requested(cues.normalised(text)),
    "requested_in": intents.requested_in,
    "opened_by": lambda text: intents.opened_by(text, StepId.DATA),
    "has_summed_up": lambda text: intents.has_summed_up(cues.normalised(text)),
    "put off": talk_put_off,
    "is_english": is_english,
    "is_foreign": is_foreign,
    "cut": cut,
    "pieces": pieces,
    "prose_of": prose_of,
    "sketch_claims": sketch_claims,
    "weighted_terms": weighted_terms,
    "thing_asked": thing_asked,
    "asks_for_a_number": asks_for_a_number,
    "parts_of": parts_of,
    "assumptions_to_confirm": assumptions_to_confirm,
    "terms_asked": lambda text: terms_asked(text, text),
    "what is talked about": talk_about,
    "decisions_in": lambda text: decisions_in([text]),
    "question_clauses": question_clauses,
    "skipped": lambda text: questions._SKIPPED.search(cues.normalised(text)),
    "asked_for": lambda text: questions._spelt_out(questions._asked_for(text)),
    "quoting.clauses": quoting.clauses,
    "quotable": lambda text: [quoting._rank(each) for each in quoting.clauses(text)],
    "sentences_of": lambda text: sentences_of([text]),
    "opener_of": opener_of,
    "split_sentences": lambda text: sentences.windows(sentences.split_sentences(text)),
    "enumerates": enumerates,
    "list_likeness": sentences.list_likeness,
    "signs_of": negation.signs_of.__wrapped__,
    "claimed": lambda text: negation.claimed([text]),
    "words_of": words_of,
    "content_stems": content_stems,
    "spoken_words": spoken_words,
    "find_quote": _quote_in,
    "shorten_quote": lambda text: shorten_quote(text, 10_000),
    "clean_message": _refusing(clean_message),
    "clean_sketch": _refusing(clean_sketch),
    "read_figures": read_figures,
    "sums_in": sums_in,
    "stated_numbers": lambda text: stated_numbers(shipped_case(), sentences.split_sentences(text)),
    "stated_numbers, one line": lambda text: stated_numbers(shipped_case(), [text]),
    "clipped": lambda text: clipped(text, 30),
    "draw_sketch": _drawing,
    "escape.visible": printable.visible,
    "escape.literal": escape.literal,
    "escape.literal_title": escape.literal_title,
    "escape.literal_block": escape.literal_block,
    "page.plain": page_text.plain,
    "page.prose": page_text.prose,
    "split_prose": sentences.split_prose,
    "split_stream": sentences.split_stream,
    "injection_odds": lambda text: injection_odds([text], _encoded),
    "lack_of": lambda text: lack_of(Judged(id="it", lacks=text, verdict="met")),
    "guards.clean": guards.clean,
    "guards.figures_in": guards.figures_in,
    "guards.bare": guards.bare,
    "guards, markup": _finding(guards.MARKUP),
    "guards, verdict": _finding(guards._VERDICT),
    "guards, called": _finding(guards._CALLED),
    "guards, about us": _finding(guards._ABOUT_US),
    "guards, ours": _finding(guards._OURS),
    "guards, time": _finding(guards.TIME),
    "speaking, verdict": _finding(speaking._VERDICT),
    "speaking, quotes": lambda text: speaking._without_quotes(text, speaking.Bounds(())),
    "replying, act": replying._ACT.match,
    "replying, kind": lambda text: replying._kind(text.lower()),
    "told.facts_told": lambda text: told.facts_told(shipped_case(), text),
    "debriefing.quotations": debriefing.quotations,
    "debriefing, prose": lambda text: _wording(text).prose(text, len(text)),
    "debriefing, summary": lambda text: _wording("").summary(text, text),
    "evidence": _evidence,
    "context.plain": context.plain,
    "context.unnumbered": context.unnumbered,
    "context.numbered": lambda text: context.numbered([text]),
    "without_thinking": without_thinking,
    "refused_parts": refused_parts,
    "largest_limit": largest_limit,
    "message": message,
    "memory": lambda text: (id_of(text), text_of(text)),
    "context.delimited": lambda text: context.delimited("x", text.split("\n")),
    "redacted": lambda text: redacted(text, "sk-secret"),
    "is_bare_term": is_bare_term,
    "is_list": is_list,
    "parse_yaml": _yaml,
    "parse_yaml, block": lambda text: _yaml(f"a: >-\n  {text}"),
}

TRUSTED: Mapping[str, str] = {
    "brains/embedded/phrases.py": "its other expressions read our own templates",
    "cases/shared.py": "items and what fills their slots, read when a case is loaded",
    "cases/stale_figures.py": "sentences of a case, read when it is checked",
    "cli/content.py": "the name of a case, given to a command on this machine",
    "cases/paraphrases.py": "sentences of a case, read when it is checked",
    "cli/conversation.py": "commands typed in the user's own terminal",
    "cli/typed.py": "commands typed in the user's own terminal",
    "cli/answers.py": "one character at a time, in an answer of bounded length",
    "web/doors/allowed.py": "the path of a request, which the server bounds",
    "web/clicks.py": "values of bounded length",
    "web/doors/event_queue.py": "the number of a session, of at most 64 characters",
    "web/site.py": "options of this machine",
    "web/templates.py": "our own templates",
    "web/study_pages.py": "notes of this machine",
    "web/study_search.py": "a query of at most 200 characters",
    "llm/capabilities.py": "the message of an endpoint's error, shortened before",
    "llm/addresses.py": "addresses of this machine's settings",
    "llm/call.py": "paths of our own stack",
    "llm/configuration.py": "settings of this machine",
    "llm/models.py": "names of at most 200 characters, and settings of this machine",
    "llm/usage.py": "the name of a model",
    "llm/prompts.py": "our own prompts",
    "llm/clients.py": "the body of our own request",
    "simulation/endpoints/sensible.py": "endpoints of tests and evals, which nobody else talks to",
    "simulation/endpoints/obedient.py": "endpoints of tests and evals, which nobody else talks to",
    "simulation/endpoints/wire.py": "endpoints of tests and evals, which nobody else talks to",
    "reports/brain_names.py": "names of brains",
    "reports/markdown.py": "ids",
    "results/result.py": "ids",
    "retrieval/index.py": "names of collections, which we give",
    "store/database.py": "the address of the database",
}
