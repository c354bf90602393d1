"""Webhook deliveries."""

from __future__ import annotations

import base64

import pytest

from assisters import AssistersError, WebhookVerificationError, webhooks
from tests.corpora import needs_corpora, scenarios

SECRET = "whsec_" + base64.b64encode(b"a secret of at least 24 bytes").decode()
OTHER = "whsec_" + base64.b64encode(b"another secret, of 24 bytes too").decode()
BODY = '{"type":"message.created","timestamp":"2026-01-01T00:00:00Z","data":{"id":"msg_1"}}'
NOW = 1767225600.0


@needs_corpora
@pytest.mark.parametrize("case", scenarios("webhook-signatures"))
def test_signature_vectors(case):
    headers = {name: value for name, value in case["headers"].items() if value is not None}
    for body in (case["body"], case["body"].encode()):
        if case["valid"]:
            assert webhooks.verify(body, headers, secret=case["secret"], now=case["now"])
        else:
            with pytest.raises(WebhookVerificationError):
                webhooks.verify(body, headers, secret=case["secret"], now=case["now"])


def test_what_the_test_headers_sign_unwraps_to_the_event():
    headers = webhooks.test_headers(BODY, secret=SECRET, now=NOW)
    event = webhooks.unwrap(BODY, headers, secret=[OTHER, SECRET], now=NOW)
    assert event["data"] == {"id": "msg_1"}


def test_a_changed_body_and_a_late_delivery_are_refused():
    headers = webhooks.test_headers(BODY, secret=SECRET, now=NOW)
    for body, now in ((BODY + " ", NOW), (BODY, NOW + 301), (BODY, NOW - 301)):
        with pytest.raises(WebhookVerificationError):
            webhooks.unwrap(body, headers, secret=SECRET, now=now)
    assert webhooks.verify(BODY, headers, secret=SECRET, now=NOW + 301, tolerance_seconds=400) == "del_test"


def test_a_signed_body_that_is_no_event():
    for body in ("", "[]", '{"type":1}'):
        headers = webhooks.test_headers(body, secret=SECRET, now=NOW)
        with pytest.raises(WebhookVerificationError, match="not an event"):
            webhooks.unwrap(body, headers, secret=SECRET, now=NOW)


@pytest.mark.parametrize("secret", ["whsec_", "whsec_%%%", ""])
def test_a_secret_that_is_none(secret):
    headers = webhooks.test_headers(BODY, secret=SECRET, now=NOW)
    with pytest.raises(AssistersError, match="base64") as error:
        webhooks.verify(BODY, headers, secret=secret, now=NOW)
    assert not isinstance(error.value, WebhookVerificationError)
