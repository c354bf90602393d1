"""Everything the client raises on purpose. Branch on the class, ``status`` or ``code``, never on the message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._json import as_object

if TYPE_CHECKING:
    from ._models import Document, UrlSource


class AssistersError(Exception):
    """The root of the tree."""


class APIError(AssistersError):
    """The server answered, and the answer is a refusal or not an answer of this API.

    Attributes:
        status: HTTP status; for an error inside a stream, the status the same code has in a response.
        code: A code of the error table (``rate_limit_exceeded``, ...), or ``unexpected_response`` when the body is
            not this API's: a proxy's page, a redirect, broken JSON. Such bodies are never quoted.
        details: Data, e.g. ``retry_after`` seconds for ``rate_limit_exceeded``.
        headers: Of the response; names are matched in any case.
        request_id: Finds the request in the server's log.

    Example::

        import assisters

        try:
            client.assistants.get("ast_unknown")
        except assisters.RateLimitError as error:
            print("wait", error.details["retry_after"])
        except assisters.APIError as error:
            print(error.status, error.code, error.request_id)
        except assisters.APIConnectionError:
            print("unreachable")
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.details: Mapping[str, Any] = details or {}
        self.headers: Mapping[str, str] = {name.lower(): value for name, value in (headers or {}).items()}
        self.request_id = self.headers.get("x-request-id")


class BadRequestError(APIError):
    """400. ``details["field"]`` names the field."""


class AuthenticationError(APIError):
    """401. The key or token is missing, unknown, revoked or expired."""


class PermissionDeniedError(APIError):
    """403. The credential is valid but may not do this."""


class NotFoundError(APIError):
    """404. No such object, or it belongs to somebody else."""


class ConflictError(APIError):
    """409. The object's state does not allow this."""


class PayloadTooLargeError(APIError):
    """413. ``details["limit"]`` is the most that is allowed."""


class UnprocessableEntityError(APIError):
    """422. The idempotency key was used before with another body."""


class RateLimitError(APIError):
    """429. ``details["retry_after"]`` is seconds from now."""


class InternalServerError(APIError):
    """500 and above."""


class APIConnectionError(AssistersError):
    """The server could not be reached, or the line broke and every try to mend it failed."""


class APITimeoutError(APIConnectionError):
    """The server took longer than ``timeout``, or a stream was silent for too long."""


class NotReadyError(AssistersError):
    """A document or an address failed, or was not ready in time.

    Attributes:
        code: Why it failed (``unsupported_file``, ...), or ``not_ready_in_time``.
        last: The document or address as it was seen last.
    """

    def __init__(self, message: str, *, code: str, last: Document | UrlSource) -> None:
        super().__init__(message)
        self.code = code
        self.last = last


class WebhookVerificationError(AssistersError):
    """A delivery that must not be trusted. Answer it with 400."""


_CLASSES: dict[int, type[APIError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: PayloadTooLargeError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}

#: Statuses of the codes that a stream may end with.
_STREAM_STATUS = {
    "rate_limit_exceeded": 429,
    "model_error": 502,
    "service_unavailable": 503,
    "interrupted": 503,
    "model_timeout": 504,
}


def _class_for(status: int) -> type[APIError]:
    return InternalServerError if status >= 500 else _CLASSES.get(status, APIError)


def response_error(status: int, headers: Mapping[str, str], body: object) -> APIError:
    """The error for a response, from its status and its body where the body is this API's error form."""
    error = as_object((as_object(body) or {}).get("error")) or {}
    code = error.get("code")
    if isinstance(code, str):
        message = error.get("message")
        return _class_for(status)(
            message if isinstance(message, str) else code,
            status=status,
            code=code,
            details=as_object(error.get("details")),
            headers=headers,
        )
    message = f"The server answered {status} in a form that is not this API's. Check the base URL."
    return _class_for(status)(message, status=status, code="unexpected_response", headers=headers)


def stream_error(code: str, message: str) -> APIError:
    """The error for a stream's ``error`` event."""
    status = _STREAM_STATUS.get(code, 500)
    return _class_for(status)(message, status=status, code=code)
