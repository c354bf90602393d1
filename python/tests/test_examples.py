"""Every example of the docstrings and of the pages is run against the real server, sync and async."""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import anyio
import pytest

import assisters

ROOT = Path(__file__).parents[2]
SOURCE = Path(assisters.__file__).parent


def blocks(page):
    """The Python blocks of a page."""
    return re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def docstrings(folder):
    """The examples in the docstrings of a folder, by where they stand."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                _, found, example = (ast.get_docstring(node) or "").partition("\n\nExample::\n\n")
                if found:
                    yield pytest.param(textwrap.dedent(example), id=f"{file.stem}.{getattr(node, 'name', 'module')}")


PAGES = [ROOT / "docs" / "reference" / "python.md", ROOT / "docs" / "python.md", ROOT / "python" / "README.md"]
ON_PAGES = [
    pytest.param(block, id=f"{page.parent.name} {page.stem} {number}")
    for page in PAGES
    for number, block in enumerate(blocks(page), 1)
]


@pytest.fixture
def execute(server, monkeypatch):
    """Runs an example as it is printed, but for ids, keys and addresses."""

    def run(example):
        objects = server.objects(example)
        for name, value in objects.items():
            example = example.replace(name, value)
        assert "_…" not in example
        monkeypatch.setenv("ASSISTERS_API_KEY", objects["sk_live_…"])
        monkeypatch.setenv("ASSISTERS_BASE_URL", objects["https://chat.example.com/v1"])
        # One that starts a loop of its own runs as a script does.
        is_async = re.search(r"\b(await|async (for|with))\b", example) and "asyncio.run(" not in example
        names = {**vars(assisters), "__name__": "example"}
        code = compile(example, "example", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if is_async else 0)
        if is_async:
            anyio.run(run_async, code, names)
        else:
            given = assisters.Assisters()
            space = {**names, "client": given}
            try:
                eval(code, space)
            finally:
                for client in [given, *made(space, assisters.Assisters)]:
                    client.close()

    return run


def made(space, kind):
    """The clients that an example was given and made: a script may leave them to its end."""
    return [one for one in space.values() if isinstance(one, kind)]


async def run_async(code, names):
    given = assisters.AsyncAssisters()
    space = {**names, "client": given}
    try:
        value = eval(code, space)
        if inspect.isawaitable(value):
            await value
    finally:
        for client in [given, *made(space, assisters.AsyncAssisters)]:
            await client.close()


@pytest.mark.parametrize("example", [*ON_PAGES, *docstrings(SOURCE / "_async")])
def test_example(execute, capsys, example):
    execute(example)
    if "print(" in example and not re.search(r"\b(for|def|lambda) ", example):
        assert capsys.readouterr().out.strip() != ""


REFERENCE = ROOT / "examples" / "reference"


@pytest.fixture
def run_file(server, tmp_path):
    """Runs a file of ``examples/reference`` with the installed package, as a program, in an empty folder."""

    def run(name, base_url, change=lambda text: text):
        text = change((REFERENCE / name).read_text("utf-8"))
        for placeholder, value in (("sk_live_…", server["secret_key"]), ("ast_…", server["assistant_id"])):
            text = text.replace(placeholder, value)
        (tmp_path / name).write_text(text, "utf-8")
        environment = {**os.environ, "ASSISTERS_BASE_URL": base_url, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            [sys.executable, name], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr

    return run


def test_reference_file(server, run_file):
    assert run_file("python.py", server["base_url"]) == ("You said: Hello!\nYou said: Tell me more.", "")


def refusal(status, code, **details):
    """An answer that the proxy gives instead of the server."""
    body = json.dumps({"error": {"code": code, "message": "x", "details": details}})
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    retry = f"Retry-After: {details['retry_after']}\r\n" if details else ""
    return {"reply": f"{head}{retry}Connection: close\r\n\r\n{body}"}


@pytest.mark.parametrize(
    ("options", "heard"),
    [
        pytest.param(", max_retries=0)", "rate limited, 0.1 s\nserver error 500\n", id="works"),
        pytest.param(")", "", id="is not needed: the client does it"),
    ],
)
def test_reference_retry_loop(server, run_file, options, heard):
    before = server.plan(
        refusal(429, "rate_limit_exceeded", limit=20, remaining=0, reset_at=0, retry_after=0.1),
        refusal(500, "internal_error"),
    )
    said = run_file(
        "retry_loop.py", server["faults_url"], lambda text: text.replace('"sk_live_…")', f'"sk_live_…"{options}')
    )
    assert said == ("You said: Hello!\n", heard)
    assert server.plan()["played"] == before["played"] + 2


def test_an_example_that_is_wrong_fails(execute):
    with pytest.raises(TypeError, match="unknown"):
        execute('client.assistants.get("ast_…", unknown=1)')
    with pytest.raises(assisters.NotFoundError):
        execute('client.assistants.get("ast_unknown")')


def test_the_guide_shows_the_reference_as_it_is():
    assert (REFERENCE / "python.py").read_text("utf-8") in (ROOT / "docs" / "python.md").read_text("utf-8")


def test_every_public_method_has_an_example():
    with assisters.Assisters(api_key="sk_test_1") as client:
        resources = [one for name, one in vars(client).items() if not name.startswith("_") and not isinstance(one, str)]
    assert len(resources) == 11
    for resource in resources:
        for name, method in inspect.getmembers(type(resource), inspect.isfunction):
            if not name.startswith("_"):
                assert "Example::" in (method.__doc__ or ""), f"{type(resource).__name__}.{name}"
