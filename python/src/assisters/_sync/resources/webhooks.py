"""``client.webhooks``."""

from __future__ import annotations

from collections.abc import Sequence

from ..._call import NOT_GIVEN, NotGiven, Options, changed, given, path
from ..._models import Webhook, WebhookDelivery, WebhookDeliveryStatus, WebhookEventType
from ..page import Pager
from .base import Resource


class WebhooksResource(Resource):
    """``client.webhooks``: addresses that hear of events, and what was sent to them."""

    def create(
        self,
        *,
        url: str,
        events: Sequence[WebhookEventType],
        description: str | None = None,
        secret: str | None = None,
        options: Options | None = None,
    ) -> Webhook:
        """``POST /webhooks``: the answer holds ``secret``; later ones do not.

        Args:
            url: Where the events go: https, on the public internet.
            events: Which.
            description: For people.
            secret: ``whsec_`` and the base64 of 24 to 64 bytes. Default: one is made.
            options: Of the call.

        Example::

            webhook = client.webhooks.create(
                url="https://example.com/hooks", events=["message.created", "feedback.submitted"]
            )
            print("Keep this:", webhook.secret)
        """
        body = given(url=url, events=events, description=description, secret=secret)
        return Webhook.read(self._send("POST", "/webhooks", options, json=body))

    def get(self, webhook_id: str, *, options: Options | None = None) -> Webhook:
        """``GET /webhooks/{id}``.

        Example::

            webhook = client.webhooks.get("wh_…")
            print(webhook.enabled, webhook.disabled_reason)
        """
        return Webhook.read(self._send("GET", path("/webhooks/{}", webhook_id), options))

    def list(
        self, *, limit: int | None = None, offset: int | None = None, options: Options | None = None
    ) -> Pager[Webhook]:
        """``GET /webhooks``.

        Example::

            for webhook in client.webhooks.list():
                print(webhook.id, webhook.url)
        """
        query = given(limit=limit, offset=offset)
        return Pager(self._requester, "webhooks", Webhook, "/webhooks", query, options)

    def update(
        self,
        webhook_id: str,
        *,
        url: str | NotGiven = NOT_GIVEN,
        events: Sequence[WebhookEventType] | NotGiven = NOT_GIVEN,
        description: str | NotGiven = NOT_GIVEN,
        enabled: bool | NotGiven = NOT_GIVEN,
        options: Options | None = None,
    ) -> Webhook:
        """``PATCH /webhooks/{id}``: changes what is given.

        Example::

            client.webhooks.update("wh_…", enabled=False)
        """
        body = changed(url=url, events=events, description=description, enabled=enabled)
        return Webhook.read(self._send("PATCH", path("/webhooks/{}", webhook_id), options, json=body))

    def delete(self, webhook_id: str, *, options: Options | None = None) -> None:
        """``DELETE /webhooks/{id}``, with its deliveries.

        Example::

            client.webhooks.delete("wh_…")
        """
        self._send("DELETE", path("/webhooks/{}", webhook_id), options)

    def rotate_secret(self, webhook_id: str, *, secret: str | None = None, options: Options | None = None) -> Webhook:
        """``POST /webhooks/{id}/rotate-secret``: the new one is in ``secret``; the old one signs too for 24 hours.

        Example::

            webhook = client.webhooks.rotate_secret("wh_…")
            print("Keep this:", webhook.secret)
        """
        route = path("/webhooks/{}/rotate-secret", webhook_id)
        return Webhook.read(self._send("POST", route, options, json=given(secret=secret)))

    def deliveries(
        self,
        *,
        webhook_id: str,
        status: WebhookDeliveryStatus | None = None,
        limit: int | None = None,
        offset: int | None = None,
        options: Options | None = None,
    ) -> Pager[WebhookDelivery]:
        """``GET /webhooks/{id}/deliveries``: what was sent and what was answered.

        Example::

            for delivery in client.webhooks.deliveries(webhook_id="wh_…", status="failed"):
                print(delivery.id, delivery.event, len(delivery.attempts))
        """
        route = path("/webhooks/{}/deliveries", webhook_id)
        query = given(status=status, limit=limit, offset=offset)
        return Pager(self._requester, "deliveries", WebhookDelivery, route, query, options)

    def redeliver(self, *, webhook_id: str, delivery_id: str, options: Options | None = None) -> WebhookDelivery:
        """``POST /webhooks/{id}/deliveries/{did}/redeliver``: sends it again now, under its own id.

        Example::

            client.webhooks.redeliver(webhook_id="wh_…", delivery_id="del_…")
        """
        route = path("/webhooks/{}/deliveries/{}/redeliver", webhook_id, delivery_id)
        return WebhookDelivery.read(self._send("POST", route, options))
