"""A server on 127.0.0.1 that plays the exchanges of a scenario, byte for byte."""

from __future__ import annotations

import json
import socket
import struct
import threading
from contextlib import contextmanager


@contextmanager
def play(exchanges):
    """Yields the port and the list of requests that came, as they come."""
    listener = socket.create_server(("127.0.0.1", 0))
    seen: list[dict] = []
    open_lines: list[socket.socket] = []

    def serve():
        for exchange in exchanges:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with_request(line, exchange)

    def with_request(line, exchange):
        data = b""
        while b"\r\n\r\n" not in data:
            data += line.recv(65536)
        head, _, body = data.partition(b"\r\n\r\n")
        first, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        while len(body) < int(headers.get("content-length", "0")):
            body += line.recv(65536)
        method, path, _ = first.split(" ")
        seen.append({"method": method, "path": path, "headers": headers, "body": body})
        ending = exchange.get("ending", "complete")
        if "response" in exchange:
            line.sendall(response_bytes(exchange["response"], ending))
        if ending == "silence":
            open_lines.append(line)
        elif ending == "reset":
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.close()
        else:
            line.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], seen
    finally:
        # `accept` is woken by a connection of our own where the client asked less than the scenario holds.
        if thread.is_alive():
            with socket.socket() as waker:
                waker.settimeout(1)
                waker.connect_ex(listener.getsockname())
        listener.close()
        for line in open_lines:
            line.close()


def response_bytes(response, ending):
    """The response as bytes; only a complete one says how long it is."""
    body = response.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body)
    payload = text.encode("utf-8", "surrogatepass")
    headers = {"Content-Type": "application/json", "Connection": "close", **response.get("headers", {})}
    # A line that is cut ends before the length it promised.
    headers["Content-Length"] = str(len(payload) + (0 if ending == "complete" else 1000))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {response.get('status', 200)} X\r\n{lines}\r\n".encode("latin-1") + payload
