"""When and how long to wait before a call is made again."""

from __future__ import annotations

import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime

from ._errors import APIConnectionError, APIError

#: Four tries in total.
MAX_RETRIES = 3
BASE_SECONDS = 0.5
CAP_SECONDS = 30.0
#: A longer ``Retry-After`` is not waited out: the error goes to the caller.
MAX_RETRY_AFTER_SECONDS = 60.0
STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})


def retry_after_seconds(value: str | None, now: float) -> float | None:
    """``Retry-After`` in seconds from ``now`` (unix): seconds or an HTTP date. ``None`` where absent or unreadable."""
    if value is None:
        return None
    # Not `float` alone: it takes `1_0` and `nan`, which no other client does.
    if re.fullmatch(r"\s*[0-9]+(\.[0-9]+)?\s*", value):
        return float(value)
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def retry_delay(error: Exception, retry: int, random: Callable[[], float], now: float) -> float | None:
    """Seconds to wait before try ``retry + 1``, or ``None`` when the error is final.

    Full jitter: a random part of ``min(CAP, BASE * 2**retry)``. A usable ``Retry-After`` is waited out, plus a jitter
    so that clients do not return as one.

    Args:
        error: What the try ended with.
        retry: 0 for the first retry.
        random: 0-1.
        now: Unix seconds.
    """
    if isinstance(error, APIError):
        if error.status not in STATUSES:
            return None
        asked = retry_after_seconds(error.headers.get("retry-after"), now)
        if asked is not None:
            return None if asked > MAX_RETRY_AFTER_SECONDS else asked + random() * BASE_SECONDS
    elif not isinstance(error, APIConnectionError):
        return None
    return random() * float(min(CAP_SECONDS, BASE_SECONDS * 2**retry))
