"""The folder of test corpora beside the checkout, where it is."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "shared" / "corpora"
if not FOLDER.is_dir() and os.environ.get("CI"):
    raise RuntimeError("CI needs ../shared/corpora beside the checkout and it is not there.")

needs_corpora = pytest.mark.skipif(not FOLDER.is_dir(), reason="../shared/corpora is not beside this checkout")


def corpus(name: str) -> list[dict]:
    """Cases of a corpus, or none where the folder is absent."""
    return json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["cases"] if FOLDER.is_dir() else []


def scenarios(name: str) -> list:
    """The cases as parameters of a test; each is a language-neutral scenario too."""
    return [
        pytest.param(case, id=case["name"], marks=pytest.mark.scenario(f"{name}/{case['id']}")) for case in corpus(name)
    ]
