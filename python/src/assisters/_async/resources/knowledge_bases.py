"""``client.knowledge_bases``."""

from __future__ import annotations

from ..._call import Options, given, path
from ..._models import KnowledgeBase
from ..page import AsyncPager
from .base import AsyncResource


class AsyncKnowledgeBasesResource(AsyncResource):
    """``client.knowledge_bases``."""

    async def create(
        self, *, name: str, description: str | None = None, options: Options | None = None
    ) -> KnowledgeBase:
        """``POST /knowledge-bases``.

        Example::

            base = await client.knowledge_bases.create(name="Handbook", description="For new colleagues")
            print(base.id)
        """
        body = given(name=name, description=description)
        return KnowledgeBase.read(await self._send("POST", "/knowledge-bases", options, json=body))

    async def get(self, knowledge_base_id: str, *, options: Options | None = None) -> KnowledgeBase:
        """``GET /knowledge-bases/{id}``.

        Example::

            base = await client.knowledge_bases.get("kb_…")
            print(base.name, base.document_count)
        """
        answer = await self._send("GET", path("/knowledge-bases/{}", knowledge_base_id), options)
        return KnowledgeBase.read(answer)

    def list(
        self, *, limit: int | None = None, offset: int | None = None, options: Options | None = None
    ) -> AsyncPager[KnowledgeBase]:
        """``GET /knowledge-bases``.

        Example::

            async for base in client.knowledge_bases.list():
                print(base.id, base.name)
        """
        query = given(limit=limit, offset=offset)
        return AsyncPager(self._requester, "knowledge_bases", KnowledgeBase, "/knowledge-bases", query, options)

    async def delete(self, knowledge_base_id: str, *, options: Options | None = None) -> None:
        """``DELETE /knowledge-bases/{id}``: with its documents.

        Example::

            await client.knowledge_bases.delete("kb_…")
        """
        await self._send("DELETE", path("/knowledge-bases/{}", knowledge_base_id), options)
