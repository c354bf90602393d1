"""``client.widget``."""

from __future__ import annotations

from ..._call import Options, given
from ..._models import WidgetConfig
from .base import AsyncResource


class AsyncWidgetResource(AsyncResource):
    """``client.widget``. Publishable key only."""

    async def config(self, *, assistant_id: str | None = None, options: Options | None = None) -> WidgetConfig:
        """``GET /widget/config``: what a page may know before there is a visitor.

        Example::

            page = AsyncAssisters(api_key="pk_live_…")
            options = Options(headers={"Origin": "https://example.com"})
            config = await page.widget.config(assistant_id="ast_…", options=options)
            print(config.assistant.name, config.widget.greeting)
        """
        query = given(assistant_id=assistant_id)
        return WidgetConfig.read(await self._send("GET", "/widget/config", options, query=query))
