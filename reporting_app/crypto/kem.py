"""X-Wing: X25519 and ML-KEM-768 in one KEM (draft-connolly-cfrg-xwing-kem).

Secret 32 bytes (a seed), public key 1216, ciphertext 1120, shared secret 32. It stays closed while
either part holds. pyca's ML-KEM takes no encapsulation seed, so seeded vectors come from the
TypeScript half and Python proves that it opens what was made there.
"""

from __future__ import annotations

import hashlib
import secrets

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from nacl import bindings
from nacl.exceptions import CryptoError

from reporting_app.crypto.errors import Refused

SEED_SIZE = 32
PUBLIC_KEY_SIZE = 1216
CIPHERTEXT_SIZE = 1120
SHARED_SECRET_SIZE = 32
ML_KEM_PUBLIC_SIZE = 1184
ML_KEM_CIPHERTEXT_SIZE = 1088
# Any scalar shows whether a point is of low order.
SOME_SCALAR = bytes([1]) * 32
X_WING_LABEL = b"\\.//^\\"


class PrivateKey:
    """An expanded X-Wing key. Expanding costs an ML-KEM key generation, so keep it for many letters."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise Refused("length", "an X-Wing seed is 32 bytes")
        expanded = hashlib.shake_256(seed).digest(96)
        self._ml_kem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self._x25519 = expanded[64:]
        self._x25519_public = bindings.crypto_scalarmult_base(self._x25519)
        self.public = self._ml_kem.public_key().public_bytes_raw() + self._x25519_public

    def decapsulate(self, ciphertext: bytes) -> bytes:
        """The 32-byte shared secret; an unrelated one when the ciphertext was made for another key.

        Raises Refused("length", "encoding").
        """
        if len(ciphertext) != CIPHERTEXT_SIZE:
            raise Refused("length", "an X-Wing ciphertext is 1120 bytes")
        theirs = ciphertext[ML_KEM_CIPHERTEXT_SIZE:]
        return _combine(
            self._ml_kem.decapsulate(ciphertext[:ML_KEM_CIPHERTEXT_SIZE]),
            _x25519(self._x25519, theirs),
            theirs,
            self._x25519_public,
        )


def generate() -> PrivateKey:
    """A key pair from the operating system's randomness."""
    return PrivateKey(secrets.token_bytes(SEED_SIZE))


def encapsulate(public: bytes) -> tuple[bytes, bytes]:
    """``(ciphertext 1120, shared secret 32)`` for a public key. Raises Refused("length", "encoding")."""
    ml_kem = _ml_kem_key(public)
    ml_kem_secret, ml_kem_ciphertext = ml_kem.encapsulate()
    theirs = public[ML_KEM_PUBLIC_SIZE:]
    ephemeral = secrets.token_bytes(32)
    ephemeral_public = bindings.crypto_scalarmult_base(ephemeral)
    shared = _combine(ml_kem_secret, _x25519(ephemeral, theirs), ephemeral_public, theirs)
    return ml_kem_ciphertext + ephemeral_public, shared


def check_public(public: bytes) -> None:
    """Raises Refused("length", "encoding") for a key that nothing can be sealed to."""
    _ml_kem_key(public)
    _x25519(SOME_SCALAR, public[ML_KEM_PUBLIC_SIZE:])


def _ml_kem_key(public: bytes) -> MLKEM768PublicKey:
    if len(public) != PUBLIC_KEY_SIZE:
        raise Refused("length", "an X-Wing public key is 1216 bytes")
    try:
        return MLKEM768PublicKey.from_public_bytes(public[:ML_KEM_PUBLIC_SIZE])
    except ValueError:
        raise Refused("encoding", "not an ML-KEM-768 public key") from None


def _x25519(secret: bytes, public: bytes) -> bytes:
    try:
        return bindings.crypto_scalarmult(secret, public)
    except CryptoError:  # a point of low order: nobody honest sends one
        raise Refused("encoding", "not an X25519 public key") from None


def _combine(ml_kem: bytes, x25519: bytes, ciphertext: bytes, public: bytes) -> bytes:
    return hashlib.sha3_256(ml_kem + x25519 + ciphertext + public + X_WING_LABEL).digest()
