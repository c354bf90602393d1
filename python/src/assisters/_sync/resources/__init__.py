"""One file per noun. Parameters that are ``None`` are left out."""

from __future__ import annotations

from .api_keys import ApiKeysResource
from .assistants import AssistantsResource
from .attachments import AttachmentsResource
from .conversations import ConversationsResource
from .documents import DocumentsResource
from .knowledge_bases import KnowledgeBasesResource
from .messages import MessagesResource
from .urls import UrlsResource
from .visitor_sessions import VisitorSessionsResource
from .webhooks import WebhooksResource
from .widget import WidgetResource

__all__ = [
    "ApiKeysResource",
    "AssistantsResource",
    "AttachmentsResource",
    "ConversationsResource",
    "DocumentsResource",
    "KnowledgeBasesResource",
    "MessagesResource",
    "UrlsResource",
    "VisitorSessionsResource",
    "WebhooksResource",
    "WidgetResource",
]
