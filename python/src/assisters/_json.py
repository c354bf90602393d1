"""Narrowing of what ``json`` gives, which may be anything."""

from __future__ import annotations

from typing import Any


def as_object(value: object) -> dict[str, Any] | None:
    """The value, if it is a JSON object."""
    return value if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType]


def as_list(value: object) -> list[Any] | None:
    """The value, if it is a JSON array."""
    return value if isinstance(value, list) else None  # pyright: ignore[reportUnknownVariableType]
