"""``client.widget``."""

from __future__ import annotations

from ..._call import Options, given
from ..._models import WidgetConfig
from .base import Resource


class WidgetResource(Resource):
    """``client.widget``. Publishable key only."""

    def config(self, *, assistant_id: str | None = None, options: Options | None = None) -> WidgetConfig:
        """``GET /widget/config``: what a page may know before there is a visitor."""
        query = given(assistant_id=assistant_id)
        return WidgetConfig.model_validate(self._send("GET", "/widget/config", options, query=query))
