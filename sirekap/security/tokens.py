"""Tokens: made from 32 random bytes, stored only as sha256, compared in constant time."""

import hashlib
import hmac
import secrets

CODE_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's 32


def new_token() -> str:
    """A session token."""
    return secrets.token_urlsafe(32)


def new_receipt() -> str:
    """A receipt: 128 random bits, so that nobody can guess one that was never given."""
    return "R-" + secrets.token_hex(16)


def digest(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


def activation_hmac(pepper: str, account: str, code: str) -> bytes:
    """What is stored of an activation code; bound to its account."""
    return hmac.digest(pepper.encode(), f"{account}\0{code}".encode(), "sha256")


def same(given: str, expected: str) -> bool:
    """Constant-time comparison of two secrets."""
    return hmac.compare_digest(given.encode(), expected.encode())


def new_activation_code() -> str:
    """An activation code to be read out over a telephone: 60 random bits, without letters that look alike."""
    letters = [secrets.choice(CODE_LETTERS) for _ in range(12)]
    return "-".join("".join(letters[start : start + 4]) for start in (0, 4, 8))
