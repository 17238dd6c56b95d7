"""Whether a message is in English, the one language that the embedded brain can judge."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from interviewer.text.sentences import STOP_WORDS, count_words, prose_of, split_sentences

WHOLE_SENTENCE = 6  # words from which a sentence shows its own language
FEWEST_WORDS = 3  # in shorter messages nothing tells languages apart
WHOLE_ANSWER = 20  # words of English that are an answer beside another language
OTHER_LETTERS = 0.3  # share of letters of another script from which a text is not English
ACCENTED = 0.15  # the same for words with letters that English does not have
LOAN_WORDS = frozenset({"naïve", "résumé", "café", "façade", "cliché", "déjà", "über"})
_LAST_LATIN = "\u024f"
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")


@cache
def read_languages() -> Mapping[str, frozenset[str]]:
    """Reads the shipped function words once, by language code."""
    text = files("interviewer.text").joinpath("language.yaml").read_text("utf-8")
    data: dict[str, list[str]] = yaml.load(text, Loader=yaml.BaseLoader)
    return {code: frozenset(words) for code, words in data.items()}


@lru_cache(maxsize=64)
def is_english(text: str) -> bool:
    """Whether a text can be judged.

    Very short texts, lists of terms, code and numbers count as English: nothing in them says
    otherwise. Code and tables that are pasted into a text do not decide about it, as their
    keywords are English everywhere. In a text of several languages its English part is judged
    when it is long enough to be an answer.
    """
    prose = prose_of(text)
    return _reads_english(prose) or _holds_english(prose)


def _holds_english(prose: str) -> bool:
    english = " ".join(each for each in split_sentences(prose) if not is_foreign(each))
    return count_words([english]) >= WHOLE_ANSWER and _reads_english(english)


def is_foreign(sentence: str) -> bool:
    """Whether a sentence of an otherwise English text is plainly in another language."""
    return len(_WORD.findall(sentence)) >= WHOLE_SENTENCE and not _reads_english(sentence)


def _reads_english(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    if not letters:
        return True
    if sum(char > _LAST_LATIN for char in letters) > OTHER_LETTERS * len(letters):
        return False
    words = [word.replace("\u2019", "'") for word in _WORD.findall(text.lower())]
    if len(words) < FEWEST_WORDS:
        return True
    return not _is_foreign(words)


def _is_foreign(words: list[str]) -> bool:
    """Function words of one other language outnumber ours, or accents are all over the text."""
    kinds = set(words)
    english = len(kinds & STOP_WORDS)
    foreign = max(len((kinds & known) - STOP_WORDS) for known in read_languages().values())
    accented = {word for word in kinds - LOAN_WORDS if not word.isascii()}
    if foreign >= 2 and foreign > english:
        return True
    return len(accented) >= max(2, ACCENTED * len(kinds)) and len(accented) > english
