"""Proxies of the environment: which one a call goes through, and that this machine needs none."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import MutableMapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from interviewer.core.errors import SettingsError
from interviewer.llm.addresses import is_loopback

VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
_SAME = {"socks": "socks5", "socks5": "socks5", "socks5h": "socks5h"}
_SAME |= {"http": "http", "https": "https"}
"""Schemes that can be used, with the name by which the HTTP client knows them."""
_left_out: dict[str, str] = {}
"""Proxies that were taken out of the environment, by what they are for."""


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
