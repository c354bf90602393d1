"""``client.messages``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ..._call import ANSWER_TIMEOUT, Call, Options, given, path
from ..._models import Feedback, FeedbackReason, Message
from ..._utf16 import utf16_len
from ..page import AsyncPager
from ..stream import AsyncMessageStream
from .base import AsyncResource, Json


class AsyncMessagesResource(AsyncResource):
    """``client.messages``."""

    async def create(
        self,
        *,
        conversation_id: str,
        content: str,
        metadata: Json | None = None,
        replaces: str | None = None,
        attachments: Sequence[str] | None = None,
        tools: Sequence[Json] | None = None,
        options: Options | None = None,
    ) -> Message:
        """``POST .../messages``: asks, and gives the answer once it is whole. Default timeout 600 s.

        Args:
            conversation_id: Where it is asked.
            content: The question.
            metadata: Kept with the question.
            replaces: Id of a question that this one takes the place of; it and all after it go.
            attachments: Ids of files that were attached for this question.
            tools: What the caller can do for the model: ``name``, ``description`` and ``parameters`` (JSON Schema). An
                answer that asks for it has the status ``awaiting_tool``; see ``submit_tool_results``.
            options: Of the call.

        Example::

            answer = await client.messages.create(conversation_id="conv_…", content="Which plans are there?")
            print(answer.content, answer.sources)
        """
        options = options or Options()
        if options.timeout is None:
            options = Options(ANSWER_TIMEOUT, options.max_retries, options.headers, options.idempotency_key)
        route = path("/conversations/{}/messages", conversation_id)
        body = given(content=content, metadata=metadata, replaces=replaces, attachments=attachments, tools=tools)
        return Message.read(await self._send("POST", route, options, json=body))

    def stream(
        self,
        *,
        conversation_id: str,
        content: str,
        metadata: Json | None = None,
        replaces: str | None = None,
        attachments: Sequence[str] | None = None,
        tools: Sequence[Json] | None = None,
        options: Options | None = None,
    ) -> AsyncMessageStream:
        """``POST .../messages/stream``: asks, and gives the answer while it is written.

        To send the same question again after a failure without asking twice, pass the same ``idempotency_key``.

        Example::

            stream = client.messages.stream(conversation_id="conv_…", content="Which plans are there?")
            async for chunk in stream:
                print(chunk.content, end="", flush=True)
            print(stream.sources, stream.usage)
        """
        route = path("/conversations/{}/messages/stream", conversation_id)
        body = given(content=content, metadata=metadata, replaces=replaces, attachments=attachments, tools=tools)
        call = Call("POST", route, json=body, stream=True, options=options or Options())
        return AsyncMessageStream(self._requester, conversation_id, call)

    def resume(
        self, *, conversation_id: str, message_id: str, content: str = "", options: Options | None = None
    ) -> AsyncMessageStream:
        """``GET .../messages/{mid}/stream``: what follows ``content``, the beginning the caller holds already.

        Example::

            stream = client.messages.resume(conversation_id="conv_…", message_id="msg_…")
            answer = await stream.final_message()
            print(answer.status, answer.content)
        """
        route = path("/conversations/{}/messages/{}/stream", conversation_id, message_id)
        query = {"after": utf16_len(content)}
        call = Call("GET", route, query=query, stream=True, options=options or Options())
        return AsyncMessageStream(self._requester, conversation_id, call, message_id, content)

    def retry(self, *, conversation_id: str, message_id: str, options: Options | None = None) -> AsyncMessageStream:
        """``POST .../messages/{mid}/retry``: writes the last answer again; one that is being written is followed.

        Example::

            async for chunk in client.messages.retry(conversation_id="conv_…", message_id="msg_…"):
                print(chunk.content, end="", flush=True)
        """
        route = path("/conversations/{}/messages/{}/retry", conversation_id, message_id)
        call = Call("POST", route, stream=True, options=options or Options())
        return AsyncMessageStream(self._requester, conversation_id, call, message_id)

    def submit_tool_results(
        self,
        *,
        conversation_id: str,
        message_id: str,
        results: Sequence[Json],
        content: str = "",
        options: Options | None = None,
    ) -> AsyncMessageStream:
        """``POST .../messages/{mid}/tool-results``: what came of the calls of an answer, and the rest of it.

        Args:
            conversation_id: Where it was asked.
            message_id: The answer, whose status is ``awaiting_tool``.
            results: One for each of its calls without a result: ``tool_call_id`` and ``content`` or ``error``.
            content: The answer so far, where the caller holds it.
            options: Of the call.

        Example::

            results = [{"tool_call_id": "call_…", "content": {"articles": 1}}]
            stream = client.messages.submit_tool_results(conversation_id="conv_…", message_id="msg_…", results=results)
            print((await stream.final_message()).content)
        """
        route = path("/conversations/{}/messages/{}/tool-results", conversation_id, message_id)
        call = Call("POST", route, json=given(results=results), stream=True, options=options or Options())
        return AsyncMessageStream(self._requester, conversation_id, call, message_id, content)

    async def stop(self, *, conversation_id: str, message_id: str, options: Options | None = None) -> Message:
        """``POST .../messages/{mid}/stop``: the server stops writing and keeps what there is.

        Example::

            answer = await client.messages.stop(conversation_id="conv_…", message_id="msg_…")
            print(answer.status)
        """
        route = path("/conversations/{}/messages/{}/stop", conversation_id, message_id)
        return Message.read(await self._send("POST", route, options))

    def list(
        self,
        *,
        conversation_id: str,
        limit: int | None = None,
        offset: int | None = None,
        options: Options | None = None,
    ) -> AsyncPager[Message]:
        """``GET .../messages``.

        Example::

            async for message in client.messages.list(conversation_id="conv_…"):
                print(message.role, message.content)
        """
        route = path("/conversations/{}/messages", conversation_id)
        return AsyncPager(self._requester, "messages", Message, route, given(limit=limit, offset=offset), options)

    async def feedback(
        self,
        *,
        conversation_id: str,
        message_id: str,
        rating: Literal["up", "down"],
        reason: FeedbackReason | None = None,
        comment: str | None = None,
        options: Options | None = None,
    ) -> Feedback:
        """``POST .../messages/{mid}/feedback``: a later rating replaces it.

        Example::

            await client.messages.feedback(
                conversation_id="conv_…", message_id="msg_…", rating="down", comment="The price is out of date."
            )
        """
        route = path("/conversations/{}/messages/{}/feedback", conversation_id, message_id)
        body = given(rating=rating, reason=reason, comment=comment)
        return Feedback.read(await self._send("POST", route, options, json=body))
