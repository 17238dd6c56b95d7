"""The two cookies of a browser: the login, which names an owner, and the owner, which outlives it.

The ports of a host name share their cookies, and a page under another name of the same domain can
set some for this one. So each server marks its own, a name that comes twice is believed neither
time, and under https the browser itself keeps others from setting them.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from interviewer.web.doors.signing import Signer

MONTH = 30 * 24 * 3600  # seconds that a login lasts
YEARS = 400 * 24 * 3600  # seconds that a browser keeps its owner; the most that browsers allow


@dataclass(frozen=True)
class Ticket:
    """What a login says.

    Attributes:
        issued: seconds since the epoch.
        number: random; names the login.
        owner: whose it is.
    """

    issued: int
    number: str
    owner: str


class Cookies:
    """Reads and writes both.

    Args:
        logins: signs logins.
        owners: signs owners.
    """

    def __init__(self, logins: Signer, owners: Signer) -> None:
        self._logins = logins
        self._owners = owners

    def are_twice(self, scope: Scope) -> bool:
        """Whether a request carries one of them more than once."""
        found = [
            pair.partition("=")[0].strip()
            for line in Headers(scope=scope).getlist("cookie")
            for pair in line.split(";")
        ]
        return any(found.count(self._name(kind, scope)) > 1 for kind in ("login", "owner"))

    def ticket(self, scope: Scope) -> Ticket | None:
        """The login of a request, however old it is."""
        said = (self._logins.read(self._value("login", scope)) or "").split("-")
        return Ticket(int(said[0]), said[1], said[2]) if len(said) == 3 else None

    def owner(self, scope: Scope) -> str | None:
        """The owner of a request."""
        return self._owners.read(self._value("owner", scope)) or None

    def keep(self, response: Response, scope: Scope, ticket: Ticket) -> None:
        """Gives a browser both."""
        login = self._logins.sign(f"{ticket.issued}-{ticket.number}-{ticket.owner}")
        self._set(response, "login", scope, login, MONTH)
        self._set(response, "owner", scope, self._owners.sign(ticket.owner), YEARS)

    def end(self, response: Response, scope: Scope) -> None:
        """Takes the login from a browser; the owner stays."""
        self._set(response, "login", scope, "", 0)

    def _set(self, response: Response, kind: str, scope: Scope, value: str, seconds: int) -> None:
        response.set_cookie(
            self._name(kind, scope),
            value,
            max_age=seconds,
            path=scope["root_path"] or "/",
            secure=scope["scheme"] == "https",
            httponly=True,
            samesite="lax",
        )

    def _value(self, kind: str, scope: Scope) -> str:
        cookies = cookie_parser(Headers(scope=scope).get("cookie", ""))
        return cookies.get(self._name(kind, scope), "")

    def _name(self, kind: str, scope: Scope) -> str:
        """Its name; browsers hold a cookie with these prefixes to what they promise."""
        alone = "__Secure-" if scope["root_path"] else "__Host-"
        prefix = alone if scope["scheme"] == "https" else ""
        return f"{prefix}interviewer_{kind}_{self._owners.mark}"
