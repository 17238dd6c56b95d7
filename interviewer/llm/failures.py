"""Why calls fail, each kind with one sentence and one thing to do, read from whatever came back.

What a rejected request was rejected for is read from the endpoint's own words: every vendor words
it differently, and many name more fields than the one they refuse.
"""

from __future__ import annotations

import json
import re
import socket
import ssl
from enum import StrEnum

from interviewer.core.errors import EndpointError, InterviewerError
from interviewer.llm.redaction import redacted

LONGEST_DETAIL = 300  # characters
LONGEST_COMPLAINT = 4000
_THOUGHT = "The model used its whole allowance for thinking and said nothing."
_ABOUT_FORMAT = re.compile(r"json|schema|grammar")
"""Words that also stand in complaints about something else."""
_ABOUT_GRAMMAR = re.compile(r"grammar")
_ASIDES = re.compile(
    r"(?:please )?use ['\"`]?\w+['\"`]? instead|did you mean[^?]*"
    r"|expected one of.*|(?<!un)(?:supported|allowed|valid|known) (?:parameters|fields|keys|args).*"
    r"|invalid json payload received\.?|json body|application/json",
    re.DOTALL,
)
_TOGETHER = re.compile(r"same time|simultaneous|together|\bboth\b|only one of|either")
_TOO_MUCH = re.compile(
    r"too (?:large|high|big|many)|at most|exceed|less than|greater than|<=|\brange\b|maximum"
)
_LARGEST = (
    re.compile(r"at most (\d+)"),
    re.compile(r"less than or equal to (\d+)|<= ?(\d+)"),
    re.compile(r"\[\d+, ?(\d+)\]"),
)
_CONTEXT = re.compile(r"context (?:length|window|size)\D{0,20}(\d+)")
_PROMPT = re.compile(r"(\d+) (?:input|prompt|in the messages|in your prompt)|has (\d+) input")
_EFFORTS = ("low", "minimal", "none", "default", "medium", "high")
"""How little a model may be asked to think, what suits an interview best first."""


class Failure(StrEnum):
    """What went wrong with a call."""

    REFUSED = "refused"
    """Nothing listens at the address."""
    UNREACHABLE = "unreachable"
    """The name is not known or the network is down."""
    TLS = "tls"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    """404: no such model, or no such path."""
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    REJECTED = "rejected"
    """Another 4xx: the request was not understood."""
    TOO_LONG = "too_long"
    """The prompt does not fit into the model's context."""
    SLOW = "slow"
    """The first token, or the whole reply, came too late."""
    CUT = "cut"
    """The reply ended in the middle."""
    ENDLESS = "endless"
    EMPTY = "empty"
    DECLINED = "declined"
    """The model refused to answer."""
    FILTERED = "filtered"
    """A content filter stopped the request or the reply."""
    TOOLS = "tools"
    """The model called a tool in place of an answer; it was given none."""
    CRAMPED = "cramped"
    """All that the reply may have went into thinking, before the model was given room for it."""
    THOUGHT = "thought"
    """The same with the room that it was given."""
    NO_CHAT_MODEL = "no_chat_model"
    """Everything on offer is made for something else."""
    NOT_JSON = "not_json"
    WRONG_SHAPE = "wrong_shape"
    """JSON, but not what the schema asks for."""
    WRONG_TYPE = "wrong_type"
    """Not an API at all: a web page, or a content type that no API sends."""
    OPEN_CIRCUIT = "resting"
    """The endpoint failed again and again and is left alone for a while."""
    BUDGET = "budget"
    """The interview has cost what it may cost."""
    UNFIT = "unfit"
    """What the model said may not be said to a candidate, the second time as well."""
    NOT_RECORDED = "not_recorded"
    """A replayed recording has no such call."""


TRANSIENT = frozenset(
    {
        Failure.REFUSED,
        Failure.UNREACHABLE,
        Failure.RATE_LIMITED,
        Failure.SERVER_ERROR,
        Failure.CUT,
        Failure.EMPTY,
        Failure.NOT_JSON,
        Failure.WRONG_SHAPE,
    }
)
"""A second try may help; one that was slow already would only make the candidate wait longer."""

DOWN = frozenset(
    {
        Failure.REFUSED,
        Failure.UNREACHABLE,
        Failure.TLS,
        Failure.UNAUTHORIZED,
        Failure.FORBIDDEN,
        Failure.NOT_FOUND,
        Failure.RATE_LIMITED,
        Failure.SERVER_ERROR,
        Failure.SLOW,
        Failure.CUT,
        Failure.WRONG_TYPE,
        Failure.THOUGHT,
        Failure.NO_CHAT_MODEL,
    }
)
"""These say something about the endpoint, not about one call, and open the circuit."""

UNMADE = frozenset({Failure.OPEN_CIRCUIT, Failure.BUDGET, Failure.NOT_RECORDED})
"""No request was made, so that these say nothing at all about the endpoint."""

_TOLD = {
    Failure.REFUSED: ("Nothing answers at the endpoint.", "Start the server or check the address."),
    Failure.UNREACHABLE: ("The endpoint cannot be reached.", "Check OPENAI_BASE_URL and network."),
    Failure.TLS: ("The endpoint's certificate is not trusted.", "Check the address and the clock."),
    Failure.UNAUTHORIZED: ("The endpoint does not accept the key.", "Check OPENAI_API_KEY."),
    Failure.FORBIDDEN: ("The key may not use this model.", "Choose another INTERVIEWER_MODEL."),
    Failure.NOT_FOUND: (
        "The endpoint does not know this model or path.",
        "Run 'interviewer doctor' for what it offers.",
    ),
    Failure.UNFIT: (
        "The model's own words broke the interview's rules.",
        "Set INTERVIEWER_STYLE=guided if it happens often.",
    ),
    Failure.RATE_LIMITED: ("The endpoint's rate limit is reached.", "Wait, or raise the limit."),
    Failure.SERVER_ERROR: ("The endpoint has an error of its own.", "Try again later."),
    Failure.REJECTED: ("The endpoint does not accept the request.", "Run 'interviewer doctor'."),
    Failure.TOO_LONG: (
        "The prompt does not fit into the model's context.",
        "Choose a model with a context of 8,000 tokens or more.",
    ),
    Failure.SLOW: ("The model took too long.", "Choose a faster one or raise INTERVIEWER_TIMEOUT."),
    Failure.CUT: ("The model's reply broke off.", "Try again."),
    Failure.ENDLESS: ("The model would not stop.", "Choose another INTERVIEWER_MODEL."),
    Failure.EMPTY: ("The model said nothing.", "Choose another INTERVIEWER_MODEL."),
    Failure.DECLINED: ("The model declined to answer.", "Choose another INTERVIEWER_MODEL."),
    Failure.FILTERED: (
        "The endpoint's content filter stopped it.",
        "Put it another way, or set the filter of the deployment to be less strict.",
    ),
    Failure.TOOLS: ("The model called a tool in place of an answer.", "Choose another model."),
    Failure.CRAMPED: (_THOUGHT, "Try again."),
    Failure.THOUGHT: (
        _THOUGHT,
        "Choose a model without reasoning, or raise INTERVIEWER_THINKING_TOKENS.",
    ),
    Failure.NO_CHAT_MODEL: (
        "The endpoint offers no model that can talk.",
        "Load a chat model there, or name one in INTERVIEWER_MODEL.",
    ),
    Failure.NOT_JSON: ("The model's reply was no JSON.", "Choose another INTERVIEWER_MODEL."),
    Failure.WRONG_SHAPE: ("The model's reply had a wrong form.", "Choose another model."),
    Failure.WRONG_TYPE: (
        "The address answers, but not as an API does.",
        "OPENAI_BASE_URL usually ends in /v1.",
    ),
    Failure.OPEN_CIRCUIT: ("The endpoint failed repeatedly and is left alone for a while.", ""),
    Failure.BUDGET: ("The budget of this interview is used up.", "Raise INTERVIEWER_BUDGET."),
    Failure.NOT_RECORDED: ("The recording has no such call.", "Record it again."),
}


def failed(
    failure: Failure, detail: str = "", retry_after: float | None = None, complaint: str = ""
) -> EndpointError:
    """The error of a failure, as a sentence for people.

    Args:
        failure: what went wrong.
        detail: what the endpoint says about it, for those who run it; what looks like a key is
            taken out.
        retry_after: seconds after which the endpoint wants to be asked again.
        complaint: all that it says, after the part of the request that it names; read by
            `refused_parts`.
    """
    what, action = _TOLD[failure]
    told = redacted(detail)
    return EndpointError(
        what,
        action,
        failure=failure,
        detail=told,
        retry_after=retry_after,
        complaint=complaint[:LONGEST_COMPLAINT],
    )


def classify(error: BaseException, secret: str = "") -> EndpointError:
    """The error of ours for whatever a call raised; programming errors are not endpoint errors.

    Args:
        error: what was raised.
        secret: the key, which an endpoint may repeat and its error must not.

    Raises:
        BaseException: the error itself, where no endpoint can have caused it; an error of ours
            that has to do with something else, such as the recording.
    """
    known = _known(error)
    # Cut only now: the first half of a key would not be recognised.
    known.detail = redacted(known.detail, secret)[:LONGEST_DETAIL]
    known.complaint = redacted(known.complaint, secret)
    return known


def _known(error: BaseException) -> EndpointError:
    if isinstance(error, EndpointError):
        return error
    chain = _causes(error)
    for cause in chain:
        if isinstance(cause, EndpointError):
            return cause
        if isinstance(cause, InterviewerError):
            raise cause
    for cause in chain:
        if (known := _of_status(cause)) or (known := _of_type(cause)):
            return known
    raise error


def _causes(error: BaseException) -> list[BaseException]:
    """An error and what it came from, the innermost first."""
    chain: list[BaseException] = []
    inner: BaseException | None = error
    # An error that was raised again from what wraps it is its own cause.
    while inner is not None and inner not in chain:
        chain.insert(0, inner)
        inner = inner.__cause__ or inner.__context__
    return chain


def _of_type(error: BaseException) -> EndpointError | None:
    if isinstance(error, ssl.SSLError):
        return failed(Failure.TLS, str(error))
    if isinstance(error, ConnectionRefusedError):
        return failed(Failure.REFUSED)
    if isinstance(error, socket.gaierror):
        return failed(Failure.UNREACHABLE, str(error))
    if isinstance(error, TimeoutError):
        return failed(Failure.SLOW)
    if isinstance(error, json.JSONDecodeError):
        return failed(Failure.NOT_JSON)
    return _of_client(error)


def _of_client(error: BaseException) -> EndpointError | None:
    import httpx2
    import openai

    if isinstance(error, openai.ContentFilterFinishReasonError):
        return failed(Failure.DECLINED)
    if isinstance(error, openai.APITimeoutError | httpx2.TimeoutException):
        return failed(Failure.SLOW)
    if isinstance(error, httpx2.ConnectError):
        return failed(Failure.UNREACHABLE, str(error))
    if isinstance(error, httpx2.RemoteProtocolError | httpx2.ReadError | httpx2.DecodingError):
        return failed(Failure.CUT, str(error))
    if isinstance(error, openai.APIResponseValidationError):
        return failed(Failure.WRONG_TYPE)
    if isinstance(error, openai.APIConnectionError | httpx2.TransportError):
        return failed(Failure.UNREACHABLE, str(error))
    if isinstance(error, openai.APIError):  # an error told in the middle of a stream
        if _says_filtered(error):
            return failed(Failure.FILTERED, str(error))
        return failed(Failure.SERVER_ERROR, str(error), complaint=_complaint(error))
    return None


def _of_status(error: BaseException) -> EndpointError | None:
    import openai

    if not isinstance(error, openai.APIStatusError):
        return None
    detail = str(error.message)
    if error.status_code < 500 and _says_filtered(error):
        return failed(Failure.FILTERED, detail)
    if error.status_code in (400, 413, 422):
        kind = Failure.TOO_LONG if _says_too_long(error) else Failure.REJECTED
        return failed(kind, detail, complaint=_complaint(error))
    kinds = {
        401: Failure.UNAUTHORIZED,
        403: Failure.FORBIDDEN,
        404: Failure.NOT_FOUND,
        408: Failure.SLOW,
        429: Failure.RATE_LIMITED,
    }
    fallback = Failure.SERVER_ERROR if error.status_code >= 500 else Failure.REJECTED
    kind = kinds.get(error.status_code, fallback)
    wait = _retry_after(error.response.headers.get("retry-after"))
    return failed(kind, detail, wait, _complaint(error))


def _complaint(error: object) -> str:
    """The parameter that an error names, its message, and its body where that says more."""
    body = getattr(error, "body", None)
    told = body if isinstance(body, str) else json.dumps(body, default=str, ensure_ascii=False)
    parts = (getattr(error, "param", None), getattr(error, "message", ""), told)
    return "\n".join(part for part in map(str, filter(None, parts)) if part)


def _says_filtered(error: object) -> bool:
    """Whether a content filter is the reason; vendors give it as a code or in words."""
    told = f"{getattr(error, 'code', '')} {getattr(error, 'body', '')}"
    text = f"{told} {getattr(error, 'message', '')}".lower()
    signs = ("content_filter", "responsibleaipolicy", "content management policy", "content_policy")
    return any(sign in text for sign in signs) or "contentpolicyviolation" in text


def _says_too_long(error: object) -> bool:
    code = str(getattr(error, "code", "") or "")
    text = f"{code} {getattr(error, 'message', '')}".lower()
    signs = ("context_length", "context length", "context size", "maximum context", "too long")
    return getattr(error, "status_code", 0) == 413 or any(sign in text for sign in signs)


def _retry_after(header: str | None) -> float | None:
    """Seconds; a date is taken as absent, which leaves our own backoff."""
    try:
        return max(0.0, float(header)) if header else None
    except ValueError:
        return None


class Part(StrEnum):
    """A part of a request that some endpoints refuse."""

    NEW_LIMIT = "max_completion_tokens"
    OLD_LIMIT = "max_tokens"
    BOTH_LIMITS = "max_tokens and max_completion_tokens"
    ROOM = "so many tokens"
    USAGE = "stream_options"
    STREAM = "stream"
    FORMAT = "response_format"
    EFFORT = "reasoning_effort"
    TEMPERATURE = "temperature"
    SYSTEM = "system role"


_SIGNS: tuple[tuple[Part, re.Pattern[str]], ...] = (
    (Part.NEW_LIMIT, re.compile(r"max_completion_tokens|maxcompletiontokens")),
    (Part.OLD_LIMIT, re.compile(r"max_tokens|max_output_tokens|maxtokens|maxoutputtokens")),
    (Part.USAGE, re.compile(r"stream_options|include_usage")),
    (Part.EFFORT, re.compile(r"reasoning.?effort|\.effort\b|think value|support thinking")),
    (Part.TEMPERATURE, re.compile(r"temperature")),
    (Part.FORMAT, re.compile(r"response.?format|json_(?:schema|object)|json mode")),
    (
        Part.SYSTEM,
        re.compile(
            r"system (?:role|message|prompt|instruction)s?\b[^.]{0,40}\b(?:not|un)\w*"
            r"|(?:not|un)\w* (?:support|allow)\w* (?:for )?(?:the )?['\"`]?system['\"`]?\b"
            r"|\brole\b[^.]{0,30}\bsystem\b|\['?role'?\] == 'system'"
            r"|roles must alternate|(?:only|supports?) user(?:,| and)[^.]{0,20} assistant"
            r"|developer instruction is not enabled|messages\[0\]\.role"
            r"|must (?:start|begin) with (?:a |the )?['\"`]?user"
        ),
    ),
    (
        Part.STREAM,
        re.compile(
            r"\bstream(?:ing)?\b[^.]{0,50}\b(?:not (?:yet )?(?:support|allow|available|enabled)"
            r"|does not support|unsupported)|verified to stream|not support\w* stream"
        ),
    ),
)


def refused_parts(complaint: str, *, broken: bool = False) -> list[Part]:
    """The parts of a request that an endpoint may refuse, the most likely first.

    Args:
        complaint: what it says, after the parameter that it names.
        broken: it says so as an error of its own, which may be about anything; only what no other
            error would name counts.
    """
    said = _ASIDES.sub(" ", complaint.lower())
    found = [(match.start(), part) for part, sign in _SIGNS if (match := sign.search(said))]
    if not found:
        weak = _ABOUT_GRAMMAR if broken else _ABOUT_FORMAT
        return [Part.FORMAT] if weak.search(said) else []
    named = [part for _, part in sorted(found) if not (broken and part is Part.STREAM)]
    if not named:
        return []
    if named[0] not in (Part.NEW_LIMIT, Part.OLD_LIMIT):
        return named
    if {Part.NEW_LIMIT, Part.OLD_LIMIT} <= set(named) and _TOGETHER.search(said):
        return [Part.BOTH_LIMITS]
    return [Part.ROOM, *named] if _TOO_MUCH.search(said) else named


def largest_limit(complaint: str) -> int | None:
    """The most tokens that a reply may have, where an endpoint that refuses more says so."""
    said = complaint.lower()
    for sign in _LARGEST:
        if found := sign.search(said):
            return int(next(filter(None, found.groups())))
    if (context := _CONTEXT.search(said)) and (prompt := _PROMPT.search(said)):
        return max(0, int(context[1]) - int(next(filter(None, prompt.groups()))))
    return None


def another_effort(complaint: str, refused: str) -> str:
    """The effort that an endpoint names as one it takes; empty where it names none."""
    said = complaint.lower()
    named = re.search(r"(?:supported values?|must be one of|one of|valid values?)(.*)", said, re.S)
    known = set(re.findall(r"['\"`](\w+)['\"`]", named[1])) if named else set()
    return next((effort for effort in _EFFORTS if effort in known - {refused}), "")
