"""Both clients against the real server, a process of its own."""

from __future__ import annotations

import os
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

import assisters
from assisters import Assisters
from tests.conftest import collect, settle


def test_the_reference_as_printed(server, capsys, monkeypatch):
    monkeypatch.setenv("ASSISTERS_BASE_URL", server["base_url"])
    api_key, assistant_id = server["secret_key"], server["assistant_id"]
    # --- from the reference ---
    client = Assisters(api_key=api_key)
    conversation = client.conversations.create(assistant_id=assistant_id)
    conversation_id = conversation.id
    response = client.messages.create(conversation_id=conversation_id, content="Hello!")
    for chunk in client.messages.stream(conversation_id=conversation_id, content="seed 3"):
        print(chunk.content, end="", flush=True)
    # ---
    assert response.content == "You said: Hello!"
    assert capsys.readouterr().out == server["seed_3"]
    client.close()


@pytest.mark.anyio
async def test_a_stream_is_what_is_stored(connect, server):
    client = connect()
    conversation = await settle(client.conversations.create(assistant_id=server["assistant_id"], metadata={"a": [1]}))
    assert conversation.metadata == {"a": [1]}
    stream = client.messages.stream(conversation_id=conversation.id, content="seed 3")
    message = await settle(stream.final_message())
    assert message.content == server["seed_3"]
    assert message.usage.total_tokens == 3
    stored = await collect(client.messages.list(conversation_id=conversation.id, limit=1))
    assert [one.role for one in stored] == ["user", "assistant"]
    assert stored[1].content == message.content
    assert stored[1].id == message.id
    await settle(client.close())


@pytest.mark.anyio
async def test_stop_rate_rewrite_resume(connect, server):
    client = connect()
    conversation = await settle(client.conversations.create(assistant_id=server["assistant_id"]))
    stream = client.messages.stream(conversation_id=conversation.id, content="endless")
    await settle(stream.__aenter__() if hasattr(stream, "__aenter__") else stream.__enter__())
    await first_chunk(stream)
    message_id = stream.message_id
    stopped = await settle(client.messages.stop(conversation_id=conversation.id, message_id=message_id))
    assert stopped.status == "stopped"
    where = {"conversation_id": conversation.id, "message_id": message_id}
    assert (await settle(client.messages.feedback(**where, rating="up"))).rating == "up"
    again = client.messages.retry(**where)
    await first_chunk(again)
    await settle(client.messages.stop(**where))
    resumed = client.messages.resume(**where)
    assert (await settle(resumed.final_message())).status == "stopped"
    await settle(client.close())


async def first_chunk(stream):
    """The first piece; then the loop is left, which closes the line."""
    if hasattr(stream, "__aiter__"):
        chunks = stream.__aiter__()
        await chunks.__anext__()
        await chunks.aclose()
    else:
        for _ in stream:
            break
    assert stream.state.status == "interrupted"


@pytest.mark.anyio
async def test_every_noun(connect, server):
    client = connect()
    base = await settle(client.knowledge_bases.create(name="Docs"))
    assistant = await settle(
        client.assistants.create(name="A", system_prompt="s", knowledge_base_id=base.id, category="py")
    )
    changed = await settle(client.assistants.update(assistant.id, name="B", knowledge_base_id=None))
    assert (changed.name, changed.knowledge_base_id, changed.category) == ("B", None, "py")
    assert assistant.id in [one.id for one in await collect(client.assistants.list(category="py", limit=1))]
    key = await settle(client.api_keys.create(kind="restricted", name="k", scopes=["conversations:read"]))
    assert key.key.startswith("rk_live_")
    assert (await settle(client.api_keys.update(key.id, name="l"))).name == "l"
    await settle(client.api_keys.revoke(key.id))
    hook = await settle(
        client.webhooks.create(url="https://example.com/hook", events=["feedback.submitted"], description="d")
    )
    rotated = await settle(client.webhooks.rotate_secret(hook.id))
    assert hook.secret.startswith("whsec_")
    assert rotated.secret not in (None, hook.secret)
    paused = await settle(client.webhooks.update(hook.id, enabled=False))
    assert (paused.enabled, paused.secret, paused.description) == (False, None, "d")
    assert hook.id in [one.id for one in await collect(client.webhooks.list(limit=1))]
    assert await collect(client.webhooks.deliveries(webhook_id=hook.id)) == []
    await settle(client.webhooks.delete(hook.id))
    with pytest.raises(assisters.NotFoundError):
        await settle(client.webhooks.get(hook.id))
    conversation = await settle(client.conversations.create(assistant_id=assistant.id, user_id="u"))
    assert (await settle(client.conversations.end(conversation.id))).ended_at is not None
    with pytest.raises(assisters.ConflictError) as conflict:
        await settle(client.messages.create(conversation_id=conversation.id, content="x"))
    assert conflict.value.code == "conversation_ended"
    where = {"knowledge_base_id": base.id}
    document = await settle(
        client.documents.create(
            **where, file=b"# Hi\n\nText.", filename="größe 1.md", metadata={"title": "T", "a": [1]}
        )
    )
    assert (document.filename, document.title, document.bytes) == ("größe 1.md", "T", 11)
    assert (await settle(client.documents.get(**where, document_id=document.id))).id == document.id
    ready = await settle(client.documents.wait_until_ready(**where, document_id=document.id))
    assert (ready.status, ready.chunk_count) == ("ready", 1)
    broken = await settle(client.documents.create(**where, file=b"%PDF-1.7 and nothing of it", filename="a.pdf"))
    with pytest.raises(assisters.NotReadyError) as failed:
        await settle(client.documents.wait_until_ready(**where, document_id=broken.id))
    assert (failed.value.last.status, failed.value.code) == ("failed", failed.value.last.error.code)
    await settle(client.documents.delete(**where, document_id=broken.id))
    assert len(await collect(client.documents.list(**where))) == 1
    await settle(client.documents.delete(**where, document_id=document.id))
    assert await collect(client.documents.list(**where)) == []
    await settle(client.assistants.delete(assistant.id))
    await settle(client.knowledge_bases.delete(base.id))
    with pytest.raises(assisters.NotFoundError) as missing:
        await settle(client.assistants.get(assistant.id))
    assert missing.value.request_id.startswith("req_")
    await settle(client.close())


@pytest.fixture
def site():
    """A site on 127.0.0.1 with two pages; ``site.asked`` holds the paths that were asked for."""
    pages = {"/": '<h1>Guide</h1><p>Start here. <a href="/two">More</a></p>', "/two": "<h1>Two</h1><p>And on.</p>"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            body = f"<!doctype html><title>T</title><main>{pages.get(self.path, 'Not here.')}</main>".encode()
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        made.asked = []
        made.url = f"http://127.0.0.1:{made.server_port}"
        thread = threading.Thread(target=made.serve_forever, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


@pytest.mark.anyio
async def test_a_site_is_followed(connect, site):
    client = connect()
    base = await settle(client.knowledge_bases.create(name="Site"))
    made = await settle(
        client.urls.create(
            knowledge_base_id=base.id, urls=[f"{site.url}/", f"{site.url}/"], crawl_depth=1, refresh_schedule="daily"
        )
    )
    assert [(one.url, one.crawl_depth, one.refresh_schedule) for one in made] == [(f"{site.url}/", 1, "daily")]
    where = {"knowledge_base_id": base.id, "url_id": made[0].id}
    seen = []
    ready = await settle(client.urls.wait_until_ready(**where, on_progress=seen.append))
    assert seen[-1] == ready
    assert (ready.status, ready.error, ready.pages.total, ready.pages.indexed) == ("ready", None, 2, 2)
    assert ready.next_crawl_at > ready.last_crawled_at
    pages = await collect(client.urls.pages(**where, limit=1))
    assert {(page.url, page.depth, page.outcome) for page in pages} == {
        (f"{site.url}/", 0, "indexed"),
        (f"{site.url}/two", 1, "indexed"),
    }
    assert all(page.document_id for page in pages)
    count = site.asked.count("/two")
    assert (await settle(client.urls.refresh(**where))).id == made[0].id
    again = await settle(client.urls.wait_until_ready(**where))
    assert (again.status, again.pages.indexed) == ("ready", 2)
    assert site.asked.count("/two") > count
    assert [one.id for one in await collect(client.urls.list(knowledge_base_id=base.id))] == [made[0].id]
    await settle(client.urls.delete(**where))
    with pytest.raises(assisters.NotFoundError):
        await settle(client.urls.get(**where))
    assert await collect(client.documents.list(knowledge_base_id=base.id)) == []
    await settle(client.close())


@pytest.mark.anyio
async def test_a_pages_key_opens_a_session(make, connect, server):
    kind = httpx.Client if make.kind == "sync" else httpx.AsyncClient
    http = kind(headers={"Origin": server["site"]})
    page = connect(api_key=server["publishable_key"], http_client=http)
    assert (await settle(page.widget.config())).assistant.id == server["assistant_id"]
    session = await settle(page.visitor_sessions.create())
    visitor = connect(api_key=session.token, http_client=http)
    conversation = await settle(visitor.conversations.create(assistant_id=server["assistant_id"]))
    stream = visitor.messages.stream(conversation_id=conversation.id, content="seed 3")
    assert (await settle(stream.final_message())).content == server["seed_3"]
    with pytest.raises(assisters.PermissionDeniedError):
        await collect(visitor.api_keys.list())
    await settle(http.aclose() if hasattr(http, "aclose") else http.close())


def test_without_a_key_it_says_what_to_do(monkeypatch):
    monkeypatch.delenv("ASSISTERS_API_KEY", raising=False)
    with pytest.raises(assisters.AssistersError, match="ASSISTERS_API_KEY"):
        Assisters()
    assert "ASSISTERS_API_KEY" not in os.environ


#: How each endpoint is reached. A new one fails the test until it has a line here.
CALLS = {
    "getWidgetConfig": lambda api: api.widget.config(),
    "createVisitorSession": lambda api: api.visitor_sessions.create(),
    "exportVisitor": lambda api: api.visitor_sessions.export(),
    "deleteVisitor": lambda api: api.visitor_sessions.delete(),
    "listAssistants": lambda api: collect(api.assistants.list()),
    "createAssistant": lambda api: api.assistants.create(name="n"),
    "getAssistant": lambda api: api.assistants.get("ID"),
    "updateAssistant": lambda api: api.assistants.update("ID", name="n"),
    "deleteAssistant": lambda api: api.assistants.delete("ID"),
    "rotateIdentitySecret": lambda api: api.assistants.rotate_identity_secret("ID"),
    "listConversations": lambda api: collect(api.conversations.list()),
    "createConversation": lambda api: api.conversations.create(assistant_id="a"),
    "getConversation": lambda api: api.conversations.get("ID"),
    "deleteConversation": lambda api: api.conversations.delete("ID"),
    "endConversation": lambda api: api.conversations.end("ID"),
    "listMessages": lambda api: collect(api.messages.list(conversation_id="ID")),
    "createMessage": lambda api: api.messages.create(conversation_id="ID", content="x"),
    "streamMessage": lambda api: collect(api.messages.stream(conversation_id="ID", content="x")),
    "resumeMessage": lambda api: collect(api.messages.resume(conversation_id="ID", message_id="MID")),
    "stopMessage": lambda api: api.messages.stop(conversation_id="ID", message_id="MID"),
    "retryMessage": lambda api: collect(api.messages.retry(conversation_id="ID", message_id="MID")),
    "createToolResults": lambda api: collect(
        api.messages.submit_tool_results(conversation_id="ID", message_id="MID", results=[])
    ),
    "createFeedback": lambda api: api.messages.feedback(conversation_id="ID", message_id="MID", rating="up"),
    "createAttachment": lambda api: api.attachments.create(conversation_id="ID", file="x", filename="a.md"),
    "deleteAttachment": lambda api: api.attachments.delete(conversation_id="ID", attachment_id="AID"),
    "listKnowledgeBases": lambda api: collect(api.knowledge_bases.list()),
    "createKnowledgeBase": lambda api: api.knowledge_bases.create(name="n"),
    "getKnowledgeBase": lambda api: api.knowledge_bases.get("ID"),
    "deleteKnowledgeBase": lambda api: api.knowledge_bases.delete("ID"),
    "listDocuments": lambda api: collect(api.documents.list(knowledge_base_id="ID")),
    "createDocument": lambda api: api.documents.create(knowledge_base_id="ID", file="x", filename="a.md"),
    "getDocument": lambda api: api.documents.get(knowledge_base_id="ID", document_id="DID"),
    "deleteDocument": lambda api: api.documents.delete(knowledge_base_id="ID", document_id="DID"),
    "listUrls": lambda api: collect(api.urls.list(knowledge_base_id="ID")),
    "createUrls": lambda api: api.urls.create(knowledge_base_id="ID", urls=["https://a.example"], crawl_depth=1),
    "getUrl": lambda api: api.urls.get(knowledge_base_id="ID", url_id="UID"),
    "deleteUrl": lambda api: api.urls.delete(knowledge_base_id="ID", url_id="UID"),
    "refreshUrl": lambda api: api.urls.refresh(knowledge_base_id="ID", url_id="UID"),
    "listUrlPages": lambda api: collect(api.urls.pages(knowledge_base_id="ID", url_id="UID")),
    "listWebhooks": lambda api: collect(api.webhooks.list()),
    "createWebhook": lambda api: api.webhooks.create(url="https://a.example", events=["message.created"]),
    "getWebhook": lambda api: api.webhooks.get("ID"),
    "updateWebhook": lambda api: api.webhooks.update("ID", enabled=False),
    "deleteWebhook": lambda api: api.webhooks.delete("ID"),
    "rotateWebhookSecret": lambda api: api.webhooks.rotate_secret("ID"),
    "listWebhookDeliveries": lambda api: collect(api.webhooks.deliveries(webhook_id="ID", status="failed")),
    "redeliverWebhook": lambda api: api.webhooks.redeliver(webhook_id="ID", delivery_id="DID"),
    "listApiKeys": lambda api: collect(api.api_keys.list()),
    "createApiKey": lambda api: api.api_keys.create(kind="secret", name="n"),
    "updateApiKey": lambda api: api.api_keys.update("ID", name="n"),
    "rotateApiKey": lambda api: api.api_keys.rotate("ID"),
    "revokeApiKey": lambda api: api.api_keys.revoke("ID"),
}


@pytest.mark.anyio
async def test_every_endpoint_is_reached(make, server):
    seen = []

    def answer(request):
        seen.append((request.method, request.url.path))
        return httpx.Response(418, json={"error": {"code": "teapot", "message": "Short and stout."}})

    kind = httpx.Client if make.kind == "sync" else httpx.AsyncClient
    http = kind(transport=httpx.MockTransport(answer))
    client = make(http_client=http, base_url="http://api.test/v1")
    assert set(server["routes"]) == set(CALLS)
    for name, route in server["routes"].items():
        with pytest.raises(assisters.APIError) as error:
            await settle(CALLS[name](client))
        assert error.value.code == "teapot"
        path = re.sub(r"\{(\w+)\}", lambda found: found[1].upper(), route["path"])
        assert seen.pop() == (route["method"], f"/v1{path}"), name
    await settle(http.aclose() if hasattr(http, "aclose") else http.close())
