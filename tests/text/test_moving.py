"""Where a candidate wants to go: heard as a request, an announcement or an offer to close.

The rows of `REQUESTS` and `OPENINGS` are what strangers said; `ALIKE` must not trigger.
"""

from __future__ import annotations

import pytest

from interviewer.core.settings import StepId
from interviewer.core.transcript import Intent
from interviewer.text.cues import normalised
from interviewer.text.intents import has_summed_up, opened_by, read_intents, requested_in

REQ = StepId.REQUIREMENTS


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("Move on to the framing, please.", StepId.FRAMING),
        ("Good, that's the scope. Next, framing.", StepId.FRAMING),
        ("Happy to leave requirements here and start framing it as an ML problem.", StepId.FRAMING),
        ("Now if you don't mind I'd turn to how we deploy and monitor it.", StepId.SERVING),
        ("With that settled, let me get into data collection.", StepId.DATA),
        ("I think we should look at the serving architecture now.", StepId.SERVING),
        ("Next I'd cover the features and training data, if that's okay.", StepId.DATA),
        ("Let's talk models.", StepId.MODELING),
        ("I'm fine with the scope, so shall we get going on framing?", StepId.FRAMING),
        ("Could we jump straight into the modelling side of things?", StepId.MODELING),
        ("Enough of models. Deployment next, if you agree.", StepId.SERVING),
        ("I'd be happy to chat about monitoring now.", StepId.MONITORING),
        ("Could monitoring come next?", StepId.MONITORING),
        ("I think I've covered it all. Shall I finish with a quick overview?", StepId.SUMMARY),
        ("Okay, that wraps up my design.", StepId.SUMMARY),
        ("I'm through with my design, would a wrap-up be useful?", StepId.SUMMARY),
        ("For me serving is where it gets interesting, so let's do that.", StepId.SERVING),
        ("I'd like us to discuss monitoring.", StepId.MONITORING),
        ("Next I'd talk about monitoring if that's okay.", StepId.MONITORING),
        ("Otherwise let's turn to modelling.", StepId.MODELING),
        ("Can we skip ahead to monitoring?", StepId.MONITORING),
        ("Could we look at serving?", StepId.SERVING),
        ("Can we do the serving part?", StepId.SERVING),
        ("That's about it for data, shall we do the models?", StepId.MODELING),
        ("Then I'd go to models.", StepId.MODELING),
        ("After that I'd go to the data.", StepId.DATA),
        ("Now to the data.", StepId.DATA),
        ("Would you like me to summarise the whole design at this point?", StepId.SUMMARY),
        ("I could do a short recap if that helps.", StepId.SUMMARY),
        ("Before we end, do you want a final summary from me?", StepId.SUMMARY),
        ("Shall I sum up?", StepId.SUMMARY),
        ("Should I conclude with a summary and the open risks?", StepId.SUMMARY),
        ("That would be my design. Anything else you'd like to hear about?", StepId.SUMMARY),
        ("Let me close with a summary if there's nothing else.", StepId.SUMMARY),
        ("I can sum up where we are, okay?", StepId.SUMMARY),
        ("I think we should close; would you like a summary?", StepId.SUMMARY),
        (
            "Before we finish, is there something open from earlier that you'd like to return to?",
            StepId.SUMMARY,
        ),
        ("It's all said, shall I give you the closing summary now?", StepId.SUMMARY),
        ("Are we finished?", StepId.SUMMARY),
        ("If you want I can summarize.", StepId.SUMMARY),
        ("I guess we're out of time?", StepId.SUMMARY),
        ("I have nothing to add, let's finish.", StepId.SUMMARY),
    ],
)
def test_a_request_names_where_to_go(text: str, step: StepId) -> None:
    assert requested_in(text) is step and Intent.MOVE_ON in read_intents(text)


@pytest.mark.parametrize(
    "text",
    [
        "Serving is where the latency goes.",
        "What comes next in the pipeline is serving, where the features are read again.",
        "We skip training on weekends and go to the summary table for the counts.",
        "At the end a summary job counts the picks, and we close the hour.",
        "The model moves on to the next batch of a thousand videos once the first is scored.",
        "I'd take features from the log.",
        "We discuss metrics with the product team first.",
        "Serving joins the two once per request.",
        "The data moves on to serving through a queue.",
        "I'd summarise the history into one vector.",
        "We close the window after an hour.",
        "I'd look at the metrics per country before I trust the average.",
        "A summary of the session goes into the model.",
        "I would start with the model that we have and add features later.",
        "We can wrap the model up in a container.",
        "That's my design choice for the label.",
        "When the index is done we close it.",
        "I'd talk to the data team about labels.",
        "We should cover the data that is older than a year.",
        "Users get to the data through an export.",
        "The features go to serving as one row.",
        "Do you want me to wrap this part up?",
        "Can we use features of the last hour?",
        "We could do monitoring with a dashboard per country.",
        "Let's take the label from the survey.",
    ],
)
def test_what_is_said_of_the_system_is_no_request(text: str) -> None:
    assert requested_in(text) is None


@pytest.mark.parametrize(
    ("text", "step"),
    [
        (
            "Turning to the framing: a user and a context go in, a ranked list comes "
            "out, and a list is right when people watch half of it, so retrieval then"
            " ranking.",
            StepId.FRAMING,
        ),
        (
            "For the data: I log each impression with its position and features as "
            "served, so that training matches serving.",
            StepId.DATA,
        ),
        (
            "Let me get into monitoring. I would watch the distribution of the scores"
            " and the null rates, per country, and alert on them.",
            StepId.MONITORING,
        ),
        (
            "To sum up: two stages, retrieval and ranking, trained on satisfied watch"
            " time, served in 150 ms with a cache, and monitored by a holdback of one"
            " percent.",
            StepId.SUMMARY,
        ),
        (
            "Serving: I split the budget in 20 ms for features, 40 for retrieval and "
            "60 for ranking, and the rest is network.",
            StepId.SERVING,
        ),
    ],
)
def test_a_part_is_opened_by_answering_it(text: str, step: StepId) -> None:
    assert opened_by(text, REQ) is step


@pytest.mark.parametrize(
    "text",
    [
        "The data is skewed. I would downsample the negatives and correct the probabilities by it.",
        "Data quality matters here, since half of the clicks are accidental, so I filter those.",
        "Label: satisfied watch, so how much was watched relative to what is usual "
        "for that length.",
        "Features: age of the video, watch history, country, hour and last searches.",
        "Framing: one row per impression. Serving: two stages in 150 ms, with a cache.",
        "Turning to the data: fine.",
    ],
)
def test_no_one_part_is_opened_by(text: str) -> None:
    assert opened_by(text, REQ) is None


@pytest.mark.parametrize(
    ("text", "step"),
    [
        (
            "As for serving, a call fetches features, then candidates, and a ranker scores it all.",
            1,
        ),
        (
            "On the monitoring side, I track nulls per feature and the drift of scores by country.",
            1,
        ),
        (
            "The index is built nightly. As for serving, a call fetches features and candidates.",
            0,
        ),
    ],
)
def test_a_message_may_begin_with_the_part_that_it_turns_to(text: str, step: int) -> None:
    assert bool(opened_by(text, REQ)) is bool(step)


def test_the_part_in_hand_is_not_opened_again() -> None:
    text = "Now the data: I log each impression with its position and the features as served then."
    assert opened_by(text, REQ) is StepId.DATA and opened_by(text, StepId.DATA) is None


@pytest.mark.parametrize(
    "text", ["That's my summary, thank you.", "That was my summary, I'm done."]
)
def test_a_summary_that_was_given_ends(text: str) -> None:
    assert has_summed_up(normalised(text)) and read_intents(text) == {Intent.END}


@pytest.mark.parametrize(
    "text", ["That's my summary of the requirements.", "A summary of the session is one input."]
)
def test_a_summary_of_something_ends_nothing(text: str) -> None:
    assert not has_summed_up(normalised(text)) and Intent.END not in read_intents(text)


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("Yes please, go for it.", Intent.HINT_REQUEST),
        ("Do it.", Intent.HINT_REQUEST),
        ("Fine, I'll take it.", Intent.HINT_REQUEST),
        ("Please do.", Intent.HINT_REQUEST),
        ("OK, hand it over.", Intent.HINT_REQUEST),
        ("Does it cost points?", Intent.REPEAT),
        ("How expensive is that?", Intent.REPEAT),
        ("Nah, I'm good.", Intent.MOVE_ON),
        ("sure", Intent.HINT_REQUEST),
        ("Yes, I'm stuck", Intent.HINT_REQUEST),
        ("What does it cost me?", Intent.REPEAT),
        ("How many points would I lose?", Intent.REPEAT),
        ("no thanks", Intent.MOVE_ON),
        ("I'd rather not.", Intent.MOVE_ON),
        ("Hmm, no, then I'd rather try on my own.", Intent.THINK),
    ],
)
def test_a_short_reply_answers_the_offer_before_it(text: str, means: Intent) -> None:
    assert read_intents(text, yes_means=Intent.HINT_REQUEST) == {means}


@pytest.mark.parametrize(
    "text",
    ["I'd take the average of both", "Do it with a cache", "Fine labels cost a lot of money"],
)
def test_an_answer_after_an_offer_is_no_reply_to_it(text: str) -> None:
    assert Intent.HINT_REQUEST not in read_intents(text, yes_means=Intent.HINT_REQUEST)
    assert Intent.REPEAT not in read_intents(text, yes_means=Intent.HINT_REQUEST)


def test_who_declines_a_hint_revises_nothing() -> None:
    text = "Hmm, no, then I'd rather try on my own. I'd log every request with its features."
    assert Intent.REVISION not in read_intents(text, yes_means=Intent.HINT_REQUEST)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("That's all from my side, thanks a lot for your time. Bye!", True),
        ("Thank you, it was a pleasure. Have a nice day.", True),
        ("Bye, and thanks for having me.", True),
        ("Hi, thanks for having me.", False),
        ("Users say bye to the app after a bad feed.", False),
        ("We say goodbye to the old index.", False),
    ],
)
def test_a_goodbye_ends(text: str, ends: bool) -> None:
    assert (Intent.END in read_intents(text)) is ends
