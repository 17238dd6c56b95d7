"""Addresses of endpoints as people give them, and the proxies that calls to them go through.

They are copied from many places: with `/chat/completions` at the end, without `/v1`, with a query
that has to stay. What can be told from the address is put right; the rest is refused in a sentence.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import MutableMapping
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit
from urllib.request import getproxies, proxy_bypass

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
VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
_SAME = {"socks": "socks5", "socks5": "socks5", "socks5h": "socks5h"}
_SAME |= {"http": "http", "https": "https"}
"""Schemes that can be used, with the name by which the HTTP client knows them."""
_left_out: dict[str, str] = {}
"""Proxies that were taken out of the environment, by what they are for."""


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


def proxy_for(url: str) -> str | None:
    """The proxy that calls to an address go through; None where they go there directly.

    Raises:
        SettingsError: there is one that cannot be used.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or _is_excepted(host, parts.netloc):
        return None
    known = {**_left_out, **getproxies()}
    proxy = known.get(parts.scheme) or known.get("all")
    if not proxy:
        return None
    usable = usable_proxy(proxy)
    if usable is None:
        raise SettingsError(
            f"A proxy of the environment cannot be used: {_scheme_of(proxy)}://...",
            "Set HTTPS_PROXY or ALL_PROXY to an http, https or socks5 address, or name the host "
            "of the endpoint in NO_PROXY.",
        )
    return usable


def usable_proxy(proxy: str) -> str | None:
    """The address of a proxy as the HTTP client takes it; None where it takes none such."""
    scheme = _SAME.get(_scheme_of(proxy))
    rest = proxy.strip().partition("://")[2] if "://" in proxy else proxy.strip()
    try:
        parts = urlsplit(f"http://{rest}")
        if scheme is None or not parts.hostname or parts.port == 0:
            return None
    except ValueError:
        return None
    return f"{scheme}://{rest}"


def mend_proxies(environ: MutableMapping[str, str] = os.environ) -> list[str]:
    """Makes the proxies of the environment such that no HTTP client stumbles over one.

    Returns:
        The names of the variables that had to be left out.
    """
    left_out: list[str] = []
    for name in VARIABLES:
        proxy = environ.get(name, "").strip()
        if not proxy:
            continue
        usable = usable_proxy(proxy)
        if usable is None:
            del environ[name]
            if environ is os.environ:
                # A call to a model must not go past a proxy in silence: it is refused.
                _left_out[name.lower().removesuffix("_proxy")] = proxy
            left_out.append(name)
        elif usable != environ[name]:
            environ[name] = usable
    return left_out


def _scheme_of(proxy: str) -> str:
    scheme, mark, _ = proxy.strip().partition("://")
    return scheme.lower() if mark else "http"


def _is_excepted(host: str, netloc: str) -> bool:
    """Whether NO_PROXY, or the system, says that this host needs no proxy."""
    try:
        if proxy_bypass(netloc.rpartition("@")[2]) or proxy_bypass(host):
            return True
    except (OSError, ValueError):
        return False
    named = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return any(_holds(network.strip(), address) for network in named.split(",") if "/" in network)


def _holds(network: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(network, strict=False)
    except (ValueError, TypeError):
        return False
