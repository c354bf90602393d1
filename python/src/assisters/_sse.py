"""A decoder of ``text/event-stream``, as the WHATWG format says."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from ._errors import AssistersError


@dataclass(frozen=True)
class SseEvent:
    """One dispatched event."""

    type: str
    data: str
    last_event_id: str


class SseDecoder:
    """Decodes incrementally: always UTF-8, one BOM dropped, lines end in CR, LF or CRLF, an unfinished event is lost.

    Linear in the bytes pushed; at most ``max_event_chars`` are held for one event, then ``push`` raises.
    """

    def __init__(self, max_event_chars: int = 16 * 1024 * 1024) -> None:
        self.last_event_id = ""
        self.retry: str | None = None
        self._utf8 = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._max = max_event_chars
        self._first = True
        self._after_cr = False
        # Pieces of the line that has not ended yet: joining at each push is quadratic in a long line.
        self._pieces: list[str] = []
        self._data: list[str] = []
        self._held = 0
        self._type = ""
        self._id = ""

    def push(self, chunk: bytes) -> list[SseEvent]:
        """Feeds the next bytes and gives the events they complete, in order."""
        text = self._utf8.decode(chunk)
        if not text:
            return []
        if self._first:
            self._first = False
            text = text.removeprefix("\ufeff")
        if self._after_cr and text:
            self._after_cr = False
            text = text.removeprefix("\n")
        if text.endswith("\r"):
            self._after_cr = True
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        events: list[SseEvent] = []
        for line in lines[:-1]:
            self._line(line, events)
        if lines[-1]:
            self._hold(len(lines[-1]))
            self._pieces.append(lines[-1])
        return events

    def _hold(self, chars: int) -> None:
        self._held += chars
        if self._held > self._max:
            raise AssistersError(f"The stream sent an event of more than {self._max} characters; the reader stopped.")

    def _line(self, tail: str, events: list[SseEvent]) -> None:
        line = tail
        if self._pieces:
            line = "".join([*self._pieces, tail])
            self._pieces = []
        if not line:
            self._dispatch(events)
            return
        self._hold(len(tail) + 1)
        field, _, value = line.partition(":")
        if not field:
            return
        value = value.removeprefix(" ")
        if field == "data":
            self._data.append(value)
        elif field == "event":
            self._type = value
        elif field == "id" and "\0" not in value:
            self._id = value
        elif field == "retry" and value.isascii() and value.isdigit():
            self.retry = value

    def _dispatch(self, events: list[SseEvent]) -> None:
        self.last_event_id = self._id
        if self._data:
            events.append(SseEvent(self._type or "message", "\n".join(self._data), self._id))
        self._data = []
        self._type = ""
        self._held = 0
