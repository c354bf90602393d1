"""What all resources share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from ..._call import Call, Options
from ..request import AsyncRequester

Json = Mapping[str, Any]


class AsyncResource:
    """What all share."""

    def __init__(self, requester: AsyncRequester) -> None:
        self._requester = requester

    async def _send(
        self,
        method: Literal["GET", "POST", "PATCH", "DELETE"],
        route: str,
        options: Options | None,
        *,
        json: Json | None = None,
        query: Json | None = None,
    ) -> Any:
        return await self._requester.json(Call(method, route, json=json, query=query, options=options or Options()))
