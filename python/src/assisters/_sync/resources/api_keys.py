"""``client.api_keys``."""

from __future__ import annotations

from collections.abc import Sequence

from ..._call import NOT_GIVEN, NotGiven, Options, changed, given, path
from ..._models import ApiKey, ApiKeyKind
from ..page import Pager
from .base import Resource


class ApiKeysResource(Resource):
    """``client.api_keys``. Secret key only."""

    def create(
        self,
        *,
        kind: ApiKeyKind,
        name: str,
        origins: Sequence[str] | None = None,
        assistant_ids: Sequence[str] | None = None,
        scopes: Sequence[str] | None = None,
        expires_at: str | None = None,
        addresses: Sequence[str] | None = None,
        messages_per_day: int | None = None,
        test: bool | None = None,
        allow_native: bool | None = None,
        options: Options | None = None,
    ) -> ApiKey:
        """``POST /api-keys``: the only answer that holds a secret or restricted key itself, in ``key``.

        Example::

            made = client.api_keys.create(
                kind="publishable", name="Website", assistant_ids=["ast_…"], origins=["https://example.com"]
            )
            print(made.key)
        """
        body = given(
            kind=kind,
            name=name,
            origins=origins,
            assistant_ids=assistant_ids,
            scopes=scopes,
            expires_at=expires_at,
            addresses=addresses,
            messages_per_day=messages_per_day,
            test=test,
            allow_native=allow_native,
        )
        return ApiKey.read(self._send("POST", "/api-keys", options, json=body))

    def list(
        self, *, limit: int | None = None, offset: int | None = None, options: Options | None = None
    ) -> Pager[ApiKey]:
        """``GET /api-keys``.

        Example::

            for key in client.api_keys.list():
                print(key.id, key.kind, key.name, key.hint)
        """
        query = given(limit=limit, offset=offset)
        return Pager(self._requester, "api_keys", ApiKey, "/api-keys", query, options)

    def update(
        self,
        api_key_id: str,
        *,
        name: str | NotGiven = NOT_GIVEN,
        origins: Sequence[str] | NotGiven = NOT_GIVEN,
        assistant_ids: Sequence[str] | NotGiven = NOT_GIVEN,
        scopes: Sequence[str] | NotGiven = NOT_GIVEN,
        expires_at: str | NotGiven | None = NOT_GIVEN,
        addresses: Sequence[str] | NotGiven = NOT_GIVEN,
        messages_per_day: int | NotGiven | None = NOT_GIVEN,
        options: Options | None = None,
    ) -> ApiKey:
        """``PATCH /api-keys/{id}``: changes what is given; ``expires_at=None`` means never.

        Example::

            client.api_keys.update("key_…", name="Old website", expires_at="2030-01-31T00:00:00Z")
        """
        body = changed(
            name=name,
            origins=origins,
            assistant_ids=assistant_ids,
            scopes=scopes,
            expires_at=expires_at,
            addresses=addresses,
            messages_per_day=messages_per_day,
        )
        return ApiKey.read(self._send("PATCH", path("/api-keys/{}", api_key_id), options, json=body))

    def rotate(self, api_key_id: str, *, grace_seconds: int | None = None, options: Options | None = None) -> ApiKey:
        """``POST /api-keys/{id}/rotate``: a new key in this one's place, which lives on for a while.

        Example::

            key = client.api_keys.rotate("key_…", grace_seconds=3600)
        """
        body = given(grace_seconds=grace_seconds)
        answer = self._send("POST", path("/api-keys/{}/rotate", api_key_id), options, json=body)
        return ApiKey.read(answer)

    def revoke(self, api_key_id: str, *, options: Options | None = None) -> None:
        """``DELETE /api-keys/{id}``: it is refused from here on.

        Example::

            client.api_keys.revoke("key_…")
        """
        self._send("DELETE", path("/api-keys/{}", api_key_id), options)
