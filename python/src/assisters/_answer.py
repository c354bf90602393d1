"""An answer folded from stream events: the same rules as the TypeScript client's."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from ._json import as_object
from ._models import Outcome, Source, ToolCall, Usage
from ._utf16 import join_halves, utf16_head, utf16_len

AnswerStatus = Literal[
    "waiting", "streaming", "complete", "stopped", "awaiting_tool", "failed", "interrupted", "refetch"
]


@dataclass(frozen=True)
class AnswerState:
    """An answer as far as it has come.

    ``waiting`` -> ``streaming`` -> ``complete`` | ``stopped`` | ``awaiting_tool`` | ``failed`` | ``interrupted``.
    ``position`` is in UTF-16 code units, ``None`` when the stream carries no ids.
    """

    status: AnswerStatus = "waiting"
    message_id: str | None = None
    user_message_id: str | None = None
    content: str = ""
    position: int | None = None
    sources: tuple[Source, ...] = ()
    outcome: Outcome | None = None
    usage: Usage | None = None
    truncated: bool = False
    error: tuple[str, str] | None = None
    follow_ups: tuple[str, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()

    @property
    def settled(self) -> bool:
        """True once nothing more can arrive."""
        return self.status not in ("waiting", "streaming")


def read_event(data: str) -> dict[str, Any] | None:
    """Reads one ``data:`` payload; ``None`` for anything that is not an event this version knows. Never raises."""
    try:
        event = as_object(json.loads(data))
    except (ValueError, RecursionError):
        return None
    if event is None:
        return None
    kind = event.get("type")
    if kind == "start":
        return event if isinstance(event.get("message_id"), str) else None
    if kind == "delta":
        content = event.get("content")
        return event if isinstance(content, str) and content else None
    if kind == "sources":
        return event if isinstance(event.get("sources"), list) else None
    if kind == "tool_call":
        named = isinstance(event.get("id"), str) and isinstance(event.get("name"), str)
        return event if named and isinstance(event.get("arguments"), dict) else None
    return event if kind in ("end", "error") else None


def apply_event(state: AnswerState, event: dict[str, Any], event_id: str) -> AnswerState:
    """Folds one event in. A repeated delta is dropped; a gap gives ``refetch`` rather than a text with a hole."""
    if state.settled:
        return state
    position = int(event_id) if re.fullmatch(r"[0-9]{1,15}", event_id) else None
    kind = event["type"]
    if kind == "start":
        held = utf16_len(state.content)
        offset = event.get("offset")
        if not isinstance(offset, int):
            offset = 0 if state.message_id is None else held
        user_message_id = event.get("user_message_id")
        return replace(
            state,
            status="refetch" if offset > held else "streaming",
            message_id=event["message_id"],
            user_message_id=user_message_id if isinstance(user_message_id, str) else state.user_message_id,
            content=utf16_head(state.content, offset),
            position=state.position if position is None else position,
            tool_calls=(),
        )
    if kind == "delta":
        content: str = event["content"]
        if position is not None and state.position is not None:
            if position <= state.position:
                return state
            if position != state.position + utf16_len(content):
                return replace(state, status="refetch")
        return replace(
            state,
            status="streaming",
            content=join_tail(state.content, content),
            position=state.position if position is None else position,
        )
    if kind == "sources":
        outcome: Outcome = "not_found" if event.get("outcome") == "not_found" else "answered"
        return replace(state, sources=tuple(read_source(one) for one in event["sources"]), outcome=outcome)
    if kind == "tool_call":
        call = ToolCall(id=event["id"], name=event["name"], arguments=event["arguments"])
        return replace(state, tool_calls=(*state.tool_calls, call))
    if kind == "end":
        status: AnswerStatus = event["status"] if event.get("status") in ("stopped", "awaiting_tool") else "complete"
        given = event.get("follow_ups")
        follow_ups = cast("list[object]", given) if isinstance(given, list) else []
        return replace(
            state,
            status=status,
            follow_ups=tuple(one for one in follow_ups if isinstance(one, str)),
            usage=read_usage(event.get("usage")),
            truncated=event.get("truncated") is True,
        )
    fields = as_object(event.get("error")) or {}
    code, message = fields.get("code"), fields.get("message")
    return replace(
        state,
        status="failed",
        error=(
            code if isinstance(code, str) else "internal_error",
            message if isinstance(message, str) else "The answer failed.",
        ),
    )


def join_tail(text: str, more: str) -> str:
    """``text + more``, where a character's halves may meet at the seam."""
    if text and "\ud800" <= text[-1] <= "\udbff":
        return text[:-1] + join_halves(text[-1] + more)
    return text + join_halves(more)


def read_source(value: object) -> Source:
    """A source whatever came; a field of another type is empty."""
    fields = as_object(value) or {}
    texts = {name: fields.get(name) for name in ("title", "url", "quote", "heading", "document_id")}
    relevance = fields.get("relevance")
    return Source(
        **{name: text if isinstance(text, str) else "" for name, text in texts.items()},
        relevance=relevance if isinstance(relevance, int | float) and not isinstance(relevance, bool) else 0,
    )


def read_usage(value: object) -> Usage | None:
    """Token counts, where there are any."""
    fields = as_object(value)
    if fields is None:
        return None
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    return Usage(**{name: fields[name] for name in names if isinstance(fields.get(name), int)})
