"""One call of the API, and what every client is configured with."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from ._errors import AssistersError

HOSTED_BASE_URL = "https://api.assisters.io/v1"
#: A whole answer may take minutes to write, and nothing is heard meanwhile.
ANSWER_TIMEOUT = 600.0
#: A stream that is silent for this long is given up and resumed: three heartbeats.
SILENCE_TIMEOUT = 45.0

#: Gives the credential. Called with ``None`` before each try, and at most once a call with the refused credential after
#: 401 ``token_expired`` or ``invalid_token``: then it gives a new one, or ``None`` to let the error through.
Credential = Callable[[str | None], str | None]
AsyncCredential = Callable[[str | None], Awaitable[str | None]]


@dataclass(frozen=True)
class Options:
    """What any call may override. ``timeout`` is seconds for one try; ``max_retries`` 3 means four tries."""

    timeout: float | None = None
    max_retries: int | None = None
    headers: Mapping[str, str] | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True)
class Call:
    """One call: where, with what, and how."""

    method: Literal["GET", "POST", "PATCH", "DELETE"]
    path: str
    query: Mapping[str, Any] | None = None
    json: Mapping[str, Any] | None = None
    data: Mapping[str, str] | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    stream: bool = False
    options: Options = field(default_factory=Options)


@dataclass(frozen=True)
class Seams:
    """Chance and time, so that tests own them."""

    random: Callable[[], float]
    now: Callable[[], float]
    sleep: Callable[[float], Any]


def path(template: str, *ids: object) -> str:
    """A path from a template and ids: ``/a/{}/b`` and ``x`` give ``/a/x/b``.

    Raises:
        AssistersError: An id is missing, empty, ``.`` or ``..``: it would address another endpoint.
    """
    encoded: list[str] = []
    for place, one in enumerate(ids):
        if not isinstance(one, str) or one in ("", ".", ".."):
            # As the parameter is called: ``knowledge-bases/{}`` takes ``knowledge_base_id``.
            noun = template.split("/{}")[place].split("/")[-1].replace("-", "_")
            name = noun[:-3] + "y" if noun.endswith("ies") else noun[:-1]
            raise AssistersError(f"{name}_id is missing for {template}: expected a non-empty string.")
        encoded.append(quote(one, safe=""))
    return template.format(*encoded)


def new_key() -> str:
    """128 random bits, hex."""
    return secrets.token_hex(16)


class NotGiven:
    """Stands for a parameter that was left out, where ``None`` clears a field."""

    def __repr__(self) -> str:
        return "NOT_GIVEN"


NOT_GIVEN = NotGiven()


def changed(**values: Any) -> dict[str, Any]:
    """The values that were given; ``None`` clears a field."""
    return {name: value for name, value in values.items() if not isinstance(value, NotGiven)}


def given(**values: Any) -> dict[str, Any]:
    """The values that are not ``None``: an absent field, where ``None`` itself means nothing on the wire."""
    return {name: value for name, value in values.items() if value is not None}


def environment(name: str) -> str | None:
    """An environment variable, or ``None`` where it is unset or blank."""
    return os.environ.get(name, "").strip() or None


def check_credential(credential: str) -> str:
    """The credential, if a header can carry it. The HTTP library's own error would quote it."""
    if not re.fullmatch(r"[!-~]+", credential):
        raise AssistersError("The API key holds characters that no key has.")
    return credential
