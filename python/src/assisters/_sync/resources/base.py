"""What all resources share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ..._call import Call, Options
from ..request import Requester

Json = Mapping[str, Any]


class Resource:
    """What all share."""

    def __init__(self, requester: Requester) -> None:
        self._requester = requester

    def _send(
        self,
        method: Literal["GET", "POST", "PATCH", "DELETE"],
        route: str,
        options: Options | None,
        *,
        json: Json | None = None,
        query: Json | None = None,
    ) -> Any:
        return self._requester.json(Call(method, route, json=json, query=query, options=options or Options()))
