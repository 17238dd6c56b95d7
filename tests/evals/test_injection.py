"""What the filter of prompt injections was fitted on, and what it takes of sentences held out."""

from __future__ import annotations

import pytest

from evals.judge.injection.fit import HELD_OUT, HERE, HONEST, is_taken
from evals.lines import read_lines
from evals.suites.manipulation import read_attacks

MAY_BE_TAKEN = 0.005  # of the honest sentences held out


def texts_of(name: str) -> list[str]:
    return [row["text"] for row in read_lines(HERE / f"{name}.jsonl")]


def test_honest_sentences_of_an_author_who_saw_nothing_are_not_taken_for_injections() -> None:
    texts = [row["text"] for row in read_lines(HELD_OUT)]
    assert len(texts) >= 300
    taken = sum(map(is_taken, texts))
    assert taken <= MAY_BE_TAKEN * len(texts), taken  # measured: 1 of 330


@pytest.mark.parametrize("name", ["honest", "benign", "attacks"])
def test_what_is_held_out_and_what_measures_is_not_fitted_on(name: str) -> None:
    fitted = {text.casefold() for text in texts_of(name)}
    kept = {row["text"].casefold() for row in read_lines(HELD_OUT)}
    kept |= {attack.text.casefold() for attack in read_attacks()}
    assert not fitted & kept


def test_there_are_as_many_honest_sentences_of_either_half() -> None:
    assert "honest" in HONEST and len(texts_of("honest")) >= 300


@pytest.mark.parametrize("name", ["honest", "benign", "attacks", "honest_held_out"])
def test_no_text_stands_twice(name: str) -> None:
    texts = texts_of(name)
    assert len(texts) == len(set(texts))
