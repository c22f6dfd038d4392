"""Section 1 of docs/protocol.md, written from the text and the standards it names, not from the product.

It shares no line with `reporting_app`: Ed25519 and X-Wing are spelled out from RFC 8032 and the X-Wing draft.
"""

import base64
import hashlib
import json
import re
from datetime import date
from typing import Any

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from nacl import bindings
from nacl.exceptions import CryptoError

MEMBER = re.compile(r"[a-z][a-z0-9-]{0,31}")
KEY = re.compile(r"[a-z0-9_][a-z0-9_-]{0,63}")
DEPTH = 16
XWING_LABEL = rb"\.//^" + b"\\"


class Refusal(Exception):
    """A refused thing carries one of the names of section 1."""

    def __init__(self, name: str, position: int | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.position = position


def need(condition: object, name: str) -> None:
    if not condition:
        raise Refusal(name)


def h(label: str, key: bytes, data: bytes, size: int) -> bytes:
    person = label.encode("ascii").ljust(16, b"\0")
    return hashlib.blake2b(data, digest_size=size, key=key, person=person).digest()


def is_member(value: object) -> bool:
    return isinstance(value, str) and bool(MEMBER.fullmatch(value)) and value != "reporter"


def is_day(value: object) -> bool:
    if not (isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


# Encodings


def to_b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_b64(text: object, size: int | None = None) -> bytes:
    need(isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9_-]*", text), "encoding")
    assert isinstance(text, str)
    need(len(text) % 4 != 1, "encoding")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    need(to_b64(data) == text and (size is None or len(data) == size), "encoding")
    return data


def to_json(value: Any) -> bytes:
    _representable(value, 0)
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:  # a lone surrogate
        raise Refusal("encoding") from error


def from_json(data: bytes) -> Any:
    try:
        value = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise Refusal("encoding") from error
    need(to_json(value) == data, "encoding")
    return value


def _representable(value: Any, depth: int) -> None:
    if isinstance(value, dict):
        need(all(isinstance(key, str) and KEY.fullmatch(key) for key in value), "encoding")
    elif not isinstance(value, list):
        need(isinstance(value, bool | str) or (isinstance(value, int) and abs(value) < 2**53), "encoding")
        return
    need(depth < DEPTH, "encoding")
    for item in value.values() if isinstance(value, dict) else value:
        _representable(item, depth + 1)


# AEAD: every key seals one plaintext, so the nonce is zero


def seal(key: bytes, aad: bytes, plaintext: bytes) -> bytes:
    return bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, aad, bytes(24), key)


def unseal(key: bytes, aad: bytes, sealed: bytes) -> bytes | None:
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, aad, bytes(24), key)
    except CryptoError:
        return None


# X-Wing


def _xwing_secrets(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    expanded = hashlib.shake_256(seed).digest(96)
    return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(
        expanded[64:]
    )


def kem_public(seed: bytes) -> bytes:
    lattice, curve = _xwing_secrets(seed)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


def _combine(lattice: bytes, curve: bytes, ephemeral: bytes, public: bytes) -> bytes:
    return hashlib.sha3_256(lattice + curve + ephemeral + public + XWING_LABEL).digest()


def _agree(secret: X25519PrivateKey, public: bytes) -> bytes:
    try:
        return secret.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:  # the other point is of small order
        raise Refusal("encoding") from error


def encapsulate(public: bytes) -> tuple[bytes, bytes]:
    """Shared secret and ciphertext for a public key, which is refused when nobody can seal to it."""
    need(len(public) == 1216, "length")
    pairs = [int.from_bytes(public[i : i + 3], "little") for i in range(0, 1152, 3)]
    need(all(pair & 0xFFF < 3329 and pair >> 12 < 3329 for pair in pairs), "encoding")
    ephemeral = X25519PrivateKey.generate()
    curve = _agree(ephemeral, public[1184:])
    lattice, ciphertext = MLKEM768PublicKey.from_public_bytes(public[:1184]).encapsulate()
    point = ephemeral.public_key().public_bytes_raw()
    return _combine(lattice, curve, point, public[1184:]), ciphertext + point


def decapsulate(seed: bytes, ciphertext: bytes) -> bytes:
    need(len(ciphertext) == 1120, "length")
    lattice, curve = _xwing_secrets(seed)
    point = ciphertext[1088:]
    public = curve.public_key().public_bytes_raw()
    return _combine(lattice.decapsulate(ciphertext[:1088]), _agree(curve, point), point, public)


# Ed25519, extended coordinates of RFC 8032 section 5.1.4

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
Point = tuple[int, int, int, int]
NEUTRAL: Point = (0, 1, 1, 0)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, i = b - a, d - c, d + c, b + a
    return e * f % P, g * i % P, f * g % P, e * i % P


def _times(scalar: int, p: Point) -> Point:
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = _add(result, p)
        p = _add(p, p)
        scalar >>= 1
    return result


def _same(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def _point(data: bytes) -> Point:
    """A canonical point that is not of small order."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    need(len(data) == 32 and y < P, "signature")
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    need((x * x - square) % P == 0 and (x or not sign), "signature")
    if x & 1 != sign:
        x = P - x
    point = (x, y, 1, x * y % P)
    need(not _same(_times(8, point), NEUTRAL), "signature")
    return point


def _bytes(p: Point) -> bytes:
    inverse = pow(p[2], -1, P)
    return (p[1] * inverse % P | (p[0] * inverse % P & 1) << 255).to_bytes(32, "little")


BASE = _point((4 * pow(5, -1, P) % P).to_bytes(32, "little"))


def _expand(seed: bytes) -> tuple[int, bytes]:
    digest = hashlib.sha512(seed).digest()
    return int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254, digest[32:]


def _number(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def sign_public(seed: bytes) -> bytes:
    return _bytes(_times(_expand(seed)[0], BASE))


def sign(label: str, seed: bytes, data: bytes) -> bytes:
    message = label.encode("ascii").ljust(16, b"\0") + data
    secret, prefix = _expand(seed)
    nonce = _number(prefix, message)
    commitment = _bytes(_times(nonce, BASE))
    answer = nonce + _number(commitment, sign_public(seed), message) * secret
    return commitment + (answer % L).to_bytes(32, "little")


def verify(label: str, public: bytes, data: bytes, signature: bytes) -> None:
    need(len(signature) == 64, "signature")
    a, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    need(s < L, "signature")
    k = _number(signature[:32], public, label.encode("ascii").ljust(16, b"\0"), data)
    need(_same(_times(s, BASE), _add(r, _times(k, a))), "signature")
