"""Prints the client's public surface as JSON, read from its docstrings: ``npm run generate`` makes the reference of it.

Needs nothing but Python itself: the sources are parsed, not imported.
"""

from __future__ import annotations

import ast
import json
import re
import textwrap
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent.parent / "src" / "assisters"
HEADINGS = ("Args", "Attributes", "Returns", "Raises")


def read_doc(text: str | None) -> dict[str, Any]:
    """A docstring in parts: prose, the example, and the entries below each heading."""
    doc, _, example = (text or "").partition("\n\nExample::\n\n")
    parts: dict[str, Any] = {"doc": [], "example": textwrap.dedent(example).strip("\n")}
    for block in doc.split("\n\n"):
        heading, _, rest = block.partition(":\n")
        if heading not in HEADINGS:
            parts["doc"].append(" ".join(block.split()))
            continue
        entries: list[list[str]] = []
        for line in textwrap.dedent(rest).splitlines():
            if line.startswith(" ") and entries:
                entries[-1][1] += " " + line.strip()
            else:
                name, _, meaning = line.partition(": ")
                entries.append([name, meaning])
        parts[heading] = entries
    parts["doc"] = re.sub(r"``", "`", "\n\n".join(parts["doc"]))
    return parts


def read_function(node: ast.FunctionDef) -> dict[str, Any]:
    """A function or a method: its parts, its parameters, what it returns."""
    parts = read_doc(ast.get_docstring(node))
    meanings = {name: re.sub("``", "`", meaning) for name, meaning in parts.get("Args", [])}
    own = node.args
    positional = [(one, None) for one in own.args if one.arg != "self"]
    keywords = list(zip(own.kwonlyargs, own.kw_defaults, strict=True))
    parameters: list[dict[str, Any]] = []
    for one, default in [*positional, *keywords]:
        written = "" if default is None else ast.unparse(default)
        parameters.append(
            {
                "name": one.arg,
                "type": re.sub(r" \| NotGiven|NotGiven \| ", "", ast.unparse(one.annotation) if one.annotation else ""),
                "required": default is None,
                "fallback": "" if written in ("NOT_GIVEN", "None") else written,
                "doc": meanings.get(one.arg, ""),
            }
        )
    raises = [[name, re.sub("``", "`", meaning)] for name, meaning in parts.get("Raises", [])]
    return {
        "name": node.name,
        "doc": parts["doc"],
        "example": parts["example"],
        "parameters": parameters,
        "returns": ast.unparse(node.returns) if node.returns else "None",
        "raises": raises,
    }


def classes(file: str) -> dict[str, ast.ClassDef]:
    """The classes of a file, by name."""
    tree = ast.parse((SOURCE / file).read_text("utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def methods(node: ast.ClassDef) -> list[dict[str, Any]]:
    """Its public methods and properties."""
    found = [one for one in node.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]
    return [
        {**read_function(one), "property": any(ast.unparse(mark) == "property" for mark in one.decorator_list)}
        for one in found
    ]


def main() -> None:
    """Prints it."""
    client = classes("_sync/client.py")["Assisters"]
    made = next(one for one in client.body if isinstance(one, ast.FunctionDef) and one.name == "__init__")
    made.body.insert(0, ast.Expr(ast.Constant(ast.get_docstring(client))))
    nouns = [
        (one.targets[0].attr, one.value.func.id)
        for one in made.body
        if isinstance(one, ast.Assign)
        and isinstance(one.targets[0], ast.Attribute)
        and isinstance(one.value, ast.Call)
        and isinstance(one.value.func, ast.Name)
        and one.value.func.id.endswith("Resource")
    ]
    resources: list[dict[str, Any]] = []
    for name, kind in nouns:
        node = classes(f"_sync/resources/{name}.py")[kind]
        resources.append({"name": name, "doc": read_doc(ast.get_docstring(node))["doc"], "methods": methods(node)})
    package = ast.parse((SOURCE / "__init__.py").read_text("utf-8"))
    hooks = ast.parse((SOURCE / "webhooks.py").read_text("utf-8"))
    options = classes("_call.py")["Options"]
    errors = {name: read_doc(ast.get_docstring(node)) for name, node in classes("_errors.py").items()}
    surface = {
        "package": read_doc(ast.get_docstring(package)),
        "client": read_function(made),
        "options": {
            "doc": read_doc(ast.get_docstring(options))["doc"],
            "fields": [
                [ast.unparse(one.target), ast.unparse(one.annotation)]
                for one in options.body
                if isinstance(one, ast.AnnAssign)
            ],
        },
        "resources": resources,
        "stream": {
            "doc": read_doc(ast.get_docstring(classes("_sync/stream.py")["MessageStream"]))["doc"],
            "members": methods(classes("_sync/stream.py")["MessageStream"]),
        },
        "webhooks": [
            read_function(one)
            for one in hooks.body
            if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")
        ],
        "error": errors["APIError"],
    }
    print(json.dumps(surface))


if __name__ == "__main__":
    main()
