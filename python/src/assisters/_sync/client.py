"""The client."""

from __future__ import annotations

import random
import re
import time
from types import TracebackType

import httpx

from .._call import HOSTED_BASE_URL, SILENCE_TIMEOUT, Credential, Seams, environment
from .._errors import AssistersError
from .._retry import MAX_RETRIES
from .request import Requester
from .resources import (
    ApiKeysResource,
    AssistantsResource,
    AttachmentsResource,
    ConversationsResource,
    DocumentsResource,
    KnowledgeBasesResource,
    MessagesResource,
    UrlsResource,
    VisitorSessionsResource,
    WebhooksResource,
    WidgetResource,
)


class Assisters:
    """The API's client.

    Args:
        api_key: A key, or a function that gives the credential (see ``Credential``).
            Default: the environment variable ``ASSISTERS_API_KEY``.
        base_url: With the version, e.g. ``https://chat.example.com/v1``.
            Default: ``ASSISTERS_BASE_URL``, else the hosted service.
        timeout: Seconds for one try; ``messages.create`` waits 600.
        max_retries: 3 means four tries in total.
        http_client: An ``httpx`` client of your own (proxies, certificates); it is not closed with this one.
        silence_timeout: Seconds of silence after which a stream is given up and resumed.
        seams: Chance and time, for tests.

    Raises:
        AssistersError: There is no key, or ``base_url`` is no address.
    """

    def __init__(
        self,
        *,
        api_key: str | Credential | None = None,
        base_url: str | None = None,
        timeout: float = 60.0,
        max_retries: int = MAX_RETRIES,
        http_client: httpx.Client | None = None,
        silence_timeout: float = SILENCE_TIMEOUT,
        seams: Seams | None = None,
    ) -> None:
        key = api_key or environment("ASSISTERS_API_KEY")
        if key is None:
            raise AssistersError("There is no API key: pass `api_key` or set ASSISTERS_API_KEY.")
        self.base_url = base_url or environment("ASSISTERS_BASE_URL") or HOSTED_BASE_URL
        if not re.match(r"https?://", self.base_url):
            expected = "`base_url` (or ASSISTERS_BASE_URL) is no http(s) address like https://chat.example.com/v1"
            raise AssistersError(f"{expected}: {self.base_url}")
        self._own = http_client is None
        self._http = http_client or httpx.Client()

        def constant(refused: str | None) -> str | None:
            return key if isinstance(key, str) else None

        requester = Requester(
            base_url=self.base_url,
            credential=constant if isinstance(key, str) else key,
            http=self._http,
            timeout=timeout,
            max_retries=max_retries,
            silence=silence_timeout,
            seams=seams or Seams(random.random, time.time, time.sleep),
        )
        self.assistants = AssistantsResource(requester)
        self.conversations = ConversationsResource(requester)
        self.messages = MessagesResource(requester)
        self.attachments = AttachmentsResource(requester)
        self.knowledge_bases = KnowledgeBasesResource(requester)
        self.documents = DocumentsResource(requester)
        self.urls = UrlsResource(requester)
        self.webhooks = WebhooksResource(requester)
        self.api_keys = ApiKeysResource(requester)
        self.visitor_sessions = VisitorSessionsResource(requester)
        self.widget = WidgetResource(requester)

    def close(self) -> None:
        """Closes the connections, unless they are those of your own ``http_client``."""
        if self._own:
            self._http.close()

    def __enter__(self) -> Assisters:
        """The client."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it."""
        self.close()
