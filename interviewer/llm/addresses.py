"""Addresses of endpoints as people give them, and what is sent to them.

They are copied from many places: with `/chat/completions` at the end, without `/v1`, with a query
that has to stay. What can be told from the address is put right; the rest is refused in a sentence.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from interviewer.core.errors import SettingsError

_CALLS = re.compile(
    r"/+(?:chat/completions|completions|chat|responses|embeddings|models|api/(?:chat|generate|tags))"
    r"/*$"
)
"""What stands behind the address of an API when the address of one call was copied."""
_AZURE = re.compile(
    r"\.(?:openai\.azure\.(?:com|us)|cognitiveservices\.azure\.com|services\.ai\.azure\.com)$"
)
_DEPLOYMENT = re.compile(r"^/openai/deployments/([^/]+)$")
_WITHOUT_V1 = ("api.perplexity.ai", "models.inference.ai.azure.com")
"""Hosts whose calls begin at the root."""


class Address(NamedTuple):
    """Where calls go.

    Attributes:
        url: all before `/chat/completions`, without a query.
        query: what is added to every call.
        is_azure: the key travels in a header of Azure's own, as at gateways that look like it.
        deployment: the model that the address itself names; empty where it names none.
    """

    url: str
    query: dict[str, str]
    is_azure: bool = False
    deployment: str = ""


def address_of(base_url: str) -> Address:
    """The parts of an address that is in order."""
    parts = urlsplit(base_url)
    named = _DEPLOYMENT.match(parts.path.rstrip("/"))
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return Address(
        url=urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", "")),
        query=query,
        is_azure=_is_azure(parts.hostname or "") or named is not None or "api-version" in query,
        deployment=unquote(named[1]) if named else "",
    )


def in_order(base_url: str) -> str:
    """An address as it has to be: the call at its end left out, a missing version put in.

    Raises:
        SettingsError: it lacks something that nobody can guess.
    """
    parts = urlsplit(base_url.strip())
    host, path = parts.hostname or "", parts.path.rstrip("/")
    bare = _CALLS.sub("", path).rstrip("/")
    if _is_azure(host):
        path = _azure_path(bare, parts.query)
    elif bare in ("", "/api") and host not in _WITHOUT_V1:
        # `/api` is Ollama's own API; elsewhere it stands before the version.
        path = "/v1" if bare == "" or is_loopback(host) else "/api/v1"
    else:
        path = bare
    return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))


def _azure_path(path: str, query: str) -> str:
    if path in ("", "/openai"):
        return "/openai/v1"
    if path.startswith("/openai/deployments") and "api-version=" not in query:
        raise SettingsError(
            "OPENAI_BASE_URL names a deployment at Azure without its version.",
            "Add ?api-version=2024-10-21, or use https://YOURS.openai.azure.com/openai/v1.",
        )
    if path.startswith("/openai/deployments") and not _DEPLOYMENT.match(path):
        raise SettingsError(
            "OPENAI_BASE_URL is an address at Azure that names no deployment.",
            "Write it like https://YOURS.openai.azure.com/openai/v1.",
        )
    return path


def _is_azure(host: str) -> bool:
    return _AZURE.search(host.lower()) is not None


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, as far as its name tells."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    return address.is_loopback or address.is_unspecified
