"""The wire counts text in UTF-16 code units; Python counts code points."""

from __future__ import annotations


def utf16_len(text: str) -> int:
    """Length of ``text`` in UTF-16 code units."""
    return len(text) if text.isascii() else len(text) + sum(char > "\uffff" for char in text)


def utf16_head(text: str, units: int) -> str:
    """The first ``units`` UTF-16 code units of ``text``."""
    if units >= utf16_len(text):
        return text
    return text.encode("utf-16-le", "surrogatepass")[: units * 2].decode("utf-16-le", "surrogatepass")


def join_halves(text: str) -> str:
    """``text`` with surrogate pairs joined: JSON may bring the halves of one character in two events."""
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
