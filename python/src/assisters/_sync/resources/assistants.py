"""``client.assistants``."""

from __future__ import annotations

from ..._call import NOT_GIVEN, NotGiven, Options, changed, given, path
from ..._models import Assistant
from ..page import Pager
from .base import Json, Resource


class AssistantsResource(Resource):
    """``client.assistants``."""

    def create(
        self,
        *,
        name: str,
        description: str | None = None,
        model: str | None = None,
        system_prompt: str | None = None,
        knowledge_base_id: str | None = None,
        category: str | None = None,
        config: Json | None = None,
        widget: Json | None = None,
        retention_days: int | None = None,
        identity: Json | None = None,
        attachments: Json | None = None,
        options: Options | None = None,
    ) -> Assistant:
        """``POST /assistants``.

        Example::

            assistant = client.assistants.create(
                name="Support",
                system_prompt="You help customers of Example Ltd.",
                knowledge_base_id="kb_…",
            )
            print(assistant.id)
        """
        body = given(
            name=name,
            description=description,
            model=model,
            system_prompt=system_prompt,
            knowledge_base_id=knowledge_base_id,
            category=category,
            config=config,
            widget=widget,
            retention_days=retention_days,
            identity=identity,
            attachments=attachments,
        )
        return Assistant.read(self._send("POST", "/assistants", options, json=body))

    def get(self, assistant_id: str, *, options: Options | None = None) -> Assistant:
        """``GET /assistants/{id}``.

        Example::

            assistant = client.assistants.get("ast_…")
            print(assistant.name, assistant.model)
        """
        return Assistant.read(self._send("GET", path("/assistants/{}", assistant_id), options))

    def list(
        self,
        *,
        limit: int | None = None,
        offset: int | None = None,
        category: str | None = None,
        options: Options | None = None,
    ) -> Pager[Assistant]:
        """``GET /assistants``.

        Example::

            for assistant in client.assistants.list(category="support"):
                print(assistant.id, assistant.name)
        """
        query = given(limit=limit, offset=offset, category=category)
        return Pager(self._requester, "assistants", Assistant, "/assistants", query, options)

    def update(
        self,
        assistant_id: str,
        *,
        name: str | NotGiven = NOT_GIVEN,
        description: str | NotGiven = NOT_GIVEN,
        model: str | NotGiven = NOT_GIVEN,
        system_prompt: str | NotGiven = NOT_GIVEN,
        knowledge_base_id: str | NotGiven | None = NOT_GIVEN,
        category: str | NotGiven | None = NOT_GIVEN,
        config: Json | NotGiven = NOT_GIVEN,
        widget: Json | NotGiven = NOT_GIVEN,
        retention_days: int | NotGiven | None = NOT_GIVEN,
        identity: Json | NotGiven | None = NOT_GIVEN,
        attachments: Json | NotGiven | None = NOT_GIVEN,
        options: Options | None = None,
    ) -> Assistant:
        """``PATCH /assistants/{id}``: changes what is given; ``None`` takes away what can be absent.

        Example::

            client.assistants.update("ast_…", name="Sales", knowledge_base_id=None)
        """
        body = changed(
            name=name,
            description=description,
            model=model,
            system_prompt=system_prompt,
            knowledge_base_id=knowledge_base_id,
            category=category,
            config=config,
            widget=widget,
            retention_days=retention_days,
            identity=identity,
            attachments=attachments,
        )
        answer = self._send("PATCH", path("/assistants/{}", assistant_id), options, json=body)
        return Assistant.read(answer)

    def rotate_identity_secret(self, assistant_id: str, *, options: Options | None = None) -> Assistant:
        """``POST /assistants/{id}/identity-secret``: a new one; the one before counts for 24 hours more.

        Example::

            assistant = client.assistants.rotate_identity_secret("ast_…")
            print(assistant.identity_secret)
        """
        answer = self._send("POST", path("/assistants/{}/identity-secret", assistant_id), options)
        return Assistant.read(answer)

    def delete(self, assistant_id: str, *, options: Options | None = None) -> None:
        """``DELETE /assistants/{id}``: with its conversations.

        Example::

            client.assistants.delete("ast_…")
        """
        self._send("DELETE", path("/assistants/{}", assistant_id), options)
