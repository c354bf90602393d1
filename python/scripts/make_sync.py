"""Makes ``_sync`` from ``_async``: the same code without ``async``. ``--check`` fails where it is not up to date.

Only names are exchanged, so the two clients cannot drift apart.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "assisters"
CONFIG = Path(__file__).parent.parent / "pyproject.toml"
#: Written by hand on both sides: a list is awaited in one and simply there in the other.
BY_HAND = {"page.py"}
NAMES = [
    (
        r"The client on ``async``/``await``\..*",
        'The client without ``async``. Made from ``_async`` by ``scripts/make_sync.py``; do not edit."""',
    ),
    (r"\basync (def|for|with) ", r"\1 "),
    (r"\bawait ", ""),
    (r"\banyio\.sleep\b", "time.sleep"),
    (r"^import anyio\n", ""),
    (r"\bAsyncGenerator\b", "Generator"),
    (r"\bAsyncIterator\b", "Iterator"),
    (r"\bAwaitable\[([^\]]+)\]", r"\1"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\b__a(enter|exit|iter|next)__\b", r"__\1__"),
    (r"\.aclose\(", ".close("),
    (r"\.aread\(", ".read("),
    (r"\.aiter_bytes\(", ".iter_bytes("),
]


def convert(text: str) -> str:
    for pattern, replacement in NAMES:
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    for command in (["check", "--fix-only", "--quiet", "--select", "I,F401"], ["format"]):
        arguments = [
            sys.executable,
            "-m",
            "ruff",
            *command,
            "--config",
            str(CONFIG),
            "--stdin-filename",
            "_sync.py",
            "-",
        ]
        text = subprocess.run(arguments, input=text, capture_output=True, text=True, check=True, cwd=SOURCE).stdout
    return text


def main() -> int:
    stale: list[str] = []
    for file in sorted((SOURCE / "_async").rglob("*.py")):
        name = file.relative_to(SOURCE / "_async")
        if str(name) in BY_HAND:
            continue
        made, target = convert(file.read_text("utf-8")), SOURCE / "_sync" / name
        if target.exists() and target.read_text("utf-8") == made:
            continue
        stale.append(str(name))
        if "--check" not in sys.argv:
            target.parent.mkdir(exist_ok=True)
            target.write_text(made, "utf-8")
    for file in sorted((SOURCE / "_sync").rglob("*.py")):
        name = file.relative_to(SOURCE / "_sync")
        if not (SOURCE / "_async" / name).exists():
            stale.append(str(name))
            if "--check" not in sys.argv:
                file.unlink()
    if stale and "--check" in sys.argv:
        print(f"_sync is not what _async says: {', '.join(stale)}. Run python scripts/make_sync.py")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
