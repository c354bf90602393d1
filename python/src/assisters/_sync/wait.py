"""Waiting for what the server reads in the background."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from .._errors import NotReadyError
from .._models import Document, UrlSource

Pending = TypeVar("Pending", Document, UrlSource)
#: Pauses between the questions, seconds: the first, doubled each time up to the most.
FIRST_PAUSE = 0.25
MOST_PAUSE = 5.0
#: Pauses in total, unless the caller says otherwise.
MAX_WAIT = 300.0


def wait_until_ready(
    ask: Callable[[], Pending],
    sleep: Callable[[float], Any],
    max_wait: float,
    on_progress: Callable[[Pending], None] | None,
) -> Pending:
    """Asks until ``status`` is ``ready``.

    Raises:
        NotReadyError: It failed, or ``max_wait`` seconds are over.
    """
    pause, left = FIRST_PAUSE, max_wait
    while True:
        item = ask()
        if on_progress is not None:
            on_progress(item)
        if item.status == "ready":
            return item
        if item.status == "failed":
            code, message = (item.error.code, item.error.message) if item.error else ("failed", "It failed.")
            raise NotReadyError(message, code=code, last=item)
        if pause > left:
            message = f"It is {item.status} after {max_wait} s."
            raise NotReadyError(message, code="not_ready_in_time", last=item)
        sleep(pause)
        left, pause = left - pause, min(MOST_PAUSE, pause * 2)
