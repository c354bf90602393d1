"""The Python client of Assisters.

Example::

    from assisters import Assisters

    client = Assisters(api_key="sk_live_…")
    conversation = client.conversations.create(assistant_id="ast_…")
    for chunk in client.messages.stream(conversation_id=conversation.id, content="Hello!"):
        print(chunk.content, end="", flush=True)
"""

from . import webhooks
from ._answer import AnswerState
from ._async.client import AsyncAssisters
from ._async.page import AsyncPage
from ._async.stream import AsyncMessageChunk, AsyncMessageStream
from ._call import Options
from ._errors import (
    APIConnectionError,
    APIError,
    APITimeoutError,
    AssistersError,
    AuthenticationError,
    BadRequestError,
    ConflictError,
    InternalServerError,
    NotFoundError,
    NotReadyError,
    PayloadTooLargeError,
    PermissionDeniedError,
    RateLimitError,
    UnprocessableEntityError,
    WebhookVerificationError,
)
from ._models import (
    ApiKey,
    Assistant,
    AssistantConfig,
    Attachment,
    AttachmentSettings,
    Conversation,
    ConversationAttachment,
    Document,
    Feedback,
    IdentitySettings,
    KnowledgeBase,
    Message,
    ProactiveRule,
    Source,
    ToolCall,
    UrlPage,
    UrlPageCounts,
    UrlSource,
    Usage,
    VisitorExport,
    VisitorSession,
    Webhook,
    WebhookAttempt,
    WebhookDelivery,
    WidgetConfig,
    WidgetSettings,
)
from ._sync.client import Assisters
from ._sync.page import Page
from ._sync.stream import MessageChunk, MessageStream

__version__ = "0.1.0"

__all__ = [
    "APIConnectionError",
    "APIError",
    "APITimeoutError",
    "AnswerState",
    "ApiKey",
    "Assistant",
    "AssistantConfig",
    "Assisters",
    "AssistersError",
    "AsyncAssisters",
    "AsyncMessageChunk",
    "AsyncMessageStream",
    "AsyncPage",
    "Attachment",
    "AttachmentSettings",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "Conversation",
    "ConversationAttachment",
    "Document",
    "Feedback",
    "IdentitySettings",
    "InternalServerError",
    "KnowledgeBase",
    "Message",
    "MessageChunk",
    "MessageStream",
    "NotFoundError",
    "NotReadyError",
    "Options",
    "Page",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "ProactiveRule",
    "RateLimitError",
    "Source",
    "ToolCall",
    "UnprocessableEntityError",
    "UrlPage",
    "UrlPageCounts",
    "UrlSource",
    "Usage",
    "VisitorExport",
    "VisitorSession",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookVerificationError",
    "WidgetConfig",
    "WidgetSettings",
    "webhooks",
]
