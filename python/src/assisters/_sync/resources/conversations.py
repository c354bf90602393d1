"""``client.conversations``."""

from __future__ import annotations

from ..._call import Options, given, path
from ..._models import Conversation
from ..page import Pager
from .base import Json, Resource


class ConversationsResource(Resource):
    """``client.conversations``."""

    def create(
        self,
        *,
        assistant_id: str,
        user_id: str | None = None,
        metadata: Json | None = None,
        options: Options | None = None,
    ) -> Conversation:
        """``POST /conversations``.

        Example::

            conversation = client.conversations.create(
                assistant_id="ast_…", user_id="u_42", metadata={"plan": "pro"}
            )
            print(conversation.id)
        """
        body = given(assistant_id=assistant_id, user_id=user_id, metadata=metadata)
        return Conversation.read(self._send("POST", "/conversations", options, json=body))

    def get(self, conversation_id: str, *, options: Options | None = None) -> Conversation:
        """``GET /conversations/{id}``: with its messages, oldest first.

        Example::

            conversation = client.conversations.get("conv_…")
            for message in conversation.messages:
                print(f"{message.role}: {message.content}")
        """
        answer = self._send("GET", path("/conversations/{}", conversation_id), options)
        return Conversation.read(answer)

    def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        assistant_id: str | None = None,
        user_id: str | None = None,
        options: Options | None = None,
    ) -> Pager[Conversation]:
        """``GET /conversations``: newest first.

        Example::

            page = client.conversations.list(assistant_id="ast_…", limit=50)
            print(len(page.items), "of", page.total)
        """
        query = given(limit=limit, offset=offset, assistant_id=assistant_id, user_id=user_id)
        return Pager(self._requester, "conversations", Conversation, "/conversations", query, options)

    def delete(self, conversation_id: str, *, options: Options | None = None) -> None:
        """``DELETE /conversations/{id}``: with its messages.

        Example::

            client.conversations.delete("conv_…")
        """
        self._send("DELETE", path("/conversations/{}", conversation_id), options)

    def end(self, conversation_id: str, *, options: Options | None = None) -> Conversation:
        """``POST /conversations/{id}/end``: it takes no more messages.

        Example::

            conversation = client.conversations.end("conv_…")
            print(conversation.ended_at)
        """
        answer = self._send("POST", path("/conversations/{}/end", conversation_id), options)
        return Conversation.read(answer)
