"""Cuts on a real line: both clients, a proxy that cuts, a server that goes on answering."""

from __future__ import annotations

import pytest

from tests.conftest import settle
from tests.corpora import corpus, needs_corpora

PLACES = (
    "before headers",
    "after headers",
    "after start",
    "inside a delta",
    "between deltas",
    "before end",
    "after end",
)
CUTS = [{"at": at, "how": how} for at in PLACES for how in ("RST", "FIN", "silence")]
CORPUS = [case["fault"] for case in corpus("stream-faults") if "at" in case["fault"]]


# A line that the proxy silences is let go by the collector at either end, whenever that runs.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.anyio
@pytest.mark.parametrize("seed", [20, 21])
@pytest.mark.parametrize("cut", CUTS, ids=lambda cut: f"{cut['at']} by {cut['how']}")
async def test_a_cut_answer_is_whole(connect, server, cut, seed):
    # A silence that is none, on a busy machine, is resumed like any other: the result is the same.
    client = connect(base_url=server["faults_url"], silence_timeout=0.5)
    conversation = await settle(client.conversations.create(assistant_id=server["assistant_id"]))
    before = server.plan(cut)
    stream = client.messages.stream(conversation_id=conversation.id, content=f"seed {seed}")
    text = await read(stream)
    after = server.plan()
    assert text == server["answers"][str(seed)]
    assert after["played"] == before["played"] + 1
    lines = after["streams"] - before["streams"]
    if cut["at"] == "after end":
        assert lines == 1
    else:
        assert lines == 2 if cut["how"] != "silence" else lines >= 2
    direct = connect()
    stored = (await settle(direct.conversations.get(conversation.id))).messages
    assert [one.role for one in stored] == ["user", "assistant"]
    assert stored[1].content == text
    await settle(direct.close())
    await settle(client.close())


async def read(stream):
    """The text as a reader who prints it gets it: nothing comes twice."""
    text = ""
    if hasattr(stream, "__aiter__"):
        async for chunk in stream:
            assert chunk.offset == len(text)
            text += chunk.content
    else:
        for chunk in stream:
            assert chunk.offset == len(text)
            text += chunk.content
    assert stream.state.status == "complete"
    return text


@needs_corpora
def test_the_cuts_are_those_of_the_corpus():
    known = {(cut["at"], cut["how"]) for cut in CUTS}
    assert CORPUS
    assert {(fault["at"], fault["how"].split(" ")[0]) for fault in CORPUS} <= known
