"""One class per noun. Parameters that are ``None`` are left out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from .._call import ANSWER_TIMEOUT, NOT_GIVEN, Call, NotGiven, Options, changed, given, path
from .._files import Uploadable, read_upload
from .._models import (
    ApiKey,
    ApiKeyKind,
    Assistant,
    Conversation,
    Document,
    Feedback,
    KnowledgeBase,
    Message,
    UrlPage,
    UrlSource,
    VisitorSession,
    Webhook,
    WebhookDelivery,
    WebhookDeliveryStatus,
    WebhookEventType,
    WidgetConfig,
)
from .._utf16 import utf16_len
from .page import AsyncPager
from .request import AsyncRequester
from .stream import AsyncMessageStream

Json = Mapping[str, Any]


class AsyncResource:
    """What all share."""

    def __init__(self, requester: AsyncRequester) -> None:
        self._requester = requester

    async def _send(
        self,
        method: Literal["GET", "POST", "PATCH", "DELETE"],
        route: str,
        options: Options | None,
        *,
        json: Json | None = None,
        query: Json | None = None,
    ) -> Any:
        return await self._requester.json(Call(method, route, json=json, query=query, options=options or Options()))


class AsyncAssistantsResource(AsyncResource):
    """``client.assistants``."""

    async def create(
        self,
        *,
        name: str,
        description: str | None = None,
        model: str | None = None,
        system_prompt: str | None = None,
        knowledge_base_id: str | None = None,
        category: str | None = None,
        config: Json | None = None,
        widget: Json | None = None,
        options: Options | None = None,
    ) -> Assistant:
        """``POST /assistants``."""
        body = given(
            name=name,
            description=description,
            model=model,
            system_prompt=system_prompt,
            knowledge_base_id=knowledge_base_id,
            category=category,
            config=config,
            widget=widget,
        )
        return Assistant.model_validate(await self._send("POST", "/assistants", options, json=body))

    async def get(self, assistant_id: str, *, options: Options | None = None) -> Assistant:
        """``GET /assistants/{id}``."""
        return Assistant.model_validate(await self._send("GET", path("/assistants/{}", assistant_id), options))

    def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        category: str | None = None,
        options: Options | None = None,
    ) -> AsyncPager[Assistant]:
        """``GET /assistants``."""
        query = given(limit=limit, offset=offset, category=category)
        return AsyncPager(self._requester, "assistants", Assistant, "/assistants", query, options)

    async def update(
        self,
        assistant_id: str,
        *,
        name: str | NotGiven = NOT_GIVEN,
        description: str | NotGiven = NOT_GIVEN,
        model: str | NotGiven = NOT_GIVEN,
        system_prompt: str | NotGiven = NOT_GIVEN,
        knowledge_base_id: str | NotGiven | None = NOT_GIVEN,
        category: str | NotGiven | None = NOT_GIVEN,
        config: Json | NotGiven = NOT_GIVEN,
        widget: Json | NotGiven = NOT_GIVEN,
        options: Options | None = None,
    ) -> Assistant:
        """``PATCH /assistants/{id}``: changes what is given; ``None`` takes the knowledge base or category away."""
        body = changed(
            name=name,
            description=description,
            model=model,
            system_prompt=system_prompt,
            knowledge_base_id=knowledge_base_id,
            category=category,
            config=config,
            widget=widget,
        )
        answer = await self._send("PATCH", path("/assistants/{}", assistant_id), options, json=body)
        return Assistant.model_validate(answer)

    async def delete(self, assistant_id: str, *, options: Options | None = None) -> None:
        """``DELETE /assistants/{id}``: with its conversations."""
        await self._send("DELETE", path("/assistants/{}", assistant_id), options)


class AsyncConversationsResource(AsyncResource):
    """``client.conversations``."""

    async def create(
        self,
        *,
        assistant_id: str,
        user_id: str | None = None,
        metadata: Json | None = None,
        options: Options | None = None,
    ) -> Conversation:
        """``POST /conversations``."""
        body = given(assistant_id=assistant_id, user_id=user_id, metadata=metadata)
        return Conversation.model_validate(await self._send("POST", "/conversations", options, json=body))

    async def get(self, conversation_id: str, *, options: Options | None = None) -> Conversation:
        """``GET /conversations/{id}``: with its messages, oldest first."""
        answer = await self._send("GET", path("/conversations/{}", conversation_id), options)
        return Conversation.model_validate(answer)

    def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        assistant_id: str | None = None,
        user_id: str | None = None,
        options: Options | None = None,
    ) -> AsyncPager[Conversation]:
        """``GET /conversations``: newest first."""
        query = given(limit=limit, offset=offset, assistant_id=assistant_id, user_id=user_id)
        return AsyncPager(self._requester, "conversations", Conversation, "/conversations", query, options)

    async def end(self, conversation_id: str, *, options: Options | None = None) -> Conversation:
        """``POST /conversations/{id}/end``: it takes no more messages."""
        answer = await self._send("POST", path("/conversations/{}/end", conversation_id), options)
        return Conversation.model_validate(answer)


class AsyncMessagesResource(AsyncResource):
    """``client.messages``."""

    async def create(
        self, *, conversation_id: str, content: str, metadata: Json | None = None, options: Options | None = None
    ) -> Message:
        """``POST .../messages``: asks, and gives the answer once it is whole. Default timeout 600 s."""
        options = options or Options()
        if options.timeout is None:
            options = Options(ANSWER_TIMEOUT, options.max_retries, options.headers, options.idempotency_key)
        route = path("/conversations/{}/messages", conversation_id)
        return Message.model_validate(
            await self._send("POST", route, options, json=given(content=content, metadata=metadata))
        )

    def stream(
        self, *, conversation_id: str, content: str, metadata: Json | None = None, options: Options | None = None
    ) -> AsyncMessageStream:
        """``POST .../messages/stream``: asks, and gives the answer while it is written.

        To send the same question again after a failure without asking twice, pass the same ``idempotency_key``.
        """
        route = path("/conversations/{}/messages/stream", conversation_id)
        body = given(content=content, metadata=metadata)
        call = Call("POST", route, json=body, stream=True, options=options or Options())
        return AsyncMessageStream(self._requester, conversation_id, call)

    def resume(
        self, *, conversation_id: str, message_id: str, content: str = "", options: Options | None = None
    ) -> AsyncMessageStream:
        """``GET .../messages/{mid}/stream``: what follows ``content``, the beginning the caller holds already."""
        route = path("/conversations/{}/messages/{}/stream", conversation_id, message_id)
        query = {"after": utf16_len(content)}
        call = Call("GET", route, query=query, stream=True, options=options or Options())
        return AsyncMessageStream(self._requester, conversation_id, call, message_id, content)

    def retry(self, *, conversation_id: str, message_id: str, options: Options | None = None) -> AsyncMessageStream:
        """``POST .../messages/{mid}/retry``: writes the last answer again; one that is being written is followed."""
        route = path("/conversations/{}/messages/{}/retry", conversation_id, message_id)
        call = Call("POST", route, stream=True, options=options or Options())
        return AsyncMessageStream(self._requester, conversation_id, call, message_id)

    async def stop(self, *, conversation_id: str, message_id: str, options: Options | None = None) -> Message:
        """``POST .../messages/{mid}/stop``: the server stops writing and keeps what there is."""
        route = path("/conversations/{}/messages/{}/stop", conversation_id, message_id)
        return Message.model_validate(await self._send("POST", route, options))

    def list(
        self,
        *,
        conversation_id: str,
        limit: int | None = None,
        offset: int | None = None,
        options: Options | None = None,
    ) -> AsyncPager[Message]:
        """``GET .../messages``."""
        route = path("/conversations/{}/messages", conversation_id)
        return AsyncPager(self._requester, "messages", Message, route, given(limit=limit, offset=offset), options)

    async def feedback(
        self,
        *,
        conversation_id: str,
        message_id: str,
        rating: Literal["up", "down"],
        comment: str | None = None,
        options: Options | None = None,
    ) -> Feedback:
        """``POST .../messages/{mid}/feedback``: a later rating replaces it."""
        route = path("/conversations/{}/messages/{}/feedback", conversation_id, message_id)
        body = given(rating=rating, comment=comment)
        return Feedback.model_validate(await self._send("POST", route, options, json=body))


class AsyncKnowledgeBasesResource(AsyncResource):
    """``client.knowledge_bases``."""

    async def create(
        self, *, name: str, description: str | None = None, options: Options | None = None
    ) -> KnowledgeBase:
        """``POST /knowledge-bases``."""
        body = given(name=name, description=description)
        return KnowledgeBase.model_validate(await self._send("POST", "/knowledge-bases", options, json=body))

    async def get(self, knowledge_base_id: str, *, options: Options | None = None) -> KnowledgeBase:
        """``GET /knowledge-bases/{id}``."""
        answer = await self._send("GET", path("/knowledge-bases/{}", knowledge_base_id), options)
        return KnowledgeBase.model_validate(answer)

    def list(
        self, *, limit: int | None = None, offset: int | None = None, options: Options | None = None
    ) -> AsyncPager[KnowledgeBase]:
        """``GET /knowledge-bases``."""
        query = given(limit=limit, offset=offset)
        return AsyncPager(self._requester, "knowledge_bases", KnowledgeBase, "/knowledge-bases", query, options)

    async def delete(self, knowledge_base_id: str, *, options: Options | None = None) -> None:
        """``DELETE /knowledge-bases/{id}``: with its documents."""
        await self._send("DELETE", path("/knowledge-bases/{}", knowledge_base_id), options)


class AsyncDocumentsResource(AsyncResource):
    """``client.documents``."""

    async def create(
        self,
        *,
        knowledge_base_id: str,
        file: Uploadable,
        filename: str | None = None,
        metadata: Json | None = None,
        options: Options | None = None,
    ) -> Document:
        """``POST /knowledge-bases/{id}/documents``: read in the background; see ``status``.

        Args:
            knowledge_base_id: Where it goes.
            file: A path, bytes, text, or an open file.
            filename: Needed for bytes and text. A second upload of the same name replaces the document.
            metadata: Kept with the document.
            options: Of the call.
        """
        route = path("/knowledge-bases/{}/documents", knowledge_base_id)
        call = Call(
            "POST",
            route,
            data=None if metadata is None else {"metadata": json.dumps(metadata)},
            files={"file": read_upload(file, filename)},
            options=options or Options(),
        )
        return Document.model_validate(await self._requester.json(call))

    async def get(self, *, knowledge_base_id: str, document_id: str, options: Options | None = None) -> Document:
        """``GET /knowledge-bases/{id}/documents/{did}``."""
        route = path("/knowledge-bases/{}/documents/{}", knowledge_base_id, document_id)
        return Document.model_validate(await self._send("GET", route, options))

    def list(
        self,
        *,
        knowledge_base_id: str,
        limit: int | None = None,
        offset: int | None = None,
        options: Options | None = None,
    ) -> AsyncPager[Document]:
        """``GET /knowledge-bases/{id}/documents``."""
        route = path("/knowledge-bases/{}/documents", knowledge_base_id)
        return AsyncPager(self._requester, "documents", Document, route, given(limit=limit, offset=offset), options)

    async def delete(self, *, knowledge_base_id: str, document_id: str, options: Options | None = None) -> None:
        """``DELETE /knowledge-bases/{id}/documents/{did}``: it is out of every answer from here on."""
        await self._send("DELETE", path("/knowledge-bases/{}/documents/{}", knowledge_base_id, document_id), options)


class AsyncUrlsResource(AsyncResource):
    """``client.urls``: pages and sites a knowledge base follows."""

    async def create(
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
        """
        route = path("/knowledge-bases/{}/urls", knowledge_base_id)
        body = given(urls=urls, crawl_depth=crawl_depth, refresh_schedule=refresh_schedule)
        answer = await self._send("POST", route, options, json=body)
        return tuple(UrlSource.model_validate(one) for one in answer["urls"])

    async def get(self, *, knowledge_base_id: str, url_id: str, options: Options | None = None) -> UrlSource:
        """``GET /knowledge-bases/{id}/urls/{uid}``: and how far its crawl is."""
        route = path("/knowledge-bases/{}/urls/{}", knowledge_base_id, url_id)
        return UrlSource.model_validate(await self._send("GET", route, options))

    def list(
        self,
        *,
        knowledge_base_id: str,
        limit: int | None = None,
        offset: int | None = None,
        options: Options | None = None,
    ) -> AsyncPager[UrlSource]:
        """``GET /knowledge-bases/{id}/urls``."""
        route = path("/knowledge-bases/{}/urls", knowledge_base_id)
        return AsyncPager(self._requester, "urls", UrlSource, route, given(limit=limit, offset=offset), options)

    def pages(
        self,
        *,
        knowledge_base_id: str,
        url_id: str,
        limit: int | None = None,
        offset: int | None = None,
        options: Options | None = None,
    ) -> AsyncPager[UrlPage]:
        """``GET /knowledge-bases/{id}/urls/{uid}/pages``: how each page came out."""
        route = path("/knowledge-bases/{}/urls/{}/pages", knowledge_base_id, url_id)
        return AsyncPager(self._requester, "pages", UrlPage, route, given(limit=limit, offset=offset), options)

    async def refresh(self, *, knowledge_base_id: str, url_id: str, options: Options | None = None) -> UrlSource:
        """``POST /knowledge-bases/{id}/urls/{uid}/refresh``: crawls again now."""
        route = path("/knowledge-bases/{}/urls/{}/refresh", knowledge_base_id, url_id)
        return UrlSource.model_validate(await self._send("POST", route, options))

    async def delete(self, *, knowledge_base_id: str, url_id: str, options: Options | None = None) -> None:
        """``DELETE /knowledge-bases/{id}/urls/{uid}``: with the pages read from it."""
        await self._send("DELETE", path("/knowledge-bases/{}/urls/{}", knowledge_base_id, url_id), options)


class AsyncWebhooksResource(AsyncResource):
    """``client.webhooks``: addresses that hear of events, and what was sent to them."""

    async def create(
        self,
        *,
        url: str,
        events: Sequence[WebhookEventType],
        description: str | None = None,
        secret: str | None = None,
        options: Options | None = None,
    ) -> Webhook:
        """``POST /webhooks``: the answer holds ``secret``; later ones do not.

        Args:
            url: Where the events go: https, on the public internet.
            events: Which.
            description: For people.
            secret: ``whsec_`` and the base64 of 24 to 64 bytes. Default: one is made.
            options: Of the call.
        """
        body = given(url=url, events=events, description=description, secret=secret)
        return Webhook.model_validate(await self._send("POST", "/webhooks", options, json=body))

    async def get(self, webhook_id: str, *, options: Options | None = None) -> Webhook:
        """``GET /webhooks/{id}``."""
        return Webhook.model_validate(await self._send("GET", path("/webhooks/{}", webhook_id), options))

    def list(
        self, *, limit: int | None = None, offset: int | None = None, options: Options | None = None
    ) -> AsyncPager[Webhook]:
        """``GET /webhooks``."""
        query = given(limit=limit, offset=offset)
        return AsyncPager(self._requester, "webhooks", Webhook, "/webhooks", query, options)

    async def update(
        self,
        webhook_id: str,
        *,
        url: str | NotGiven = NOT_GIVEN,
        events: Sequence[WebhookEventType] | NotGiven = NOT_GIVEN,
        description: str | NotGiven = NOT_GIVEN,
        enabled: bool | NotGiven = NOT_GIVEN,
        options: Options | None = None,
    ) -> Webhook:
        """``PATCH /webhooks/{id}``: changes what is given."""
        body = changed(url=url, events=events, description=description, enabled=enabled)
        return Webhook.model_validate(await self._send("PATCH", path("/webhooks/{}", webhook_id), options, json=body))

    async def delete(self, webhook_id: str, *, options: Options | None = None) -> None:
        """``DELETE /webhooks/{id}``, with its deliveries."""
        await self._send("DELETE", path("/webhooks/{}", webhook_id), options)

    async def rotate_secret(
        self, webhook_id: str, *, secret: str | None = None, options: Options | None = None
    ) -> Webhook:
        """``POST /webhooks/{id}/rotate-secret``: the new one is in ``secret``; the old one signs too for 24 hours."""
        route = path("/webhooks/{}/rotate-secret", webhook_id)
        return Webhook.model_validate(await self._send("POST", route, options, json=given(secret=secret)))

    def deliveries(
        self,
        *,
        webhook_id: str,
        status: WebhookDeliveryStatus | None = None,
        limit: int | None = None,
        offset: int | None = None,
        options: Options | None = None,
    ) -> AsyncPager[WebhookDelivery]:
        """``GET /webhooks/{id}/deliveries``: what was sent and what was answered."""
        route = path("/webhooks/{}/deliveries", webhook_id)
        query = given(status=status, limit=limit, offset=offset)
        return AsyncPager(self._requester, "deliveries", WebhookDelivery, route, query, options)

    async def redeliver(self, *, webhook_id: str, delivery_id: str, options: Options | None = None) -> WebhookDelivery:
        """``POST /webhooks/{id}/deliveries/{did}/redeliver``: sends it again now, under its own id."""
        route = path("/webhooks/{}/deliveries/{}/redeliver", webhook_id, delivery_id)
        return WebhookDelivery.model_validate(await self._send("POST", route, options))


class AsyncApiKeysResource(AsyncResource):
    """``client.api_keys``. Secret key only."""

    async def create(
        self,
        *,
        kind: ApiKeyKind,
        name: str,
        origins: Sequence[str] | None = None,
        assistant_ids: Sequence[str] | None = None,
        scopes: Sequence[str] | None = None,
        expires_at: str | None = None,
        test: bool | None = None,
        allow_native: bool | None = None,
        options: Options | None = None,
    ) -> ApiKey:
        """``POST /api-keys``: the only answer that holds a secret or restricted key itself, in ``key``."""
        body = given(
            kind=kind,
            name=name,
            origins=origins,
            assistant_ids=assistant_ids,
            scopes=scopes,
            expires_at=expires_at,
            test=test,
            allow_native=allow_native,
        )
        return ApiKey.model_validate(await self._send("POST", "/api-keys", options, json=body))

    def list(
        self, *, limit: int | None = None, offset: int | None = None, options: Options | None = None
    ) -> AsyncPager[ApiKey]:
        """``GET /api-keys``."""
        query = given(limit=limit, offset=offset)
        return AsyncPager(self._requester, "api_keys", ApiKey, "/api-keys", query, options)

    async def update(
        self,
        api_key_id: str,
        *,
        name: str | NotGiven = NOT_GIVEN,
        origins: Sequence[str] | NotGiven = NOT_GIVEN,
        assistant_ids: Sequence[str] | NotGiven = NOT_GIVEN,
        scopes: Sequence[str] | NotGiven = NOT_GIVEN,
        expires_at: str | NotGiven | None = NOT_GIVEN,
        options: Options | None = None,
    ) -> ApiKey:
        """``PATCH /api-keys/{id}``: changes what is given; ``expires_at=None`` means never."""
        body = changed(name=name, origins=origins, assistant_ids=assistant_ids, scopes=scopes, expires_at=expires_at)
        return ApiKey.model_validate(await self._send("PATCH", path("/api-keys/{}", api_key_id), options, json=body))

    async def revoke(self, api_key_id: str, *, options: Options | None = None) -> None:
        """``DELETE /api-keys/{id}``: it is refused from here on."""
        await self._send("DELETE", path("/api-keys/{}", api_key_id), options)


class AsyncVisitorSessionsResource(AsyncResource):
    """``client.visitor_sessions``. Publishable key only."""

    async def create(self, *, assistant_id: str | None = None, options: Options | None = None) -> VisitorSession:
        """``POST /visitor-sessions``: a token for one visitor of one assistant."""
        body = given(assistant_id=assistant_id)
        return VisitorSession.model_validate(await self._send("POST", "/visitor-sessions", options, json=body))


class AsyncWidgetResource(AsyncResource):
    """``client.widget``. Publishable key only."""

    async def config(self, *, assistant_id: str | None = None, options: Options | None = None) -> WidgetConfig:
        """``GET /widget/config``: what a page may know before there is a visitor."""
        query = given(assistant_id=assistant_id)
        return WidgetConfig.model_validate(await self._send("GET", "/widget/config", options, query=query))
