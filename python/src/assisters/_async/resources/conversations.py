"""``client.conversations``."""

from __future__ import annotations

from ..._call import Options, given, path
from ..._models import Conversation
from ..page import AsyncPager
from .base import AsyncResource, Json


class AsyncConversationsResource(AsyncResource):
    """``client.conversations``."""

    async def create(
        self,
        *,
        assistant_id: str,
        user_id: str | None = None,
        metadata: Json | None = None,
        options: Options | None = None,
    ) -> Conversation:
        """``POST /conversations``.

        Example::

            conversation = await client.conversations.create(
                assistant_id="ast_…", user_id="u_42", metadata={"plan": "pro"}
            )
            print(conversation.id)
        """
        body = given(assistant_id=assistant_id, user_id=user_id, metadata=metadata)
        return Conversation.read(await self._send("POST", "/conversations", options, json=body))

    async def get(self, conversation_id: str, *, options: Options | None = None) -> Conversation:
        """``GET /conversations/{id}``: with its messages, oldest first.

        Example::

            conversation = await client.conversations.get("conv_…")
            for message in conversation.messages:
                print(f"{message.role}: {message.content}")
        """
        answer = await self._send("GET", path("/conversations/{}", conversation_id), options)
        return Conversation.read(answer)

    def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        assistant_id: str | None = None,
        user_id: str | None = None,
        options: Options | None = None,
    ) -> AsyncPager[Conversation]:
        """``GET /conversations``: newest first.

        Example::

            page = await client.conversations.list(assistant_id="ast_…", limit=50)
            print(len(page.items), "of", page.total)
        """
        query = given(limit=limit, offset=offset, assistant_id=assistant_id, user_id=user_id)
        return AsyncPager(self._requester, "conversations", Conversation, "/conversations", query, options)

    async def delete(self, conversation_id: str, *, options: Options | None = None) -> None:
        """``DELETE /conversations/{id}``: with its messages.

        Example::

            await client.conversations.delete("conv_…")
        """
        await self._send("DELETE", path("/conversations/{}", conversation_id), options)

    async def end(self, conversation_id: str, *, options: Options | None = None) -> Conversation:
        """``POST /conversations/{id}/end``: it takes no more messages.

        Example::

            conversation = await client.conversations.end("conv_…")
            print(conversation.ended_at)
        """
        answer = await self._send("POST", path("/conversations/{}/end", conversation_id), options)
        return Conversation.read(answer)
