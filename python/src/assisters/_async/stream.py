"""Answers while they are being written."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any

import httpx

from .._answer import AnswerState, apply_event, join_tail, read_event
from .._call import Call, Options, new_key, path
from .._errors import APIConnectionError, APIError, APITimeoutError, AssistersError, stream_error
from .._json import as_object
from .._models import Message, Source, Usage
from .._retry import retry_delay
from .._sse import SseDecoder
from .._utf16 import utf16_len
from .request import AsyncRequester


@dataclass(frozen=True)
class AsyncMessageChunk:
    """A piece of the answer, in order. Never splits a character.

    ``offset`` is where it begins (code points). It continues what came before, unless the server had to write part of
    the answer again: then it is smaller, and a reader who keeps the text cuts it there first.
    """

    content: str
    offset: int


class AsyncMessageStream:
    """An answer while it is being written: iterate it for the text, once.

    The request is made when it is first read (or entered as a context manager). A line that breaks or falls silent is
    resumed from the last event; events that are missing make it fetch the whole answer again. It gives up after four
    lines in a row that brought nothing, with state ``interrupted``. Closing it does not end the answer on the server:
    ``stop()`` does.

    Raises:
        APIError: The question or a resume was refused, or the stream ended with an ``error`` event.
        APIConnectionError: The line could not be kept.
    """

    def __init__(
        self,
        requester: AsyncRequester,
        conversation_id: str,
        call: Call,
        message_id: str | None = None,
        held: str = "",
    ) -> None:
        options = call.options
        if call.method == "POST" and options.idempotency_key is None:
            # One key for the whole life of the stream: a line that breaks before the answer has an id posts again.
            call = replace(call, options=replace(options, idempotency_key=new_key()))
        self.conversation_id = conversation_id
        self._requester = requester
        self._call = call
        position = None if message_id is None else utf16_len(held)
        self._state = AnswerState(message_id=message_id, content=held, position=position)
        self._pending = ""
        self._taken = len(held)
        # Text that was iterated, was cut from the answer, and may come again: then it is not given twice.
        self._again = ""
        # The next chunk says from where on the text was cut, even if it brings none.
        self._unsaid = False
        self._whole = False
        self._line: httpx.Response | None = None
        self._data: Any = None
        self._opened = False
        self._done = False
        self._closed = False
        self._failure: AssistersError | None = None

    @property
    def state(self) -> AnswerState:
        """The answer so far."""
        return self._state

    @property
    def message_id(self) -> str | None:
        """The answer's id, once the stream has begun."""
        return self._state.message_id

    @property
    def sources(self) -> tuple[Source, ...]:
        """What the answer rests on, once known: ``sources[n - 1]`` is what ``[n]`` cites."""
        return self._state.sources

    @property
    def usage(self) -> Usage | None:
        """Token counts, once the answer has ended."""
        return self._state.usage

    async def __aenter__(self) -> AsyncMessageStream:
        """Makes the request; a refusal is raised here."""
        await self._open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the line."""
        await self.close()

    def __aiter__(self) -> AsyncIterator[AsyncMessageChunk]:
        """The pieces that were not read yet. Leaving the loop closes the line."""
        # Not kept here: a loop that is left drops the generator, and that closes the line.
        return self._run()

    async def final_message(self) -> Message:
        """Reads to the end and gives the whole answer, without the fields a stream does not carry.

        Raises:
            APIError: The answer failed; also when the loop has raised it already.
            APIConnectionError: The line could not be kept, or was closed before the answer ended.
        """
        async for _ in self:
            pass
        state = self._state
        if state.status not in ("complete", "stopped", "awaiting_tool"):
            raise APIConnectionError("The stream was closed before the answer ended.")
        return Message(
            id=state.message_id or "",
            conversation_id=self.conversation_id,
            role="assistant",
            content=state.content,
            status=state.status,
            sources=state.sources,
            outcome=state.outcome,
            usage=state.usage,
            truncated=state.truncated,
            follow_ups=state.follow_ups,
            tool_calls=state.tool_calls,
        )

    async def stop(self) -> None:
        """Asks the server to stop writing. The stream then ends with what there is, ``status`` ``stopped``.

        Only once the answer has an id, i.e. after the first piece.
        """
        if self._state.message_id is not None:
            route = path("/conversations/{}/messages/{}/stop", self.conversation_id, self._state.message_id)
            await self._requester.json(Call("POST", route))

    async def close(self) -> None:
        """Closes the line, and ends the loop that reads it. The server goes on writing; the answer can be resumed."""
        self._closed = True
        line, self._line = self._line, None
        if line is not None:
            await line.aclose()
        if not self._state.settled:
            self._state = replace(self._state, status="interrupted")

    async def _open(self) -> None:
        if not self._opened:
            self._opened = True
            try:
                self._line, self._data = await self._requester.open(self._call)
            except APIError as error:
                # A second try of a rewrite whose first response was lost: the answer is being written, so follow it.
                if error.code != "answer_in_progress" or self._state.message_id is None or self._call.method == "GET":
                    raise
                self._line, self._data = await self._requester.open(self._next())

    async def _run(self) -> AsyncGenerator[AsyncMessageChunk, None]:
        """Lines one after another until the answer is settled."""
        if self._done:
            if self._failure is not None:
                raise self._failure
            return
        idle = 0
        first = True
        seams = self._requester.seams
        try:
            while True:
                before = self._state
                if first:
                    await self._open()
                    first = False
                else:
                    self._line, self._data = await self._requester.open(self._next())
                broken: APIConnectionError | None = None
                try:
                    if self._line is None:
                        self._fold(self._data)
                    else:
                        decoder = SseDecoder()
                        async for part in self._line.aiter_bytes():
                            self._read(decoder, part)
                            chunk = self._take(closed=self._state.settled)
                            if chunk is not None:
                                yield chunk
                            if self._state.settled:
                                break
                except httpx.TimeoutException as error:
                    broken = APITimeoutError("The line was silent for too long.")
                    broken.__cause__ = error
                except (httpx.TransportError, httpx.StreamError, httpx.DecodingError) as error:
                    broken = APIConnectionError("The line broke before the answer ended.")
                    broken.__cause__ = error
                if self._closed:
                    return
                line, self._line = self._line, None
                if line is not None:
                    await line.aclose()
                chunk = self._take(closed=self._state.settled)
                if chunk is not None:
                    yield chunk
                state = self._state
                if state.status in ("complete", "stopped", "awaiting_tool"):
                    return
                if state.status in ("failed", "interrupted"):
                    default = ("interrupted", "The server stopped while writing this answer; try again.")
                    raise stream_error(*(state.error or default))
                grown = len(state.content) > len(before.content) or state.message_id != before.message_id
                idle = 0 if grown else idle + 1
                broken = broken or APIConnectionError("The line closed before the answer ended.")
                if idle > self._requester.tries(self._call):
                    raise broken
                if idle > 0:
                    await seams.sleep(retry_delay(broken, idle - 1, seams.random, 0) or 0)
        except AssistersError as error:
            # Who asks again is told the same.
            self._failure = error
            raise
        finally:
            self._done = True
            if self._state.status == "refetch":
                self._state = replace(self._state, status="interrupted")
            await self.close()

    def _next(self) -> Call:
        """The call that goes on where the last line ended."""
        state = self._state
        if state.message_id is None:
            return self._call
        # Without positions, or with a gap, what is held cannot be trusted to be a prefix: everything is sent again.
        self._whole = state.status == "refetch" or state.position is None
        if self._whole:
            self._state = replace(state, status="streaming", position=None)
        route = path("/conversations/{}/messages/{}/stream", self.conversation_id, state.message_id)
        options = Options(
            timeout=self._call.options.timeout,
            max_retries=self._call.options.max_retries,
            headers=self._call.options.headers,
        )
        after = 0 if self._whole else utf16_len(state.content)
        return Call("GET", route, query={"after": after}, stream=True, options=options)

    def _read(self, decoder: SseDecoder, part: bytes) -> None:
        for one in decoder.push(part):
            event = read_event(one.data)
            if event is None:
                continue
            before = self._state
            if self._whole and event["type"] == "start":
                self._whole = False
                self._state = replace(before, content="")
            self._state = apply_event(self._state, event, one.last_event_id)
            if event["type"] == "start":
                self._rewind(before.content, len(self._state.content))
            elif event["type"] == "delta" and utf16_len(self._state.content) > utf16_len(before.content):
                self._add(event["content"])

    def _rewind(self, content: str, length: int) -> None:
        """The answer was cut to ``length``: what follows may repeat what was iterated already, or differ."""
        said = content + self._again if self._again else content[: self._taken]
        self._again = said[length:]
        self._pending = self._pending[: max(0, length - self._taken)]

    def _add(self, text: str) -> None:
        again, text = self._again, join_tail("", text)
        same = 0
        while same < min(len(again), len(text)) and text[same] == again[same]:
            same += 1
        if same < len(text):
            self._unsay(len(again) - same)
        self._again = "" if same < len(text) else again[same:]
        self._pending = join_tail(self._pending, text[same:])

    def _unsay(self, count: int) -> None:
        """The last ``count`` characters that were iterated are not in the answer any more."""
        self._taken -= count
        self._unsaid = self._unsaid or count > 0

    def _take(self, *, closed: bool) -> AsyncMessageChunk | None:
        # Half of a surrogate pair waits for the other half.
        whole = self._pending
        if closed and self._again:
            self._unsay(len(self._again))
            self._again = ""
        if whole and not closed and "\ud800" <= whole[-1] <= "\udbff":
            whole = whole[:-1]
        if not whole and not self._unsaid:
            return None
        self._unsaid = False
        self._pending = self._pending[len(whole) :]
        offset = self._taken
        self._taken += len(whole)
        return AsyncMessageChunk(whole, offset)

    def _fold(self, data: object) -> None:
        """A whole message instead of a stream."""
        fields = as_object(data) or {}
        if not (isinstance(fields.get("id"), str) and isinstance(fields.get("content"), str)):
            message = "Expected a message; got other JSON."
            raise APIError(message, status=200, code="unexpected_response")
        answer = Message.read(data)
        self._rewind(self._state.content, 0)
        self._add(answer.content)
        self._state = AnswerState(
            status=answer.status,
            message_id=answer.id,
            content=answer.content,
            position=utf16_len(answer.content),
            sources=answer.sources,
            outcome=answer.outcome,
            usage=answer.usage,
            truncated=answer.truncated,
            error=(answer.error.code, answer.error.message) if answer.error else None,
            follow_ups=answer.follow_ups,
            tool_calls=tuple(call for call in answer.tool_calls if call.result is None),
        )
