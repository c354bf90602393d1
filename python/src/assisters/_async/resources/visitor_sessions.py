"""``client.visitor_sessions``."""

from __future__ import annotations

from ..._call import Options, given
from ..._models import VisitorExport, VisitorSession
from .base import AsyncResource


class AsyncVisitorSessionsResource(AsyncResource):
    """``client.visitor_sessions``."""

    async def create(
        self,
        *,
        assistant_id: str | None = None,
        identity_token: str | None = None,
        previous_token: str | None = None,
        options: Options | None = None,
    ) -> VisitorSession:
        """``POST /visitor-sessions``: a token for one visitor of one assistant. Publishable key only.

        Args:
            assistant_id: Default: the one assistant that the key opens.
            identity_token: A JWT the site's server signed for the visitor: opens the visitor's conversations.
            previous_token: The token the visitor had while unknown; its conversations become the known visitor's.
            options: Of the call.

        Example::

            options = Options(headers={"Origin": "https://example.com"})
            page = AsyncAssisters(api_key="pk_live_…")
            session = await page.visitor_sessions.create(assistant_id="ast_…", options=options)
            visitor = AsyncAssisters(api_key=session.token)
            await visitor.conversations.create(assistant_id="ast_…", options=options)
        """
        body = given(assistant_id=assistant_id, identity_token=identity_token, previous_token=previous_token)
        return VisitorSession.read(await self._send("POST", "/visitor-sessions", options, json=body))

    async def export(self, *, options: Options | None = None) -> VisitorExport:
        """``GET /visitor-sessions/me/export``: all that is stored about the visitor. Visitor token only.

        Example::

            visitor = AsyncAssisters(api_key="vt_…")
            export = await visitor.visitor_sessions.export()
            print(len(export.conversations))
        """
        return VisitorExport.read(await self._send("GET", "/visitor-sessions/me/export", options))

    async def delete(self, *, options: Options | None = None) -> None:
        """``DELETE /visitor-sessions/me``: deletes all of it, the session included. Visitor token only.

        Example::

            visitor = AsyncAssisters(api_key="vt_…")
            await visitor.visitor_sessions.delete()
        """
        await self._send("DELETE", "/visitor-sessions/me", options)
