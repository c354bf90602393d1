"""Requests: bearer, JSON, timeouts, retries, one token refresh, redirects refused."""

from __future__ import annotations

import logging
from typing import Any

import httpx

from .._call import Call, Credential, Seams, check_credential, new_key
from .._errors import APIConnectionError, APIError, APITimeoutError, AssistersError, response_error
from .._proof import STRIDE, bits_of, search
from .._retry import retry_delay

log = logging.getLogger("assisters")


class Requester:
    """What the resources call. One per client."""

    def __init__(
        self,
        *,
        base_url: str,
        credential: Credential,
        http: httpx.Client,
        timeout: float,
        max_retries: int,
        silence: float,
        seams: Seams,
    ) -> None:
        self._base_url = base_url.rstrip("/")
        self._credential = credential
        self._http = http
        self._timeout = timeout
        self._max_retries = max_retries
        self._silence = silence
        self.seams = seams

    def json(self, call: Call) -> Any:
        """The answer's JSON, ``None`` for 204."""
        return (self._retry(call))[1]

    def open(self, call: Call) -> tuple[httpx.Response | None, Any]:
        """An open event stream, or the JSON that came in its place. The caller closes the response."""
        return self._retry(call)

    def tries(self, call: Call) -> int:
        """How often a call is made again."""
        given = call.options.max_retries
        return min(self._max_retries if given is None else given, 10)

    def _retry(self, call: Call) -> tuple[httpx.Response | None, Any]:
        key = (call.options.idempotency_key or new_key()) if call.method == "POST" else None
        renewed: str | None = None
        proof: str | None = None
        retry = 0
        while True:
            credential = renewed or self._credential(None)
            try:
                return self._once(call, key, credential, proof)
            except (APIError, APIConnectionError) as error:
                refused = isinstance(error, APIError) and error.code in ("token_expired", "invalid_token")
                if refused and renewed is None and credential is not None:
                    current = self._credential(None)
                    renewed = current if current != credential else self._credential(credential)
                    if renewed is None or renewed == credential:
                        raise
                    continue
                challenge = error.details.get("challenge") if isinstance(error, APIError) else None
                if isinstance(challenge, str) and proof is None:
                    proof = self._prove(challenge)
                    if proof is not None:
                        continue
                delay = retry_delay(error, retry, self.seams.random, self.seams.now())
                if delay is None or retry >= self.tries(call):
                    raise
                retry += 1
                log.debug(
                    "%s %s failed (%s), retry %d in %.2f s", call.method, call.path, type(error).__name__, retry, delay
                )
                self.seams.sleep(delay)

    def _prove(self, challenge: str) -> str | None:
        bits = bits_of(challenge)
        if bits is None:
            return None
        start = 0
        while True:
            proof = search(challenge, bits, start)
            if proof is not None:
                return proof
            start += STRIDE
            # A second of work may not hold up everything else.
            self.seams.sleep(0)

    def _once(
        self, call: Call, key: str | None, credential: str | None, proof: str | None
    ) -> tuple[httpx.Response | None, Any]:
        headers = dict(call.options.headers or {})
        headers["Accept"] = "text/event-stream, application/json" if call.stream else "application/json"
        if credential is not None:
            headers["Authorization"] = f"Bearer {check_credential(credential)}"
        if key is not None:
            headers["Idempotency-Key"] = key
        if proof is not None:
            headers["X-Assisters-Proof"] = proof
        timeout = call.options.timeout or self._timeout
        request = self._http.build_request(
            call.method,
            self._base_url + call.path,
            headers=headers,
            params={name: value for name, value in (call.query or {}).items() if value is not None},
            json=call.json,
            data=call.data,
            files=call.files,
            timeout=httpx.Timeout(timeout, read=min(timeout, self._silence) if call.stream else timeout),
        )
        try:
            response = self._http.send(request, stream=True, follow_redirects=False)
            try:
                kind = response.headers.get("content-type", "").lower()
                if call.stream and response.is_success and kind.startswith("text/event-stream"):
                    return response, None
                data = _read_json(kind, response.read())
            except BaseException:
                response.close()
                raise
            response.close()
        except httpx.TimeoutException as error:
            raise APITimeoutError(f"The server was silent for {timeout} s.") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise APIConnectionError(f"No answer from {self._base_url}: unreachable, or a broken line.") from error
        except httpx.HTTPError as error:  # pragma: no cover - the library has no others today
            raise AssistersError(f"The request could not be made: {type(error).__name__}.") from error
        if response.status_code == 204:
            return None, None
        if not response.is_success or data is None:
            raise response_error(response.status_code, response.headers, data)
        return None, data


def _read_json(kind: str, body: bytes) -> Any:
    media = kind.split(";")[0].strip()
    if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
        return None
    try:
        return httpx.Response(200, content=body).json()
    except ValueError:
        return None
