"""What is served where: the names, the path, the password; nothing else decides who may come in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from interviewer.core.errors import SettingsError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
PASSWORD = "INTERVIEWER_PASSWORD"
PROXIES = "FORWARDED_ALLOW_IPS"
"""Addresses of proxies beside those of this machine; the variable is uvicorn's own."""

NOT_OPEN = (
    "Served on {host!r}, the page is open to others, which needs a name and a password.",
    "Add --allow-host NAME (what people type in their browser) and set INTERVIEWER_PASSWORD.",
)
NO_PASSWORD = (
    "With --allow-host the page is open to others, which needs a password.",
    "Set INTERVIEWER_PASSWORD, or leave --allow-host out.",
)

_NAME = re.compile(r"(?!-)[a-z0-9_.-]{1,253}")
_ROOT = re.compile(r"(/[A-Za-z0-9._~-]+)+")

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Site:
    """One served app.

    Attributes:
        host: address it listens on.
        names: host names it answers to beside those of this machine, without ports.
        root: path it is served under, `/coach`, or nothing.
        password: what everybody has to know; empty on a page for this machine's person alone.
        proxies: networks whose `X-Forwarded-*` headers are believed.
    """

    host: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    root: str = ""
    password: str = field(default="", repr=False)
    proxies: tuple[Network, ...] = ()

    @property
    def admitted(self) -> frozenset[str]:
        """Every host name that a request may have been made for."""
        return frozenset([*self.names, *(LOOPBACK if self.host in LOOPBACK else ())])

    @property
    def behind_proxy(self) -> bool:
        """Whether a proxy was told of, so that requests may have come through one."""
        elsewhere = set(self.names) - set(LOOPBACK)
        return bool(elsewhere or self.root or self.proxies)

    def is_near(self, client: str) -> bool:
        """Whether an address is this machine's or that of a proxy that was told of."""
        try:
            address = ip_address(client.partition("%")[0])
        except ValueError:
            return False
        return address.is_loopback or any(address in network for network in self.proxies)

    def believes(self, client: str) -> bool:
        """Whether what this address says of the original request is believed."""
        return self.behind_proxy and self.is_near(client)


def read_site(
    host: str, allow_hosts: Iterable[str], root_path: str, environ: Mapping[str, str]
) -> Site:
    """The site that the command line and the environment describe.

    Args:
        host: address to listen on.
        allow_hosts: names that people type in their browser.
        root_path: path behind a proxy.
        environ: for `INTERVIEWER_PASSWORD` and `FORWARDED_ALLOW_IPS`.

    Raises:
        SettingsError: open to others without a name or password, or a value is not usable.
    """
    names, root = tuple(_name(given) for given in allow_hosts), _root(root_path)
    password = environ.get(PASSWORD, "")
    if host not in LOOPBACK and not (names and password):
        what, action = NOT_OPEN
        raise SettingsError(what.format(host=host), action)
    if names and not password:
        raise SettingsError(*NO_PASSWORD)
    return Site(host, names, root, password, _networks(environ.get(PROXIES, "")))


def split_authority(authority: str) -> tuple[str, str]:
    """Host name in lower case and port of `name:port`; the port may be missing."""
    name, colon, port = authority.lower().rpartition(":")
    if not colon or port.endswith("]"):
        name, port = authority.lower(), ""
    return name.removeprefix("[").removesuffix("]").removesuffix("."), port


def path_of(scope: MutableMapping[str, Any]) -> str:
    """The path of a request below the root path."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"


def _name(given: str) -> str:
    bare = given.strip().lower()
    name, port = (bare, "") if _is_address(bare) else split_authority(bare)
    if port or not (_NAME.fullmatch(name) or _is_address(name)):
        raise SettingsError(
            f"The host name {given!r} is not usable.",
            "Name a host as it stands in the address bar, without http:// and port: "
            "--allow-host coach.example.org",
        )
    return name


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _root(given: str) -> str:
    root = "/" + given.strip().strip("/") if given.strip().strip("/") else ""
    if root and (not _ROOT.fullmatch(root) or ".." in root or len(root) > 200):
        raise SettingsError(
            f"The root path {given!r} is not usable.", "Give it as a plain path: --root-path /coach"
        )
    return root


def _networks(given: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(each.strip()) for each in given.split(",") if each.strip())
    except ValueError as error:
        raise SettingsError(
            f"{PROXIES} names {given!r}, which is no list of addresses.",
            "Give addresses or networks with commas between them: 10.0.0.2,172.18.0.0/16",
        ) from error
