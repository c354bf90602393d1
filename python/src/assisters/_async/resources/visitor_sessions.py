"""``client.visitor_sessions``."""

from __future__ import annotations

from ..._call import Options, given
from ..._models import VisitorSession
from .base import AsyncResource


class AsyncVisitorSessionsResource(AsyncResource):
    """``client.visitor_sessions``. Publishable key only."""

    async def create(self, *, assistant_id: str | None = None, options: Options | None = None) -> VisitorSession:
        """``POST /visitor-sessions``: a token for one visitor of one assistant."""
        body = given(assistant_id=assistant_id)
        return VisitorSession.model_validate(await self._send("POST", "/visitor-sessions", options, json=body))
