"""``client.documents``."""

from __future__ import annotations

import json
from collections.abc import Callable

from ..._call import Call, Options, given, path
from ..._files import Uploadable, read_upload
from ..._models import Document
from ..page import AsyncPager
from ..wait import MAX_WAIT, wait_until_ready
from .base import AsyncResource, Json


class AsyncDocumentsResource(AsyncResource):
    """``client.documents``."""

    async def create(
        self,
        *,
        knowledge_base_id: str,
        file: Uploadable,
        filename: str | None = None,
        metadata: Json | None = None,
        options: Options | None = None,
    ) -> Document:
        """``POST /knowledge-bases/{id}/documents``: read in the background; see ``status``.

        Args:
            knowledge_base_id: Where it goes.
            file: A path, bytes, text, or an open file.
            filename: Needed for bytes and text. A second upload of the same name replaces the document.
            metadata: Kept with the document.
            options: Of the call.

        Example::

            document = await client.documents.create(
                knowledge_base_id="kb_…",
                file=b"# Opening hours\\n\\nWe are open from nine to five.",  # or a Path, or an open file
                filename="hours.md",
                metadata={"title": "Opening hours"},
            )
            print(document.status)
        """
        route = path("/knowledge-bases/{}/documents", knowledge_base_id)
        call = Call(
            "POST",
            route,
            data=None if metadata is None else {"metadata": json.dumps(metadata)},
            files={"file": read_upload(file, filename)},
            options=options or Options(),
        )
        return Document.read(await self._requester.json(call))

    async def get(self, *, knowledge_base_id: str, document_id: str, options: Options | None = None) -> Document:
        """``GET /knowledge-bases/{id}/documents/{did}``.

        Example::

            document = await client.documents.get(knowledge_base_id="kb_…", document_id="doc_…")
            print(document.status, document.error)
        """
        route = path("/knowledge-bases/{}/documents/{}", knowledge_base_id, document_id)
        return Document.read(await self._send("GET", route, options))

    async def wait_until_ready(
        self,
        *,
        knowledge_base_id: str,
        document_id: str,
        max_wait: float = MAX_WAIT,
        on_progress: Callable[[Document], None] | None = None,
        options: Options | None = None,
    ) -> Document:
        """Asks for the document, ever more seldom, until it is ``ready``.

        Args:
            knowledge_base_id: Where it is.
            document_id: Which.
            max_wait: Seconds of pauses in total.
            on_progress: Hears of each state that was seen.
            options: Of each call.

        Raises:
            NotReadyError: It failed, or is not ready after ``max_wait``.

        Example::

            document = await client.documents.wait_until_ready(
                knowledge_base_id="kb_…", document_id="doc_…", on_progress=lambda document: print(document.status)
            )
            print(document.chunk_count)
        """
        return await wait_until_ready(
            lambda: self.get(knowledge_base_id=knowledge_base_id, document_id=document_id, options=options),
            self._requester.seams.sleep,
            max_wait,
            on_progress,
        )

    def list(
        self,
        *,
        knowledge_base_id: str,
        limit: int | None = None,
        offset: int | None = None,
        options: Options | None = None,
    ) -> AsyncPager[Document]:
        """``GET /knowledge-bases/{id}/documents``.

        Example::

            async for document in client.documents.list(knowledge_base_id="kb_…"):
                print(document.filename, document.status)
        """
        route = path("/knowledge-bases/{}/documents", knowledge_base_id)
        return AsyncPager(self._requester, "documents", Document, route, given(limit=limit, offset=offset), options)

    async def delete(self, *, knowledge_base_id: str, document_id: str, options: Options | None = None) -> None:
        """``DELETE /knowledge-bases/{id}/documents/{did}``: it is out of every answer from here on.

        Example::

            await client.documents.delete(knowledge_base_id="kb_…", document_id="doc_…")
        """
        await self._send("DELETE", path("/knowledge-bases/{}/documents/{}", knowledge_base_id, document_id), options)
