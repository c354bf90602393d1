"""``client.urls``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..._call import Options, given, path
from ..._json import as_list, as_object
from ..._models import UrlPage, UrlSource
from ..page import Pager
from ..wait import MAX_WAIT, wait_until_ready
from .base import Resource


class UrlsResource(Resource):
    """``client.urls``: pages and sites a knowledge base follows."""

    def create(
        self,
        *,
        knowledge_base_id: str,
        urls: Sequence[str],
        crawl_depth: int | None = None,
        refresh_schedule: str | None = None,
        options: Options | None = None,
    ) -> tuple[UrlSource, ...]:
        """``POST /knowledge-bases/{id}/urls``: one source for each address, crawled in the background.

        Args:
            knowledge_base_id: Where the pages go.
            urls: Addresses to follow; the same one twice is one source.
            crawl_depth: Links followed from each address. Default: 0, the page alone.
            refresh_schedule: ``none`` (default), ``hourly``, ``daily``, ``weekly``, ``monthly`` or a cron
                expression in UTC.
            options: Of the call.

        Example::

            (source,) = client.urls.create(
                knowledge_base_id="kb_…", urls=["https://docs.example.com/"], crawl_depth=2, refresh_schedule="daily"
            )
            print(source.id)
        """
        route = path("/knowledge-bases/{}/urls", knowledge_base_id)
        body = given(urls=urls, crawl_depth=crawl_depth, refresh_schedule=refresh_schedule)
        answer = self._send("POST", route, options, json=body)
        return tuple(UrlSource.read(one) for one in as_list((as_object(answer) or {}).get("urls")) or [answer])

    def get(self, *, knowledge_base_id: str, url_id: str, options: Options | None = None) -> UrlSource:
        """``GET /knowledge-bases/{id}/urls/{uid}``: and how far its crawl is.

        Example::

            source = client.urls.get(knowledge_base_id="kb_…", url_id="url_…")
            print(source.status, source.pages.indexed, "of", source.pages.total, "pages")
        """
        route = path("/knowledge-bases/{}/urls/{}", knowledge_base_id, url_id)
        return UrlSource.read(self._send("GET", route, options))

    def wait_until_ready(
        self,
        *,
        knowledge_base_id: str,
        url_id: str,
        max_wait: float = MAX_WAIT,
        on_progress: Callable[[UrlSource], None] | None = None,
        options: Options | None = None,
    ) -> UrlSource:
        """Asks for the source, ever more seldom, until its crawl has ended and it is ``ready``.

        Args:
            knowledge_base_id: Where it is.
            url_id: Which.
            max_wait: Seconds of pauses in total.
            on_progress: Hears of each state that was seen; ``pages`` counts how far it is.
            options: Of each call.

        Raises:
            NotReadyError: Its crawl failed, or has not ended after ``max_wait``.

        Example::

            source = client.urls.wait_until_ready(knowledge_base_id="kb_…", url_id="url_…", max_wait=60)
            print(source.pages.indexed, "pages")
        """
        return wait_until_ready(
            lambda: self.get(knowledge_base_id=knowledge_base_id, url_id=url_id, options=options),
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
    ) -> Pager[UrlSource]:
        """``GET /knowledge-bases/{id}/urls``.

        Example::

            for source in client.urls.list(knowledge_base_id="kb_…"):
                print(source.url, source.status)
        """
        route = path("/knowledge-bases/{}/urls", knowledge_base_id)
        return Pager(self._requester, "urls", UrlSource, route, given(limit=limit, offset=offset), options)

    def pages(
        self,
        *,
        knowledge_base_id: str,
        url_id: str,
        limit: int | None = None,
        offset: int | None = None,
        options: Options | None = None,
    ) -> Pager[UrlPage]:
        """``GET /knowledge-bases/{id}/urls/{uid}/pages``: how each page came out.

        Example::

            for page in client.urls.pages(knowledge_base_id="kb_…", url_id="url_…"):
                print(page.outcome, page.url, page.reason)
        """
        route = path("/knowledge-bases/{}/urls/{}/pages", knowledge_base_id, url_id)
        return Pager(self._requester, "pages", UrlPage, route, given(limit=limit, offset=offset), options)

    def refresh(self, *, knowledge_base_id: str, url_id: str, options: Options | None = None) -> UrlSource:
        """``POST /knowledge-bases/{id}/urls/{uid}/refresh``: crawls again now.

        Example::

            client.urls.refresh(knowledge_base_id="kb_…", url_id="url_…")
        """
        route = path("/knowledge-bases/{}/urls/{}/refresh", knowledge_base_id, url_id)
        return UrlSource.read(self._send("POST", route, options))

    def delete(self, *, knowledge_base_id: str, url_id: str, options: Options | None = None) -> None:
        """``DELETE /knowledge-bases/{id}/urls/{uid}``: with the pages read from it.

        Example::

            client.urls.delete(knowledge_base_id="kb_…", url_id="url_…")
        """
        self._send("DELETE", path("/knowledge-bases/{}/urls/{}", knowledge_base_id, url_id), options)
