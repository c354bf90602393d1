"""One suite for both clients: every test runs with the sync and the async one."""

from __future__ import annotations

import inspect
import json
import os
import random
import subprocess
import time
from pathlib import Path

import anyio
import pytest

import assisters
from assisters._call import Seams

ROOT = Path(__file__).parents[2]


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


class Server:
    """The real server, a process of its own, with a proxy before it that cuts streams."""

    def __init__(self):
        command = [str(ROOT / "node_modules" / ".bin" / "tsx"), str(ROOT / "test" / "app-server-main.ts")]
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.facts = json.loads(self._process.stdout.readline())

    def __getitem__(self, name):
        return self.facts[name]

    def plan(self, *faults):
        """Faults of the next streams; gives the counts of faults and streams so far."""
        return self._ask(faults)

    def objects(self, example):
        """What the example names, newly made: real ids, keys and addresses by placeholder."""
        return self._ask(example)

    def _ask(self, value):
        self._process.stdin.write(json.dumps(value) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def close(self):
        self._process.stdin.close()
        self._process.wait(20)
        self._process.stdout.close()


@pytest.fixture(scope="session")
def server():
    made = Server()
    yield made
    made.close()


@pytest.fixture
def connect(make, server):
    """A client of the real server, that waits as it would in earnest."""
    sleep = time.sleep if make.kind == "sync" else anyio.sleep

    def build(**options):
        options.setdefault("seams", Seams(random.random, time.time, sleep))
        return make(**{"api_key": server["secret_key"], "base_url": server["base_url"], **options})

    return build


async def settle(value):
    """The value, awaited where it has to be."""
    return await value if inspect.isawaitable(value) else value


async def collect(items):
    """All items of a sync or an async iterable."""
    if hasattr(items, "__aiter__"):
        return [item async for item in items]
    return list(items)


#: Ids of the language-neutral scenarios, and whether every test that ran one has passed.
SCENARIOS_RUN: dict[str, bool] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Notes which scenarios have passed, with the sync and the async client."""
    report = yield
    for mark in item.iter_markers("scenario"):
        if report.when == "call" or not report.passed:
            SCENARIOS_RUN[mark.args[0]] = SCENARIOS_RUN.get(mark.args[0], True) and report.passed
    return report


def pytest_terminal_summary(terminalreporter):
    """Says how many scenarios have passed; writes their ids where ``ASSISTERS_SCENARIOS`` says."""
    passed = [name for name, ok in SCENARIOS_RUN.items() if ok]
    if SCENARIOS_RUN:
        failed = len(SCENARIOS_RUN) - len(passed)
        terminalreporter.write_line(
            f"scenarios: python {len(passed)} passed" + (f", {failed} failed" if failed else "")
        )
    if target := os.environ.get("ASSISTERS_SCENARIOS"):
        Path(target).write_text(json.dumps(passed), "utf-8")
