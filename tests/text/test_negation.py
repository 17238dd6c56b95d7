"""Denials, their reach, and what is reported rather than claimed."""

from __future__ import annotations

import pytest

from interviewer.text.negation import (
    agreement,
    claimed,
    denied_share,
    opposes,
    signs_of,
    stands_behind,
)
from interviewer.text.sentences import content_stems


@pytest.mark.parametrize(
    ("text", "said", "denied"),
    [
        pytest.param("We cache lists.", "cache list", "", id="plain"),
        pytest.param("We do not cache lists.", "", "cache list", id="verb"),
        pytest.param("We don\u2019t cache lists.", "", "cache list", id="curly_quote"),
        pytest.param("Never cache lists.", "", "cache list", id="never"),
        pytest.param("No cache for lists.", "", "cache list", id="no"),
        pytest.param("Lists without cache.", "list", "cache", id="without"),
        pytest.param("Cache lists, but not features.", "cache list", "feature", id="but"),
        pytest.param(
            "I would not shuffle, because days leak.", "days leak", "shuffle", id="because"
        ),
        pytest.param("Instead of shuffling we split.", "split", "shuffling", id="instead"),
        pytest.param("Split rather than shuffle.", "split", "shuffle", id="rather_than"),
        pytest.param("I would avoid a shuffle.", "", "shuffle", id="avoid"),
        pytest.param("A shuffle would be a mistake.", "", "shuffle", id="mistake_after"),
        pytest.param("It is wrong to shuffle.", "", "shuffle", id="wrong_before"),
        pytest.param(
            "A shuffle leaks days, so I avoid it.", "", "shuffle leaks days", id="avoid_it"
        ),
        pytest.param("Not only lists, also features.", "list feature", "", id="not_only"),
        pytest.param("No longer than minutes.", "minutes", "", id="no_longer"),
        pytest.param("We would not do without a cache.", "cache", "", id="two_cancel"),
    ],
)
def test_signs(text: str, said: str, denied: str) -> None:
    signs = signs_of(text)
    assert set(content_stems(said)) <= {word for word, sign in signs.items() if sign > 0}
    assert set(content_stems(denied)) <= {word for word, sign in signs.items() if sign < 0}


def test_agreement_is_about_shared_words() -> None:
    yes, no = signs_of("We cache lists."), signs_of("We do not cache lists.")
    assert agreement(yes, yes) == agreement(no, no) == 1
    assert agreement(yes, no) == -1
    assert agreement(yes, signs_of("Users come back.")) == 0


@pytest.mark.parametrize(("text", "share"), [("We cache lists.", 0), ("Never cache.", 1), ("", 0)])
def test_denied_share(text: str, share: float) -> None:
    assert denied_share(text) == share


@pytest.mark.parametrize(
    ("sentences", "expected"),
    [
        (["We ship on offline gains."], [True]),
        (["Some teams ship on offline gains."], [False]),
        (["A colleague would ship on offline gains.", "The logs are biased."], [False, False]),
        (["You might say that clicks are honest.", "They answer a menu.", "So explore."],
         [False, False, True]),
        (["Suppose we shuffled the rows."], [False]),
        (["If we shuffled, the test would look too good."], [False]),
        (["I would measure whether position matters."], [False]),
        (["Reports are an alarm only if they are many."], [False]),
        (["For a tiny shop a softmax is fine."], [False]),
        (["The index I trust.", "Small languages are not."], [False, True]),
        ([], []),
    ],
)  # fmt: skip
def test_what_is_claimed_as_it_stands(sentences: list[str], expected: list[bool]) -> None:
    assert claimed(sentences) == expected


NEEDED = ["We need a control group.", "A control group shows the gain."]
NEEDLESS = ["We do not need a control group.", "No control group is required."]


@pytest.mark.parametrize(
    ("text", "opposed"),
    [
        ("I want a control group.", False),
        ("I would skip the control group.", True),
        ("A control group is overkill.", True),
        ("I would not skip the control group.", False),
    ],
)
def test_a_denial_opposes_what_it_denies(text: str, opposed: bool) -> None:
    assert opposes(text, NEEDED, [0.8, 0.8]) is opposed
    assert stands_behind(text, NEEDLESS, [0.8, 0.8]) is opposed


def test_only_the_nearest_texts_count() -> None:
    texts = ["We never cache lists.", "We cache lists."]
    assert opposes("We cache lists.", texts, [0.9, 0.2])
    assert not opposes("We cache lists.", texts, [0.2, 0.9])
