"""``client.visitor_sessions``."""

from __future__ import annotations

from ..._call import Options, given
from ..._models import VisitorSession
from .base import Resource


class VisitorSessionsResource(Resource):
    """``client.visitor_sessions``. Publishable key only."""

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
