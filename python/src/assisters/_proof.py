"""Proof of work: the answer to a challenge in the details of a refusal by a limit."""

from __future__ import annotations

from hashlib import sha256

#: Hashes between two looks at whether something else is to be done.
STRIDE = 4096


def bits_of(challenge: str) -> int | None:
    """How many zero bits the answer's hash must begin with; ``None`` for text that is no challenge."""
    parts = challenge.split(".")
    if len(parts) < 2 or not (parts[1].isascii() and parts[1].isdigit()):
        return None
    bits = int(parts[1])
    return bits if bits <= 24 else None


def search(challenge: str, bits: int, start: int) -> str | None:
    """The answer, ``<challenge>:<n>`` with the smallest ``n`` of the stride from ``start`` on; ``None``: none there."""
    begun = sha256(f"{challenge}:".encode())
    for number in range(start, start + STRIDE):
        hashed = begun.copy()
        hashed.update(str(number).encode())
        if int.from_bytes(hashed.digest()[:4], "big") >> (32 - bits) == 0:
            return f"{challenge}:{number}"
    return None
