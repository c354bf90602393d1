"""``client.visitor_sessions``."""

from __future__ import annotations

from ..._call import Options, given
from ..._models import VisitorSession
from .base import AsyncResource


class AsyncVisitorSessionsResource(AsyncResource):
    """``client.visitor_sessions``. Publishable key only."""

    async def create(self, *, assistant_id: str | None = None, options: Options | None = None) -> VisitorSession:
        """``POST /visitor-sessions``: a token for one visitor of one assistant.

        Example::

            options = Options(headers={"Origin": "https://example.com"})
            page = AsyncAssisters(api_key="pk_live_…")
            session = await page.visitor_sessions.create(assistant_id="ast_…", options=options)
            visitor = AsyncAssisters(api_key=session.token)
            await visitor.conversations.create(assistant_id="ast_…", options=options)
        """
        body = given(assistant_id=assistant_id)
        return VisitorSession.model_validate(await self._send("POST", "/visitor-sessions", options, json=body))
