"""The two cookies of a browser: the login, which names an owner, and the owner, which outlives it.

The ports of a host name share their cookies, and a page under another name of the same domain can
set some for this one. So each server marks its own, a name that comes twice is believed neither
time, and under https the browser itself keeps others from setting them.

What is in them is signed with the key of this home, and a logout is remembered.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from interviewer.core.errors import StoreError
from interviewer.core.paths import Places
from interviewer.core.private_files import make_private

# Values that browsers keep for us and cannot change

KEY_BYTES = 32


def signing_key(places: Places) -> bytes:
    """The key of this home; made once, then read; never sent to anybody.

    Raises:
        StoreError: the data folder cannot be written, or the file holds no key.
    """
    file = places.home / "signing_key"
    try:
        places.home.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _make(file)
        key = bytes.fromhex(file.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise StoreError(
            f"The key file {str(file)!r} cannot be used ({error}).",
            "Make the folder writable, or delete the file: everybody then logs in again, and "
            "interviews belong to nobody's browser any more.",
        ) from error
    if len(key) < KEY_BYTES:
        raise StoreError(f"The key file {str(file)!r} is cut short.", "Restore or delete it.")
    return key


def _make(file: Path) -> None:
    """Writes it aside and links it, so that two servers on one home agree on one whole key.

    Raises:
        OSError: it cannot be written.
    """
    aside = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as writing:
        writing.write(secrets.token_hex(KEY_BYTES))
    try:
        os.link(aside, file)
    except FileExistsError:
        pass  # another server was first
    except OSError:
        aside.replace(file)  # a file system without links
    finally:
        aside.unlink(missing_ok=True)


class Signer:
    """Signs values of one purpose.

    Args:
        key: secret.
        purpose: what the values are for; a value of one purpose is worth nothing for another.
    """

    def __init__(self, key: bytes, purpose: str) -> None:
        self._key = hmac.digest(key, purpose.encode(), "sha256")
        self.mark = hashlib.sha256(b"mark" + self._key).hexdigest()[:8]
        """Names the key without giving it away: two servers of one host name differ in it."""

    def sign(self, value: str) -> str:
        """The value with its signature; the value has no dot."""
        return f"{value}.{self._signature(value)}"

    def read(self, signed: str) -> str | None:
        """The value; None when it was not signed here."""
        value, _, signature = signed.partition(".")
        right = hmac.compare_digest(signature.encode(), self._signature(value).encode())
        return value if right else None

    def _signature(self, value: str) -> str:
        return hmac.digest(self._key, value.encode(), "sha256").hex()


# The two cookies

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


# Logins that were ended before their time; they stay ended over a restart

ENDED = "ended_logins"  # the file in a home
MOST = 10_000  # the oldest are forgotten first

log = logging.getLogger("interviewer")


class Revoked:
    """A bounded set; what would have ended by itself is dropped.

    Args:
        lasting: seconds that a login lasts at most.
        file: keeps them, a line each: when, and which.
    """

    def __init__(self, lasting: float, file: Path) -> None:
        self._lasting = lasting
        self._file = file
        self._ended = OrderedDict(_read(file))
        self._lines = len(self._ended)

    def add(self, login: str, now: float) -> None:
        """Ends a login.

        Args:
            login: which one; a word.
            now: seconds since the epoch.
        """
        if login in self._ended:
            return
        self._ended[login] = now
        self._forget(now)
        self._lines += 1
        try:
            if self._lines > 2 * MOST:
                self._write_anew()
            else:
                _append(self._file, [(login, now)])
        except OSError as error:
            log.warning(
                "A logout could not be written down in %s (%s); it holds until the next restart.",
                self._file,
                error.strerror,
            )

    def __contains__(self, login: str) -> bool:
        return login in self._ended

    def _forget(self, now: float) -> None:
        while self._ended:
            oldest, ended = next(iter(self._ended.items()))
            if len(self._ended) <= MOST and now - ended < self._lasting:
                return
            del self._ended[oldest]

    def _write_anew(self) -> None:
        aside = self._file.with_name(f"{self._file.name}.new")
        aside.unlink(missing_ok=True)
        _append(aside, self._ended.items())
        aside.replace(self._file)
        self._lines = len(self._ended)


def _read(file: Path) -> Iterable[tuple[str, float]]:
    """What a file keeps; a line that was cut short by a crash is left out."""
    try:
        lines = file.read_text("ascii", "replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        log.warning("Which logins were ended cannot be read in %s (%s).", file, error.strerror)
        return []
    kept = [line.split(" ") for line in lines]
    return [(words[1], float(words[0])) for words in kept if len(words) == 2 and _is_time(words[0])]


def _is_time(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= 12


def _append(file: Path, ended: Iterable[tuple[str, float]]) -> None:
    make_private(file)
    with file.open("a", encoding="ascii") as writing:
        writing.writelines(f"{int(when)} {login}\n" for login, when in ended)
        writing.flush()
        os.fsync(writing.fileno())
