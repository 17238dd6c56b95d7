"""What the interviewer says in whole interviews: nothing twice, little, seeds in other words.

Each script is played with two seeds in a row; the move at a turn is the same, the words are not.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache

import pytest

from interviewer.brains.embedded.phrases import opener_of, sentences_of
from interviewer.cases.library import load_library
from interviewer.core.case import Case
from interviewer.core.paths import Places
from interviewer.reports import Result
from interviewer.results.result import InterviewerLine
from interviewer.simulation.player import load_script, replay
from tests.brains.bounds import SPOKEN_WORDS, VERDICT_WORDS, WORDS_OF_A_FACT
from tests.scripts import TRANSCRIPTS

SCRIPTS = ("vr_strong", "vr_solid", "vr_average")
SEEDS = (0, 1)
MOST = 0.6  # share of interviewer turns that refer to the candidate's words
OPENER_TURNS = 6
TALK = 0.4  # interviewer words for each word of a strong candidate

Play = Callable[[str, int], Result]


@pytest.fixture(scope="session")
def played(places: Places) -> Play:
    """Plays a script with a seed, once however often it is asked for."""

    @cache
    def play(name: str, seed: int) -> Result:
        script = load_script(TRANSCRIPTS / f"{name}.yaml")
        settings = script.settings.model_copy(update={"seed": seed})
        return asyncio.run(replay(script.model_copy(update={"settings": settings}), places))

    return play


def spoken(result: Result) -> list[InterviewerLine]:
    return [line for line in result.transcript if isinstance(line, InterviewerLine)]


def heard(result: Result) -> str:
    return "\n".join(line.text for line in result.transcript if line.role == "candidate")


def quotes(line: InterviewerLine, result: Result) -> list[str]:
    said = heard(result)
    return [quote for quote in re.findall(r'"([^"]+)"', line.text) if quote in said]


def words(text: str) -> int:
    return len(text.split())


def own_words(case: Case, text: str) -> str:
    """A text without quotes and without what the case's author wrote."""
    for sentence in sorted(_authored(case.id), key=len, reverse=True):
        text = text.replace(sentence, "")
    return re.sub(r'"[^"]*"', "", text)


@cache
def _authored(case_id: str) -> frozenset[str]:
    def texts(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        if isinstance(value, Mapping):
            return [text for part in value.values() for text in texts(part)]
        return [text for part in value for text in texts(part)] if isinstance(value, list) else []

    case = load_library().cases[case_id]
    return frozenset(sentences_of(texts(case.model_dump(mode="json"))))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SCRIPTS)
def test_an_interview_is_spoken_as_by_a_person(played: Play, name: str, seed: int) -> None:
    result = played(name, seed)
    lines = spoken(result)
    case = load_library().cases[result.case_id]
    facts = {s for fact in case.facts for s in sentences_of([fact.answer])}
    facts |= {s for ways in case.ways.facts.values() for s in sentences_of(ways)}
    said = Counter(s for line in lines for s in sentences_of([line.text]) if s not in facts)
    assert [sentence for sentence, count in said.items() if count > 1] == []
    openers = [opener_of(line.text) for line in lines]
    for at, opener in enumerate(openers):
        assert opener not in openers[max(0, at - OPENER_TURNS + 1) : at], lines[at].text
    for line in lines:
        told = len((line.move or {}).get("facts", ()))
        assert words(line.text) <= SPOKEN_WORDS + WORDS_OF_A_FACT * told, line.text
        assert line.text.count("?") <= 1, line.text
        assert not VERDICT_WORDS.search(own_words(case, line.text)), line.text


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", SCRIPTS)
def test_the_interviewer_refers_to_what_was_said(played: Play, name: str, seed: int) -> None:
    result = played(name, seed)
    lines = spoken(result)
    quoted = [quote for line in lines for quote in quotes(line, result)]
    referring = sum(bool(quotes(line, result)) for line in lines)
    assert referring / len(lines) <= MOST
    for line in lines:  # only where the question is about them
        about = {"probe", "deepen", "challenge", "check_numbers", "remind_time"}
        assert not quotes(line, result) or (line.move or {})["kind"] in about, line.text
    assert len(quoted) == len(set(quoted))
    assert all(words(quote) <= 12 for quote in quoted)


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_next_seed_asks_the_same_in_other_words(played: Play, name: str) -> None:
    """Without paraphrases of its own a case is asked in its author's words, whatever the seed."""
    first, second = (spoken(played(name, seed)) for seed in SEEDS)
    assert [line.move for line in first] == [line.move for line in second]
    in_both = {s for line in first for s in sentences_of([line.text])} & {
        s for line in second for s in sentences_of([line.text])
    }
    assert in_both <= _authored(played(name, SEEDS[0]).case_id)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_strong_candidate_does_the_talking(played: Play, seed: int) -> None:
    result = played("vr_strong", seed)
    assert sum(words(line.text) for line in spoken(result)) <= TALK * words(heard(result))


def test_a_strong_candidate_gets_excursions_and_says_everything(played: Play) -> None:
    result = played("vr_strong", 0)
    kinds = Counter((line.move or {})["kind"] for line in spoken(result))
    assert kinds["deep_dive"] >= 1 and kinds["change_constraint"] >= 1
    assert result.unused_messages <= 1
