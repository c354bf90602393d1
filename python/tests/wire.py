"""A server on 127.0.0.1 that plays the exchanges of a scenario, byte for byte."""

from __future__ import annotations

import base64
import json
import re
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from urllib.parse import parse_qsl, unquote, urlsplit


class Played:
    """The port, the requests that came, and ``closed``: set once the client has closed a line that fell silent."""

    def __init__(self, port):
        self.port = port
        self.seen: list[dict] = []
        self.closed = threading.Event()


@contextmanager
def play(exchanges):
    """Plays them one a connection, in order."""
    listener = socket.create_server(("127.0.0.1", 0))
    played = Played(listener.getsockname()[1])
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
        played.seen.append({"method": method, "path": path, "headers": headers, "body": body})
        ending = exchange.get("ending", "complete")
        if "response" in exchange:
            line.sendall(response_bytes(exchange["response"], ending))
        if ending == "silence":
            open_lines.append(line)
            threading.Thread(target=watch, args=(line,), daemon=True).start()
        elif ending == "reset":
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            line.close()
        else:
            line.close()

    def watch(line):
        try:
            while line.recv(65536):
                pass
        except OSError:
            pass
        played.closed.set()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield played
    finally:
        # `accept` is woken by a connection of our own where the client asked less than the scenario holds.
        if thread.is_alive():
            with socket.socket() as waker:
                waker.settimeout(1)
                waker.connect_ex(listener.getsockname())
        listener.close()
        for line in open_lines:
            # Wakes the thread that watches it; a close alone would not.
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
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


def ordered(path):
    """A path and its query in order: the order does not matter."""
    parts = urlsplit(path)
    return parts.path, sorted(parse_qsl(parts.query))


def form(body, content_type):
    """The parts of a form: fields as JSON, files with name, type and bytes."""
    boundary = re.search(r"boundary=([^;]+)", content_type)[1].strip('"').encode()
    parts = {}
    for part in body.split(b"--" + boundary)[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        text = head.decode("utf-8")
        name = re.search(r'\bname="([^"]*)"', text)[1]
        filename = re.search(r'filename="([^"]*)"', text)
        if filename is None:
            parts[name] = {"json": json.loads(content)}
        else:
            kind = re.search(r"Content-Type: (\S+)", text, re.IGNORECASE)[1]
            encoded = base64.b64encode(content).decode()
            parts[name] = {"filename": unquote(filename[1]), "type": kind, "bytes": encoded}
    return parts
