"""The scenarios that the TypeScript client runs too (``test/scenarios``)."""

from __future__ import annotations

import base64
import inspect
import io
import json
from pathlib import Path

import pytest

import assisters
from tests.conftest import collect, settle
from tests.wire import form, ordered, play

FOLDER = Path(__file__).parents[2] / "test" / "scenarios"
SCENARIOS = [
    {**scenario, "id": f"{file.stem}/{scenario['name']}"}
    for file in sorted(FOLDER.glob("*.json"))
    for scenario in json.loads(file.read_text("utf-8"))["scenarios"]
]
NOT_WHOLE = ("leave", "close", "stop")


@pytest.mark.anyio
@pytest.mark.parametrize(
    "scenario", [pytest.param(one, id=one["id"], marks=pytest.mark.scenario(one["id"])) for one in SCENARIOS]
)
async def test_scenario(make, scenario, tmp_path):
    exchanges, expected = scenario["exchanges"], scenario["result"]
    with play(exchanges) as played:
        options = {"base_url": f"http://127.0.0.1:{played.port}/v1"}
        # Real waits: long enough that a busy machine is not taken for a silent line.
        silent = any(exchange.get("ending") == "silence" for exchange in exchanges)
        if silent and scenario["do"] not in NOT_WHOLE:
            options["silence_timeout"] = 1.0
        if "credentials" in scenario:
            options["api_key"] = credential_of(make.kind, list(scenario["credentials"]))
        client = make(**options)
        try:
            result = await perform(client, scenario, played, tmp_path)
        finally:
            await settle(client.close())
    assert {name: result.get(name) for name in expected} == expected
    assert len(played.seen) == len(exchanges)
    for one, exchange in zip(played.seen, exchanges, strict=True):
        expect_request(one, exchange)
    tries = [one for one in played.seen if one["method"] == "POST" and one["path"] == exchanges[0]["request"]["path"]]
    assert len({one["headers"]["idempotency-key"] for one in tries}) <= 1
    if "sleeps" in scenario:
        assert make.slept == pytest.approx(scenario["sleeps"])


async def perform(client, scenario, played, tmp_path):
    todo = scenario["do"]
    options = assisters.Options(**scenario.get("options", {}))
    stream = None
    try:
        if isinstance(todo, dict):
            return await act(client, todo, options, tmp_path)
        if todo == "list":
            return {"ids": [item.id for item in await collect(client.assistants.list(limit=2))]}
        if todo == "first page":
            page = await settle(client.assistants.list(limit=2))
            return {"ids": [item.id for item in page.items], "total": page.total, "has_more": page.has_more}
        if todo == "create":
            return shown(await settle(client.messages.create(conversation_id="conv_1", content="hi", options=options)))
        stream = client.messages.stream(conversation_id="conv_1", content="hi", options=options)
        if todo == "whole":
            return shown(await settle(stream.final_message()))
        if todo in NOT_WHOLE:
            return await leave(stream, todo, played)
        text = printed = ""
        for chunk in await collect(stream):
            text = text[: chunk.offset] + chunk.content
            printed += chunk.content
        assert text == stream.state.content
        return {**shown(await settle(stream.final_message())), "printed": printed}
    except assisters.AssistersError as error:
        result = {"error": type(error).__name__.replace("APITimeout", "APIConnection")}
        if isinstance(error, assisters.APIError):
            result.update(
                code=error.code, httpStatus=error.status, details=dict(error.details), requestId=error.request_id
            )
            assert "Sign in" not in str(error)
        if isinstance(error, assisters.NotReadyError):
            result["code"] = error.code
        if stream is not None:
            # Who asks for the whole answer afterwards is told the same.
            with pytest.raises(type(error)) as again:
                await settle(stream.final_message())
            assert getattr(again.value, "code", None) == getattr(error, "code", None)
            result.update(content=stream.state.content, status=stream.state.status)
        return result


async def act(client, todo, options, tmp_path):
    noun, method = todo["call"].split(".")
    given = dict(todo.get("with", {}))
    if "file" in given:
        given["file"] = file_of(given["file"], tmp_path)
    positional = [todo["on"]] if "on" in todo else []
    value = getattr(getattr(client, noun), method)(*positional, **given, options=options)
    if isinstance(value, assisters.MessageStream | assisters.AsyncMessageStream):
        return shown(await settle(value.final_message()))
    if hasattr(value, "__aiter__") or isinstance(value, assisters.Page):
        return {"ids": [getattr(item, "id", None) or item.url for item in await collect(value)]}
    value = await settle(value)
    return {"ids": [item.id for item in value]} if isinstance(value, tuple) else shown(value)


def shown(model):
    return {} if model is None else model.model_dump(mode="json")


def file_of(form, tmp_path):
    """A file in one of the forms that a scenario names."""
    if "named" in form:
        path = tmp_path / form["named"]
        path.write_bytes(base64.b64decode(form["bytes"]))
        return path
    if "stream" in form:
        return io.BytesIO(base64.b64decode(form["stream"]))
    return form["text"] if "text" in form else base64.b64decode(form["bytes"])


async def leave(stream, todo, played):
    """Reads one piece and goes: the line closes, and nothing more is asked."""
    if hasattr(stream, "__aiter__"):
        async for _ in stream:
            if todo == "stop":
                await stream.stop()
            if todo != "close":
                break
            await stream.close()
        await stream.close()
    else:
        for _ in stream:
            if todo == "stop":
                stream.stop()
            if todo != "close":
                break
            stream.close()
    assert played.closed.wait(10)
    with pytest.raises(assisters.AssistersError):
        await settle(stream.final_message())
    return {"content": stream.state.content, "status": stream.state.status, "closed": True}


def expect_request(seen, exchange):
    request, headers = exchange["request"], seen["headers"]
    assert (seen["method"], ordered(seen["path"])) == (request["method"], ordered(request["path"]))
    assert headers["authorization"] == f"Bearer {exchange.get('token', 'sk_test_1')}"
    assert {name: headers.get(name) for name in request.get("headers", {})} == request.get("headers", {})
    if "body" in request:
        assert json.loads(seen["body"]) == request["body"]
    if "multipart" in request:
        assert form(seen["body"], headers["content-type"]) == request["multipart"]


def credential_of(kind, tokens):
    """A credential that moves on to the next token when one is refused."""

    def sync(refused):
        if refused is not None:
            assert refused == tokens.pop(0)
        return tokens[0]

    async def asynchronous(refused):
        return sync(refused)

    return sync if kind == "sync" else asynchronous


def test_the_methods_take_nothing_that_the_scenarios_do_not_know():
    """So that an option of one client alone is seen: `calls.json` has every parameter of every method."""
    known = {}
    for scenario in SCENARIOS:
        todo = scenario["do"]
        if isinstance(todo, dict):
            known.setdefault(todo["call"], set()).update(todo.get("with", {}))
    #: What is no parameter of the wire.
    local = {
        "messages.resume": {"content"},
        "messages.submit_tool_results": {"content"},
        "documents.wait_until_ready": {"on_progress"},
        "urls.wait_until_ready": {"on_progress", "max_wait"},
    }
    client = assisters.Assisters(api_key="sk_test_1")
    client.close()
    for call, names in known.items():
        noun, method = call.split(".")
        signature = inspect.signature(getattr(getattr(client, noun), method))
        keywords = {name for name, one in signature.parameters.items() if one.kind == one.KEYWORD_ONLY}
        assert keywords - {"options"} - local.get(call, set()) == names, call
