"""Webhook deliveries, by Standard Webhooks (https://github.com/standard-webhooks/standard-webhooks, version 1)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ._errors import AssistersError, WebhookVerificationError
from ._json import as_object

__all__ = ["WebhookVerificationError", "test_headers", "unwrap", "verify"]


def verify(
    body: bytes | str,
    headers: Mapping[str, str],
    *,
    secret: str | Sequence[str],
    tolerance_seconds: float = 300,
    now: float | None = None,
) -> str:
    """Checks a delivery: HMAC-SHA256 of ``id.timestamp.body``.

    A delivery may come more than once: keep the ids you have handled and drop repeats.

    Args:
        body: Exactly the bytes that arrived, before any JSON parser.
        headers: As any framework gives them; names are matched in any case.
        secret: ``whsec_...``, or several while one is being replaced.
        tolerance_seconds: How far the delivery's time may be off, either way.
        now: Unix seconds. Default: the clock.

    Returns:
        The delivery's id.

    Raises:
        WebhookVerificationError: It is not from your server, was changed, or is too old.

    Example::

        from assisters import webhooks

        body = b'{"type": "message.created", "timestamp": "2026-01-31T12:00:00Z", "data": {}}'
        headers = webhooks.test_headers(body, secret="whsec_…")
        delivery_id = webhooks.verify(body, headers, secret="whsec_…")
    """
    lower = {name.lower(): value for name, value in headers.items()}
    identity, timestamp = lower.get("webhook-id"), lower.get("webhook-timestamp")
    signatures = lower.get("webhook-signature")
    if not identity or not timestamp or not signatures:
        raise WebhookVerificationError("A webhook-id, webhook-timestamp or webhook-signature header is missing.")
    # A dot would make another id and time of the same signed text.
    if "." in identity or not re.fullmatch(r"[0-9]{1,12}", timestamp):
        raise WebhookVerificationError("The webhook-id or webhook-timestamp header is malformed.")
    if abs((time.time() if now is None else now) - int(timestamp)) > tolerance_seconds:
        raise WebhookVerificationError(
            f"The delivery's time is more than {tolerance_seconds} s off this machine's clock."
        )
    given = [one.encode() for one in signatures.split(" ") if one.startswith("v1,")]
    for one in [secret] if isinstance(secret, str) else secret:
        expected = _sign(one, identity, timestamp, body).encode()
        if any(hmac.compare_digest(expected, signature) for signature in given):
            return identity
    raise WebhookVerificationError("No signature matches: another secret, or the body was changed on its way.")


def unwrap(
    body: bytes | str,
    headers: Mapping[str, str],
    *,
    secret: str | Sequence[str],
    tolerance_seconds: float = 300,
    now: float | None = None,
) -> dict[str, Any]:
    """``verify``, then the body as an event with ``type``, ``timestamp`` and ``data``.

    Example::

        from assisters import WebhookVerificationError, webhooks

        def handle(body: bytes, headers: dict[str, str]) -> int:
            try:
                event = webhooks.unwrap(body, headers, secret="whsec_…")
            except WebhookVerificationError:
                return 400
            print(event["type"], event["data"])
            return 204
    """
    verify(body, headers, secret=secret, tolerance_seconds=tolerance_seconds, now=now)
    try:
        event = as_object(json.loads(body))
    except ValueError:
        event = None
    if event is not None and isinstance(event.get("type"), str):
        return event
    raise WebhookVerificationError("The body is signed, but is not an event.")


def test_headers(body: bytes | str, *, secret: str, id: str = "del_test", now: float | None = None) -> dict[str, str]:
    """Headers of a delivery, as the server would send them: for testing your own handler.

    Example::

        from assisters import webhooks

        body = b'{"type": "message.created", "timestamp": "2026-01-31T12:00:00Z", "data": {}}'
        headers = webhooks.test_headers(body, secret="whsec_…")
    """
    timestamp = str(int(time.time() if now is None else now))
    return {
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": _sign(secret, id, timestamp, body),
    }


# pytest must not take it for a test where it is imported.
test_headers.__test__ = False  # type: ignore[attr-defined]


def _sign(secret: str, identity: str, timestamp: str, body: bytes | str) -> str:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise AssistersError("The webhook secret is not base64 (with or without `whsec_`).")
    text = f"{identity}.{timestamp}.".encode() + (body.encode() if isinstance(body, str) else body)
    return "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
