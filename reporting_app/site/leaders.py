"""Who of the leadership may come in: password and one-time code, waiting after failures, the end of a visit.

Knows no Flask. Nothing here says why somebody was refused, and no name, code or address is logged.
"""

from __future__ import annotations

import base64
import secrets
import struct
import threading
import unicodedata
from dataclasses import dataclass, replace

import pyotp
from argon2 import PasswordHasher, profiles
from argon2.exceptions import VerificationError, VerifyMismatchError
from pyotp.exceptions import OTPVerificationError

from reporting_app.crypto import aead
from reporting_app.storage.leaders import ID_SIZE, Leader, Leaders
from reporting_app.storage.letterbox import Clock

LEAST_PASSPHRASE = 15
MOST_PASSPHRASE = 200
MOST_NAME = 80
STEP_SECONDS = 30  # RFC 6238; a step to either side is taken for clocks that differ
FREE_FAILURES = 4
FIRST_WAIT = 30
LONGEST_WAIT = 15 * 60
IDLE_SECONDS = 30 * 60
LONGEST_VISIT = 8 * 3600
ISSUER = "Statistik"
NOBODY = bytes(ID_SIZE)
_NUMBERS = struct.Struct(">QQQ")


class Crowded(Exception):
    """Somebody else is signing in at this moment, or memory is short: the same again in a moment."""


@dataclass(frozen=True)
class Attempts:
    """Of one account: failures in a row, seconds since 1970 until which it waits, the last step used."""

    failures: int = 0
    waits_until: int = 0
    last_step: int = 0

    def failed(self, now: int) -> Attempts:
        """With one failure more; a right code takes it back."""
        failures = min(self.failures + 1, 1_000)
        return replace(self, failures=failures, waits_until=now + wait(failures))

    def to_bytes(self) -> bytes:
        return _NUMBERS.pack(self.failures, self.waits_until, self.last_step)

    @classmethod
    def from_bytes(cls, data: bytes) -> Attempts:
        return cls(*_NUMBERS.unpack(data))


@dataclass(frozen=True)
class Visit:
    """A sign-in as its cookie tells it; seconds since 1970."""

    session: bytes
    started: int
    seen: int

    def is_open(self, now: int) -> bool:
        """Neither idle for half an hour nor eight hours old."""
        return 0 <= now - self.seen < IDLE_SECONDS and 0 <= now - self.started < LONGEST_VISIT


class SignIn:
    """One for the site, made before its processes fork: the key of attempts is theirs and on no disk."""

    def __init__(self, leaders: Leaders, clock: Clock, hasher: PasswordHasher | None = None) -> None:
        self._leaders = leaders
        self._clock = clock
        self._hasher = hasher or default_hasher()
        self._key = secrets.token_bytes(aead.KEY_SIZE)
        # What an earlier run noted cannot be read: a code that it may have taken is not taken again.
        self._unread = Attempts(last_step=step_of(self.now()) + 1)
        self._nobody = Leader("", _unknown_password(self._hasher), id=NOBODY)
        # One at once in each process: a hash takes 64 MiB and two cores for a tenth of a second.
        self._hashing = threading.Semaphore(1)

    def now(self) -> int:
        return int(self._clock())

    def attempt(self, name: str, passphrase: str, code: str) -> Visit | None:
        """A visit when all three are right; the same work and the same None when any is not.

        An account that waits is refused whatever comes. Raises Crowded, and StorageBusy.
        """
        if not self._hashing.acquire(blocking=False):
            raise Crowded
        try:
            return self._attempt(name, spoken(passphrase), code)
        finally:
            self._hashing.release()

    def is_open(self, visit: Visit) -> bool:
        """Whether this visit may go on."""
        return visit.is_open(self.now()) and self._leaders.of_session(visit.session) is not None

    def end(self, visit: Visit) -> None:
        """Ends this and every other visit of the account."""
        self._leaders.end_sessions(visit.session)

    def _attempt(self, name: str, passphrase: str, code: str) -> Visit | None:
        known = plain_name(name)
        found = self._leaders.find(known) if known else None
        leader = found or self._nobody
        may_try = self._count_failure(leader)
        is_right = self._is_password(leader, passphrase)
        step = matching_step(leader.secret, code, self.now())
        if not (may_try and is_right and step is not None and found):
            return None
        if not self._take_step(leader, step):
            return None
        if self._hasher.check_needs_rehash(leader.password):
            self._leaders.set_password(leader, self._hasher.hash(passphrase))
        return Visit(leader.session, self.now(), self.now())

    def _count_failure(self, leader: Leader) -> bool:
        # Counted before it is known: guesses that come at the same moment do not share one try.
        def count(sealed: bytes) -> tuple[bytes, bool]:
            before = self._unseal(leader, sealed)
            may_try = before.waits_until <= self.now()
            return self._seal(leader, before.failed(self.now()) if may_try else before), may_try

        return self._leaders.change_attempts(leader.id, count)

    def _take_step(self, leader: Leader, step: int) -> bool:
        def take(sealed: bytes) -> tuple[bytes, bool]:
            before = self._unseal(leader, sealed)
            is_new = step > before.last_step
            return self._seal(leader, Attempts(last_step=step) if is_new else before), is_new

        return self._leaders.change_attempts(leader.id, take)

    def _is_password(self, leader: Leader, passphrase: str) -> bool:
        try:
            self._hasher.verify(leader.password, passphrase)
        except VerifyMismatchError:
            return False
        except VerificationError:  # most often: no memory
            raise Crowded from None
        return True

    def _seal(self, leader: Leader, attempts: Attempts) -> bytes:
        return aead.seal_again(self._key, leader.id, attempts.to_bytes())

    def _unseal(self, leader: Leader, sealed: bytes) -> Attempts:
        if not sealed:
            return Attempts()
        opened = aead.unseal_again(self._key, leader.id, sealed)
        return self._unread if opened is None else Attempts.from_bytes(opened)


def wait(failures: int) -> int:
    """Seconds that an account waits after so many failures in a row."""
    if failures <= FREE_FAILURES:
        return 0
    return min(LONGEST_WAIT, FIRST_WAIT << min(failures - FREE_FAILURES - 1, 10))


def step_of(now: int) -> int:
    return now // STEP_SECONDS


def matching_step(secret: bytes, code: str, now: int) -> int | None:
    """The step, at most one from that of ``now`` (seconds since 1970), whose six digits these are."""
    try:
        return _totp(secret).verify_and_get_timecode("".join(code.split()), for_time=now, valid_window=1)
    except OTPVerificationError:
        return None


def code_at(secret: bytes, now: int) -> str:
    """The six digits that a telephone shows at ``now``."""
    return _totp(secret).generate_otp(step_of(now))


def otpauth(leader: Leader) -> str:
    """The address that telephones read from a QR code: holds the secret."""
    return _totp(leader.secret).provisioning_uri(name=leader.name, issuer_name=ISSUER)


def plain_name(name: str) -> str:
    """The one spelling of an account's name; empty for what cannot be one."""
    plain = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
    return plain if plain.isprintable() and len(plain) <= MOST_NAME else ""


def spoken(passphrase: str) -> str:
    """A passphrase as it is hashed: however its letters were composed and its words spaced."""
    return " ".join(unicodedata.normalize("NFC", passphrase).split())


def new_leader(name: str, passphrase: str, hasher: PasswordHasher | None = None) -> Leader:
    """An account of a ``plain_name`` with a fresh TOTP secret."""
    return Leader(name, (hasher or default_hasher()).hash(spoken(passphrase)))


def default_hasher() -> PasswordHasher:
    """Argon2id with RFC 9106's second recommended option: 64 MiB."""
    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


def _totp(secret: bytes) -> pyotp.TOTP:
    return pyotp.TOTP(base64.b32encode(secret).decode())


def _unknown_password(hasher: PasswordHasher) -> str:
    """A hash of nothing, written rather than computed; to check against it costs what any costs."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    return f"$argon2id$v=19${cost}${salt}${digest}"
