"""The choice of a brain on the start page: what is offered, remembered, started, said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from interviewer.brains.factory import Brains
from interviewer.cases.library import Library
from interviewer.core.errors import SettingsError
from interviewer.core.settings import InterviewSettings
from interviewer.llm.configuration import LLMSettings
from interviewer.results.view import Keeping
from interviewer.service.archive import Practice
from interviewer.web import choices, pages
from interviewer.web.brain_choice import Offer, offered
from interviewer.web.browser_memory import Memory
from interviewer.web.start import Listed
from tests.builders import a_case
from tests.homes import places_in

CASE = a_case()
PRACTICE, KEEPING = Practice((), ()), Keeping(place="here", alone=True)
SHELF = Library(cases={CASE.id: CASE}, frameworks={})
HTML = "<img src=x onerror=alert(1)>"
NONE = Offer()
MINI = Offer(model="gpt-4.1-mini", address="https://api.openai.com/v1")
BROKEN = Offer(problem="INTERVIEWER_BUDGET is 'x', which is no amount. Write dollars.")


@pytest.mark.parametrize(
    ("settings", "model", "address"),
    [
        (LLMSettings(model="gpt-4.1-mini"), "gpt-4.1-mini", "https://api.openai.com/v1"),
        (
            LLMSettings(base_url="http://user:hidden@127.0.0.1:11434/v1?token=hidden"),
            "the endpoint's first model",
            "http://127.0.0.1:11434/v1",
        ),
        (LLMSettings(model="m", replay=Path("calls.jsonl")), "m", ""),
    ],
    ids=["named", "first", "replayed"],
)
def test_what_is_offered(settings: LLMSettings, model: str, address: str, tmp_path: Path) -> None:
    secret = settings.model_copy(update={"key": SecretStr("hidden")})
    offer = offered(Brains(places_in(tmp_path), settings=secret))
    assert offer == Offer(model=model, address=address)
    assert [label for label, _ in offer.pairs] == [
        f"Language model ({model})",
        "Embedded (offline)",
    ]
    page = pages.start(SHELF, Listed((), 0), PRACTICE, KEEPING, Memory(), 0.0, offer)
    assert "hidden" not in f"{page['chosen']}{page['notice']}{page['brain']}{page['memory']}"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("UNRELATED", "1", ""),
        ("INTERVIEWER_BUDGET", "much", "INTERVIEWER_BUDGET is 'much'"),
        ("INTERVIEWER_TEMPERATURE", "9", "INTERVIEWER_TEMPERATURE is '9'"),
    ],
)
def test_a_variable_that_cannot_be_used_is_a_notice(
    name: str, value: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "hidden")
    monkeypatch.setenv(name, value)
    offer = offered(Brains(places_in(tmp_path)))
    page = pages.start(SHELF, Listed((), 0), PRACTICE, KEEPING, Memory(), 0.0, offer)
    assert problem in offer.problem
    assert (page["notice"] != "", page["brain"]["visible"]) == (bool(problem), not problem)
    assert ("with the embedded brain." in page["chosen"]) is bool(problem)
    assert offer.chosen(choices.remembered({}, SHELF, offer)) == ("embedded" if problem else "llm")
    assert "hidden" not in str(page)


@pytest.mark.parametrize(
    ("kept", "offer", "held", "started"),
    [
        ({}, NONE, "auto", "embedded"),
        ({}, MINI, "llm", "llm"),
        ({}, BROKEN, "auto", "embedded"),
        ({"brain": "embedded"}, MINI, "embedded", "embedded"),
        ({"brain": "auto"}, MINI, "llm", "llm"),
        ({"brain": "embedded"}, NONE, "embedded", "embedded"),
        ({"brain": "llm"}, NONE, "llm", "embedded"),
        ({"brain": ["llm"]}, MINI, "llm", "llm"),
        (None, MINI, "llm", "llm"),
    ],
    ids=[
        *("old_form", "old_form_with_model", "old_form_and_a_problem", "kept", "set_up_since"),
        *("kept_without_a_choice", "not_set_up_any_more", "tampered", "nothing"),
    ],
)
def test_the_brain_of_a_form(
    kept: dict[str, Any] | None, offer: Offer, held: str, started: str
) -> None:
    form = choices.remembered(kept, SHELF, offer)
    assert (form["brain"], offer.chosen(form)) == (held, started)
    assert choices.to_settings(form) == InterviewSettings()


@pytest.mark.parametrize("value", ["gpt-5", "llm gpt-5", None, ["llm"]])
def test_a_brain_that_is_not_offered_is_refused(value: Any) -> None:
    with pytest.raises(SettingsError, match="brain"):
        MINI.chosen({"brain": value})


def test_a_form_from_before_there_was_a_choice_is_the_embedded_brain() -> None:
    assert MINI.chosen({"brain": "auto"}) == "embedded"


@pytest.mark.parametrize(
    ("brain", "offer", "parts"),
    [
        ("auto", NONE, ["with the embedded brain.", "\u201cPlug in an LLM\u201d"]),
        ("auto", BROKEN, ["with the embedded brain."]),
        ("llm", MINI, ["with gpt-4.1-mini.", "is sent to https://api.openai.com/v1."]),
        ("embedded", MINI, ["with the embedded brain."]),
        ("llm", Offer(model=HTML, address=HTML), ["with &lt;img", "sent to &lt;img"]),
    ],
    ids=["none", "problem", "model", "embedded", "escaped"],
)
def test_the_start_page_says_which_brain_it_will_be(
    brain: str, offer: Offer, parts: list[str]
) -> None:
    shown = choices.sentence({**choices.defaults(), "brain": brain}, SHELF, offer)
    assert all(part in shown for part in parts) and "<img" not in shown
    assert ("quietly" in shown) is (len(parts) > 1)
