"""``client.widget``."""

from __future__ import annotations

from ..._call import Options, given
from ..._models import WidgetConfig
from .base import Resource


class WidgetResource(Resource):
    """``client.widget``. Publishable key only."""

    def config(self, *, assistant_id: str | None = None, options: Options | None = None) -> WidgetConfig:
        """``GET /widget/config``: what a page may know before there is a visitor.

        Example::

            page = Assisters(api_key="pk_live_…")
            options = Options(headers={"Origin": "https://example.com"})
            config = page.widget.config(assistant_id="ast_…", options=options)
            print(config.assistant.name, config.widget.greeting)
        """
        query = given(assistant_id=assistant_id)
        return WidgetConfig.read(self._send("GET", "/widget/config", options, query=query))
