"""The scenarios that the TypeScript client runs too (``test/scenarios``)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import assisters
from tests.conftest import collect, settle
from tests.wire import play

FILE = Path(__file__).parents[2] / "test" / "scenarios" / "client.json"
SCENARIOS = json.loads(FILE.read_text("utf-8"))["scenarios"]


@pytest.mark.anyio
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario["name"])
async def test_scenario(make, scenario):
    expected = scenario["result"]
    with play(scenario["exchanges"]) as (port, seen):
        options = {"base_url": f"http://127.0.0.1:{port}/v1"}
        # The one real wait of the suite: long enough that a busy machine is not taken for a silent line.
        if any(exchange.get("ending") == "silence" for exchange in scenario["exchanges"]):
            options["silence_timeout"] = 1.0
        if "credentials" in scenario:
            options["api_key"] = credential_of(make.kind, list(scenario["credentials"]))
        client = make(**options)
        result = {}
        stream = None
        try:
            if scenario["do"] == "list":
                result["ids"] = [item.id for item in await collect(client.assistants.list(limit=2))]
            elif scenario["do"] == "create":
                message = await settle(client.messages.create(conversation_id="conv_1", content="hi"))
                result.update(content=message.content, status=message.status)
            else:
                stream = client.messages.stream(conversation_id="conv_1", content="hi")
                text = printed = ""
                for chunk in await collect(stream):
                    text = text[: chunk.offset] + chunk.content
                    printed += chunk.content
                assert text == stream.state.content
                message = await settle(stream.final_message())
                result.update(content=message.content, status=message.status, printed=printed)
        except assisters.AssistersError as error:
            result["error"] = type(error).__name__.replace("APITimeout", "APIConnection")
            if isinstance(error, assisters.APIError):
                result.update(
                    code=error.code, httpStatus=error.status, details=dict(error.details), requestId=error.request_id
                )
                assert "Sign in" not in str(error)
            if stream is not None:
                result.update(content=stream.state.content, status=stream.state.status)
        finally:
            await settle(client.close())
    assert {name: result.get(name) for name in expected} == expected
    wanted = [exchange["request"] for exchange in scenario["exchanges"]]
    assert [{"method": one["method"], "path": one["path"]} for one in seen] == wanted
    assert len({one["headers"]["idempotency-key"] for one in seen if one["method"] == "POST"}) <= 1
    if "sleeps" in scenario:
        assert make.slept == pytest.approx(scenario["sleeps"])
    for one, exchange in zip(seen, scenario["exchanges"], strict=True):
        assert one["headers"]["authorization"] == f"Bearer {exchange.get('token', 'sk_test_1')}"


def credential_of(kind, tokens):
    """A credential that moves on to the next token when one is refused."""

    def sync(refused):
        if refused is not None:
            assert refused == tokens.pop(0)
        return tokens[0]

    async def asynchronous(refused):
        return sync(refused)

    return sync if kind == "sync" else asynchronous
