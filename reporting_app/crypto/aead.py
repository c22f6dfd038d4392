"""XChaCha20-Poly1305 under keys that seal exactly one plaintext (docs/protocol.md §1)."""

from __future__ import annotations

import secrets

from nacl import bindings
from nacl.exceptions import CryptoError

KEY_SIZE = 32
TAG_SIZE = 16
NONCE_SIZE = 24
# Safe only because every content and wrap key is fresh and seals one plaintext.
SINGLE_USE_NONCE = bytes(NONCE_SIZE)


def seal(key: bytes, aad: bytes, plaintext: bytes, nonce: bytes = SINGLE_USE_NONCE) -> bytes:
    """``len(plaintext) + 16`` bytes. Pass a random 24-byte nonce when ``key`` may seal again."""
    return bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, aad, nonce, key)


def seal_again(key: bytes, aad: bytes, plaintext: bytes) -> bytes:
    """``nonce 24 ‖`` sealed, under a key that seals more than once."""
    nonce = secrets.token_bytes(NONCE_SIZE)
    return nonce + seal(key, aad, plaintext, nonce)


def unseal_again(key: bytes, aad: bytes, sealed: bytes) -> bytes | None:
    """What ``seal_again`` sealed, or None."""
    nonce, rest = sealed[:NONCE_SIZE], sealed[NONCE_SIZE:]
    return unseal(key, aad, rest, nonce) if len(nonce) == NONCE_SIZE else None


def unseal(key: bytes, aad: bytes, sealed: bytes, nonce: bytes = SINGLE_USE_NONCE) -> bytes | None:
    """The plaintext, or None when key, additional data or any bit is another."""
    if len(sealed) < TAG_SIZE:
        return None
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, aad, nonce, key)
    except CryptoError:
        return None
