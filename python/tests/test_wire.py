"""The decoders, on the vectors that the TypeScript ones pass too."""

from __future__ import annotations

import base64
import itertools
import random
import re
from dataclasses import asdict

import pytest

from assisters._answer import AnswerState, apply_event, read_event
from assisters._call import path
from assisters._errors import AssistersError
from assisters._sse import SseDecoder
from assisters._utf16 import join_halves, utf16_head, utf16_len
from tests.corpora import needs_corpora, scenarios


def decode(chunks):
    decoder = SseDecoder()
    events = [event for chunk in chunks for event in decoder.push(chunk)]
    return {
        "events": [{"type": event.type, "data": event.data, "lastEventId": event.last_event_id} for event in events],
        "retry": decoder.retry,
        "lastEventId": decoder.last_event_id,
    }


def cut(data, cuts):
    edges = [0, *sorted(cuts), len(data)]
    return [data[a:b] for a, b in itertools.pairwise(edges)]


@needs_corpora
@pytest.mark.parametrize("case", scenarios("sse-vectors"))
def test_sse_vectors_in_every_chunking(case):
    data = base64.b64decode(case["bytes_b64"])
    expected = case["expected"]
    assert decode([data]) == expected
    assert decode(cut(data, range(len(data)))) == expected
    if len(data) <= 512:
        for index in range(len(data)):
            assert decode(cut(data, [index])) == expected
    chance = random.Random(case["id"])
    for _ in range(3):
        assert decode(cut(data, [chance.randrange(len(data) + 1) for _ in range(8)])) == expected


@needs_corpora
@pytest.mark.parametrize("case", scenarios("api-stream-vectors"))
def test_stream_vectors_in_every_chunking(case):
    raw = re.sub(r"\{\{REPEAT:(.*?):(\d+)\}\}", lambda m: m[1] * int(m[2]), case["raw"])
    data = raw.encode("utf-8", "surrogatepass")
    chunkings = [[data], cut(data, [len(data) // 3, len(data) // 2])]
    if len(data) < 5000:
        chunkings.append(cut(data, range(len(data))))
    for chunks in chunkings:
        state = AnswerState()
        decoder = SseDecoder()
        for chunk in chunks:
            for event in decoder.push(chunk):
                fields = read_event(event.data)
                if fields is not None:
                    state = apply_event(state, fields, event.last_event_id)
        status = state.status if state.settled else "interrupted"
        seen = {**asdict(state), "status": status, "code": state.error and state.error[0]}
        for name, value in case["expected"].items():
            check(name, value, seen)


def check(name, value, seen):
    if name == "note":
        return
    actual = {**seen, "error": seen["code"], "content_length": len(seen["content"])}
    assert actual[name] == value


def test_an_event_beyond_the_bound_ends_the_decoder():
    decoder = SseDecoder(max_event_chars=1000)
    decoder.push(b"data: " + b"x" * 600)
    with pytest.raises(AssistersError):
        decoder.push(b"x" * 600)


@pytest.mark.parametrize(
    ("template", "ids", "name"),
    [
        ("/conversations/{}/messages", [None], "conversation_id"),
        ("/knowledge-bases/{}/documents/{}", ["kb_1", ""], "document_id"),
        ("/webhooks/{}/deliveries/{}/redeliver", ["wh_1", ".."], "delivery_id"),
        ("/api-keys/{}/rotate", [None], "api_key_id"),
    ],
)
def test_an_id_that_is_missing_is_named_as_its_parameter_is(template, ids, name):
    with pytest.raises(AssistersError, match=f"^{name} is missing for "):
        path(template, *ids)


def test_utf16_lengths():
    assert utf16_len("a😀é") == 4
    assert utf16_head("a😀é", 3) == "a😀"
    assert utf16_head("a😀", 2) == "a\ud83d"
    assert join_halves("\ud83d\ude00\ud83d") == "😀\ud83d"
