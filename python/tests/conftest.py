"""One suite for both clients: every test runs with the sync and the async one."""

from __future__ import annotations

import inspect

import pytest

import assisters
from assisters._call import Seams


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture(params=["sync", "async"])
def make(request):
    """Makes a client with a fixed random number and no real waiting; ``make.slept`` tells the pauses."""
    slept: list[float] = []

    def sync_sleep(seconds: float) -> None:
        slept.append(seconds)

    async def async_sleep(seconds: float) -> None:
        slept.append(seconds)

    def build(**options):
        sleep = sync_sleep if request.param == "sync" else async_sleep
        now = 1767225600.0  # 2026-01-01T00:00:00Z
        options = {"api_key": "sk_test_1", "seams": Seams(lambda: 0.5, lambda: now, sleep), **options}
        kind = assisters.Assisters if request.param == "sync" else assisters.AsyncAssisters
        return kind(**options)

    build.slept = slept
    build.kind = request.param
    return build


async def settle(value):
    """The value, awaited where it has to be."""
    return await value if inspect.isawaitable(value) else value


async def collect(items):
    """All items of a sync or an async iterable."""
    if hasattr(items, "__aiter__"):
        return [item async for item in items]
    return list(items)
