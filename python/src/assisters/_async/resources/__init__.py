"""One file per noun. Parameters that are ``None`` are left out."""

from __future__ import annotations

from .api_keys import AsyncApiKeysResource
from .assistants import AsyncAssistantsResource
from .attachments import AsyncAttachmentsResource
from .conversations import AsyncConversationsResource
from .documents import AsyncDocumentsResource
from .knowledge_bases import AsyncKnowledgeBasesResource
from .messages import AsyncMessagesResource
from .urls import AsyncUrlsResource
from .visitor_sessions import AsyncVisitorSessionsResource
from .webhooks import AsyncWebhooksResource
from .widget import AsyncWidgetResource

__all__ = [
    "AsyncApiKeysResource",
    "AsyncAssistantsResource",
    "AsyncAttachmentsResource",
    "AsyncConversationsResource",
    "AsyncDocumentsResource",
    "AsyncKnowledgeBasesResource",
    "AsyncMessagesResource",
    "AsyncUrlsResource",
    "AsyncVisitorSessionsResource",
    "AsyncWebhooksResource",
    "AsyncWidgetResource",
]
