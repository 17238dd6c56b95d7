"""Values that browsers keep for us and cannot change: each with an HMAC under a key of ours."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from interviewer.core.errors import StoreError
from interviewer.core.paths import Places

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
