"""``client.visitor_sessions``."""

from __future__ import annotations

from ..._call import Options, given
from ..._models import VisitorExport, VisitorSession
from .base import Resource


class VisitorSessionsResource(Resource):
    """``client.visitor_sessions``."""

    def create(self, *, assistant_id: str | None = None, options: Options | None = None) -> VisitorSession:
        """``POST /visitor-sessions``: a token for one visitor of one assistant.

        Example::

            options = Options(headers={"Origin": "https://example.com"})
            page = Assisters(api_key="pk_live_…")
            session = page.visitor_sessions.create(assistant_id="ast_…", options=options)
            visitor = Assisters(api_key=session.token)
            visitor.conversations.create(assistant_id="ast_…", options=options)
        """
        body = given(assistant_id=assistant_id)
        return VisitorSession.model_validate(self._send("POST", "/visitor-sessions", options, json=body))

    def export(self, *, options: Options | None = None) -> VisitorExport:
        """``GET /visitor-sessions/me/export``: all that is stored about the visitor. Visitor token only."""
        return VisitorExport.model_validate(self._send("GET", "/visitor-sessions/me/export", options))

    def delete(self, *, options: Options | None = None) -> None:
        """``DELETE /visitor-sessions/me``: deletes all of it, the session included. Visitor token only."""
        self._send("DELETE", "/visitor-sessions/me", options)
