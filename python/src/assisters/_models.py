"""The objects of the API as they travel. Fields that this version does not know are kept as they came."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ._errors import APIError

MessageStatus = Literal["streaming", "complete", "stopped", "interrupted", "failed", "awaiting_tool"]
FeedbackReason = Literal["incorrect", "incomplete", "off_topic", "outdated", "other"]
Outcome = Literal["answered", "not_found"]
ApiKeyKind = Literal["publishable", "secret", "restricted"]
DocumentStatus = Literal["queued", "processing", "ready", "failed"]
UrlSourceStatus = Literal["queued", "crawling", "ready", "failed"]
UrlPageOutcome = Literal["pending", "indexed", "unchanged", "skipped", "failed"]
WebhookDeliveryStatus = Literal["pending", "succeeded", "failed"]
WebhookEventType = Literal[
    "conversation.created", "conversation.ended", "message.created", "feedback.submitted", "assistant.updated"
]

M = TypeVar("M", bound="Model")


class Model(BaseModel):
    """What all objects share: they do not change, and unknown fields stay."""

    model_config = ConfigDict(extra="allow", frozen=True, protected_namespaces=())

    @classmethod
    def read(cls: type[M], data: object) -> M:
        """The object in an answer's JSON.

        Raises:
            APIError: It is another one: ``unexpected_response``, with the fields that are not as they should be.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            # The library's own words quote what was answered, and that may be a conversation.
            fields = ", ".join(".".join(str(part) for part in one["loc"]) or "all of it" for one in error.errors())
        message = f"Expected a {cls.__name__}; got other JSON (see: {fields})."
        raise APIError(message, status=200, code="unexpected_response")


class ErrorInfo(Model):
    """Why an answer, a document or a crawl failed."""

    code: str
    message: str


class AssistantConfig(Model):
    """Absent: the model's own default."""

    temperature: float | None = None
    max_tokens: int | None = None
    response_format: Literal["markdown", "text"] | None = None


class ProactiveRule(Model):
    """When the chat offers a message by itself: all conditions that are given must hold."""

    id: str
    message: str
    after_seconds: float | None = None
    scroll_percent: float | None = None
    path: str | None = None
    on_exit: bool | None = None


class WidgetSettings(Model):
    """How the widget presents an assistant."""

    greeting: str | None = None
    subtitle: str | None = None
    prompts: tuple[str, ...] = ()
    placeholder: str | None = None
    accent: str | None = None
    avatar_url: str | None = None
    contact_url: str | None = None
    proactive: tuple[ProactiveRule, ...] = ()
    consent_text: str | None = None
    privacy_url: str | None = None


class IdentitySettings(Model):
    """How a visitor proves who they are: by a JWT that the site's server signs."""

    algorithm: Literal["HS256", "EdDSA", "ES256"] = "HS256"
    required: bool = False
    issuer: str | None = None
    jwks_url: str | None = None


class AttachmentSettings(Model):
    """Whether visitors may attach files to their questions, and which."""

    enabled: bool = False
    max_bytes: int = 0
    types: tuple[str, ...] = ()


class Attachment(Model):
    """A file of a question; its text is kept, the file is not."""

    id: str
    name: str
    type: str
    size: int


class ConversationAttachment(Attachment):
    """A file that was read, before or after a question names it."""

    conversation_id: str
    truncated: bool = False
    created_at: datetime


class Assistant(Model):
    """An assistant. ``system_prompt`` and ``identity`` are shown to secret keys only, ``identity_secret`` once."""

    id: str
    name: str
    description: str = ""
    model: str = ""
    system_prompt: str | None = None
    knowledge_base_id: str | None = None
    category: str | None = None
    config: AssistantConfig = AssistantConfig()
    widget: WidgetSettings = WidgetSettings()
    retention_days: int | None = None
    identity: IdentitySettings | None = None
    identity_secret: str | None = None
    attachments: AttachmentSettings = AttachmentSettings()
    created_at: datetime
    updated_at: datetime | None = None


class Source(Model):
    """A passage an answer rests on. ``sources[n - 1]`` is what citation ``[n]`` points at."""

    title: str = ""
    url: str = ""
    relevance: float = 0
    quote: str = ""
    heading: str = ""
    document_id: str = ""


class Usage(Model):
    """Tokens; estimated where the model reports none."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class Feedback(Model):
    """A rating of an answer."""

    rating: Literal["up", "down"]
    reason: FeedbackReason | None = None
    comment: str | None = None


class ToolCall(Model):
    """What the model asks of the page; ``result`` (``content`` or ``error``) is ``None`` until there is one."""

    id: str
    name: str
    arguments: dict[str, Any] = {}
    result: dict[str, Any] | None = None


class Message(Model):
    """A question (plain text) or an answer (Markdown with citations ``[n]``)."""

    id: str
    conversation_id: str = ""
    role: Literal["user", "assistant"] = "assistant"
    content: str
    status: MessageStatus = "complete"
    timestamp: datetime | None = None
    metadata: dict[str, Any] = {}
    sources: tuple[Source, ...] = ()
    outcome: Outcome | None = None
    usage: Usage | None = None
    error: ErrorInfo | None = None
    truncated: bool = False
    feedback: Feedback | None = None
    follow_ups: tuple[str, ...] = ()
    tool_calls: tuple[ToolCall, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class Conversation(Model):
    """A conversation; ``ended_at`` is ``None`` while it is open."""

    id: str
    assistant_id: str
    user_id: str | None = None
    title: str | None = None
    metadata: dict[str, Any] = {}
    messages: tuple[Message, ...] = ()
    created_at: datetime
    last_message_at: datetime | None = None
    ended_at: datetime | None = None


class KnowledgeBase(Model):
    """A set of documents that assistants answer from."""

    id: str
    name: str
    description: str = ""
    document_count: int = 0
    created_at: datetime


class Document(Model):
    """A document of a knowledge base. It is in answers once ``status`` is ``ready``."""

    id: str
    knowledge_base_id: str
    title: str = ""
    url: str = ""
    filename: str | None = None
    media_type: str = ""
    bytes: int = 0
    content_hash: str = ""
    status: DocumentStatus
    error: ErrorInfo | None = None
    chunk_count: int = 0
    metadata: dict[str, Any] = {}
    created_at: datetime
    updated_at: datetime | None = None


class UrlPageCounts(Model):
    """How the pages of a crawl came out. ``indexed`` counts those that answer questions, old and new."""

    total: int = 0
    pending: int = 0
    indexed: int = 0
    skipped: int = 0
    failed: int = 0


class UrlSource(Model):
    """A page or site that a knowledge base follows. Its pages are in answers once ``status`` is ``ready``."""

    id: str
    knowledge_base_id: str
    url: str
    crawl_depth: int = 0
    refresh_schedule: str = "none"
    status: UrlSourceStatus
    error: ErrorInfo | None = None
    pages: UrlPageCounts = UrlPageCounts()
    last_crawled_at: datetime | None = None
    next_crawl_at: datetime | None = None
    created_at: datetime
    updated_at: datetime | None = None


class UrlPage(Model):
    """A page of a ``UrlSource`` and how it came out of the last crawl; ``reason`` says why it was left out."""

    url: str
    depth: int = 0
    outcome: UrlPageOutcome
    reason: str | None = None
    http_status: int | None = None
    document_id: str | None = None
    fetched_at: datetime | None = None


class Webhook(Model):
    """An address that hears of events. ``secret`` is there only in the answers that create it and rotate it."""

    id: str
    url: str
    events: tuple[str, ...] = ()
    description: str = ""
    enabled: bool = True
    disabled_reason: str | None = None
    secret: str | None = None
    created_at: datetime
    updated_at: datetime | None = None


class WebhookAttempt(Model):
    """One try of a delivery; ``error`` says why it did not count."""

    at: datetime
    duration_ms: int = 0
    status: int | None = None
    request_headers: dict[str, str] = {}
    response_body: str = ""
    error: str | None = None


class WebhookDelivery(Model):
    """One event on its way to one address. Its id is the ``webhook-id`` of every try."""

    id: str
    webhook_id: str
    event: str
    status: WebhookDeliveryStatus
    request_body: str = ""
    attempts: tuple[WebhookAttempt, ...] = ()
    next_attempt_at: datetime | None = None
    created_at: datetime


class ApiKey(Model):
    """An API key. ``key`` itself is there for publishable keys, for others only in the answer that made it."""

    id: str
    kind: ApiKeyKind
    name: str = ""
    hint: str = ""
    key: str | None = None
    origins: tuple[str, ...] = ()
    assistant_ids: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    messages_per_day: int | None = None
    rotated_to: str | None = None
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None


class VisitorSession(Model):
    """A token for one visitor of one assistant."""

    token: str
    visitor_id: str
    user_id: str | None = None
    assistant_id: str
    expires_at: datetime


class VisitorExport(Model):
    """Everything that is stored about one visitor; conversations oldest first, each with all its messages."""

    visitor_id: str
    user_id: str | None = None
    exported_at: datetime
    conversations: tuple[Conversation, ...] = ()


class WidgetAssistant(Model):
    """What a page may know about its assistant."""

    id: str
    name: str
    description: str = ""


class WidgetConfig(Model):
    """All that a page's key may learn before there is a visitor."""

    assistant: WidgetAssistant
    widget: WidgetSettings = WidgetSettings()
    document_count: int = 0
    retention_days: int | None = None
    identity: Literal["off", "optional", "required"] = "off"
    tools: bool = False
    attachments: AttachmentSettings = AttachmentSettings()
