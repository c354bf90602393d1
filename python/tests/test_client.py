"""What a client is made with: an ``httpx`` client of one's own, the log, and every form of an upload."""

from __future__ import annotations

import io
import json
import logging

import httpx
import pytest

import assisters
from assisters._files import read_upload
from tests.conftest import collect, settle

STREAM = (
    'id: 0\ndata: {"type":"start","message_id":"msg_1","offset":0}\n\n'
    'id: 5\ndata: {"type":"delta","content":"Hello"}\n\n'
    'data: {"type":"end","usage":null,"status":"complete"}\n\n'
)


def own(make, handler):
    """A client over an ``httpx`` client of one's own, whose requests go to ``handler``."""
    transport = httpx.MockTransport(handler)
    http = httpx.Client(transport=transport) if make.kind == "sync" else httpx.AsyncClient(transport=transport)
    return make(http_client=http, base_url="https://api.test/v1", api_key="sk_test_hidden"), http


@pytest.mark.anyio
async def test_an_http_client_of_ones_own_is_used_and_left_open(make):
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(204)

    client, http = own(make, answer)
    await settle(client.assistants.delete("ast_1"))
    assert [(one.method, str(one.url)) for one in seen] == [("DELETE", "https://api.test/v1/assistants/ast_1")]
    await settle(client.close())
    assert not http.is_closed
    await settle(http.aclose() if make.kind == "async" else http.close())


@pytest.mark.anyio
async def test_the_clients_own_connections_close_with_it(make):
    client = make(base_url="https://api.test/v1")
    if make.kind == "sync":
        with client:
            pass
    else:
        async with client:
            pass
    assert client._http.is_closed


@pytest.mark.anyio
async def test_the_log_tells_of_retries_without_key_and_content(make, caplog):
    tries = []

    def answer(request):
        tries.append(request)
        if len(tries) == 1:
            return httpx.Response(503, json={"error": {"code": "service_unavailable", "message": "hidden_answer"}})
        return httpx.Response(200, headers={"Content-Type": "text/event-stream"}, text=STREAM)

    client, http = own(make, answer)
    # All there is to hear, of the libraries below too.
    with caplog.at_level(logging.DEBUG):
        stream = client.messages.stream(conversation_id="conv_1", content="hidden_question")
        assert "".join([chunk.content for chunk in await collect(stream)]) == "Hello"
    own_lines = [record.getMessage() for record in caplog.records if record.name == "assisters"]
    assert len(own_lines) == 1
    assert own_lines[0].startswith(
        "POST /conversations/conv_1/messages/stream failed (InternalServerError), retry 1 in "
    )
    assert tries[0].headers["authorization"] == "Bearer sk_test_hidden"
    assert json.loads(tries[0].content) == {"content": "hidden_question"}
    assert "hidden" not in caplog.text
    assert "hidden" not in repr(client)
    await settle(client.close())
    await settle(http.aclose() if make.kind == "async" else http.close())


@pytest.mark.anyio
@pytest.mark.parametrize("body", [{"id": "ast_1", "name": ["hidden"]}, [], None, {"urls": [{"hidden": 1}]}], ids=repr)
async def test_other_json_is_an_error_of_the_client_that_quotes_nothing(make, body):
    client, http = own(make, lambda _: httpx.Response(200, json=body))
    urls = client.urls.create
    for call in (
        lambda: client.assistants.get("ast_1"),
        lambda: urls(knowledge_base_id="kb_1", urls=["https://a.example/"]),
    ):
        with pytest.raises(assisters.APIError) as error:
            await settle(call())
        assert error.value.code == "unexpected_response"
        assert "hidden" not in str(error.value)
    await settle(http.aclose() if make.kind == "async" else http.close())


@pytest.mark.parametrize(
    "form",
    ["a path", "a binary file", "a text file", "bytes", "a bytearray", "text", "a stream of bytes", "a text stream"],
)
def test_every_form_of_an_upload(form, tmp_path):
    path = tmp_path / "on disk.md"
    path.write_bytes(b"# Hi")
    named = {"a path": path, "a binary file": path.open("rb"), "a text file": path.open("r", encoding="utf-8")}
    unnamed = {
        "bytes": b"# Hi",
        "a bytearray": bytearray(b"# Hi"),
        "text": "# Hi",
        "a stream of bytes": io.BytesIO(b"# Hi"),
        "a text stream": io.StringIO("# Hi"),
    }
    try:
        if form in named:
            assert read_upload(named[form], None) == ("on disk.md", b"# Hi", "text/markdown")
            assert read_upload(path, "other.txt") == ("other.txt", b"# Hi", "text/plain")
        else:
            assert read_upload(unnamed[form], "guide.md") == ("guide.md", b"# Hi", "text/markdown")
            with pytest.raises(assisters.AssistersError, match="filename"):
                read_upload(unnamed[form], None)
    finally:
        named["a binary file"].close()
        named["a text file"].close()


@pytest.mark.parametrize("address", ["nonsense", "chat.example.com/v1", "/v1", "ftp://chat.example.com"])
def test_an_address_that_is_none_is_refused_before_a_key_is_sent(make, monkeypatch, address):
    with pytest.raises(assisters.AssistersError, match=f"no http.*{address}"):
        make(base_url=address)
    monkeypatch.setenv("ASSISTERS_BASE_URL", address)
    with pytest.raises(assisters.AssistersError, match="ASSISTERS_BASE_URL"):
        make()
