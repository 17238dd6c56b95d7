"""What can go wrong with an endpoint, named."""

from __future__ import annotations

from enum import StrEnum


class Misbehaviour(StrEnum):
    """One way in which an endpoint does not do what was asked of it."""

    # Addresses at which there is no endpoint

    REFUSED = "refused"
    """Nothing listens at the port."""
    NO_NAME = "no_name"
    """The name of the host cannot be resolved."""
    NO_TLS = "no_tls"
    """An https address whose port speaks plain HTTP."""

    # Statuses

    UNAUTHORIZED = "401"
    """The key is not accepted."""
    FORBIDDEN = "403"
    """The key may not use the model."""
    NO_MODEL = "404"
    """There is no such model."""
    LIMITED_AT_ONCE = "429_retry_after_0"
    """The rate limit was reached, and is free again at once."""
    LIMITED_FOR_LONG = "429_retry_after_600"
    """The rate limit was reached, and is free again in ten minutes."""
    LIMITED = "429"
    """The rate limit was reached; nobody says for how long."""
    BROKEN = "500"
    """The server has an error of its own."""
    OVERLOADED = "503"
    """The server has no room."""
    TOO_LONG = "context_too_long"
    """400: the prompt does not fit into the context."""

    # Requests that a server of little ability rejects, always

    NO_RESPONSE_FORMAT = "no_response_format"
    """400 for every request with a `response_format`."""
    NO_SCHEMA = "no_schema"
    """400 for every request with a JSON schema; JSON mode is known."""
    NO_TEMPERATURE = "no_temperature"
    """400 for every request with a temperature."""
    NO_STREAM_OPTIONS = "no_stream_options"
    """400 for every request with `stream_options`."""

    # Replies that come too late, break off or do not end

    SLOW = "slow"
    """Nothing of the reply comes before the client has given up."""
    DROPPED = "dropped"
    """The connection is closed without a reply."""
    CUT = "cut"
    """The connection is closed in the middle of the reply."""
    ENDLESS = "endless"
    """The reply goes on for ever."""
    HUGE = "huge"
    """The reply has an end, megabytes away."""
    OUT_OF_TOKENS = "out_of_tokens"
    """The reply ran into its limit: half of it, and `finish_reason` is `length`."""

    # Replies that say nothing of use

    EMPTY = "empty"
    """A reply without text."""
    NULL = "null"
    """A reply whose content is null."""
    REFUSAL = "refusal"
    """The model declines, in the field made for it."""
    NOT_JSON = "not_json"
    """Words where JSON was asked for; in a stream, an event that is no JSON."""
    WRONG_SHAPE = "wrong_shape"
    """JSON of another form than the schema's; JSON where words were asked for."""
    WEB_PAGE = "web_page"
    """200 with a page of HTML."""
    ERROR_BODY = "error_body"
    """200 with an error in place of the reply, as some gateways send it."""
    NO_CHOICES = "no_choices"
    """200 with a completion whose `choices` are null."""


ADDRESSES = frozenset((Misbehaviour.REFUSED, Misbehaviour.NO_NAME, Misbehaviour.NO_TLS))
"""These say that no request arrives at all."""

INABILITIES = {
    Misbehaviour.NO_RESPONSE_FORMAT: "response_format",
    Misbehaviour.NO_SCHEMA: "response_format",
    Misbehaviour.NO_TEMPERATURE: "temperature",
    Misbehaviour.NO_STREAM_OPTIONS: "stream_options",
}
"""These say nothing about one call: a client has to learn them. With the field that is rejected."""
