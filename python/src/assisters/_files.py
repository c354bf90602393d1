"""What can be uploaded, as a name, bytes and a media type."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO

from ._errors import AssistersError

#: A path, bytes, text, or an open file (text or binary).
Uploadable = os.PathLike[str] | bytes | bytearray | str | IO[bytes] | IO[str]

_MEDIA_TYPES = {
    "md": "text/markdown",
    "markdown": "text/markdown",
    "txt": "text/plain",
    "html": "text/html",
    "htm": "text/html",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def read_upload(file: Uploadable, filename: str | None) -> tuple[str, bytes, str]:
    """Reads the file into memory, so that a retry can send it again.

    Raises:
        AssistersError: There is no name.
    """
    content: bytes | str
    if isinstance(file, os.PathLike):
        name, content = filename or Path(file).name, Path(file).read_bytes()
    elif isinstance(file, bytes | bytearray | str):
        name, content = filename or "", bytes(file) if isinstance(file, bytearray) else file
    else:
        own = getattr(file, "name", "")
        name, content = filename or (Path(own).name if isinstance(own, str) else ""), file.read()
    if not name:
        raise AssistersError('An upload needs a filename, e.g. filename="guide.md".')
    ending = name.rsplit(".", 1)[-1].lower()
    return (
        name,
        content.encode() if isinstance(content, str) else content,
        _MEDIA_TYPES.get(ending, "application/octet-stream"),
    )
