"""A real S3 server on loopback (moto's), and a proxy before it that can fail in every way."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

SECRET = "loopback-secret-7Qx"
BUCKET = "press"
REPLIES = {
    500: b"<Error><Code>InternalError</Code><Message>We met an error</Message></Error>",
    503: b"<Error><Code>SlowDown</Code><Message>Reduce your rate</Message></Error>",
    403: b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>",
    409: b"<Error><Code>ConditionalRequestConflict</Code><Message>Again</Message></Error>",
    501: b"<Error><Code>NotImplemented</Code><Message>A header</Message></Error>",
}


@contextmanager
def s3_server() -> Iterator[str]:
    """An S3 server with an empty bucket; yields its address.

    moto looks whether an object is there and writes it in two steps. S3 does both in one, so each
    request is answered alone here.
    """
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Silent(WSGIRequestHandler):
        def log_request(self, *_: Any) -> None:
            pass

    application, alone = DomainDispatcherApplication(create_backend_app), threading.Lock()

    def one_at_a_time(environ: Any, start: Any) -> list[bytes]:
        with alone:
            return list(application(environ, start))

    server = make_server("127.0.0.1", 0, one_at_a_time, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


Fault = int | str | None
"""An HTTP status, "hang" (never answers), "deaf" (does it, and the answer is lost), "cut" (before
it is done), "killed" (cut, after the client was killed), "torn" (half of the answer's body),
"careless" (leaves If-None-Match out)."""


class Proxy:
    """Forwards to a server; `fault(number, method, path)` says what happens to each request."""

    def __init__(self, target: str) -> None:
        self.target = urlsplit(target).netloc
        self.requests: list[tuple[str, str]] = []
        self.fault: Callable[[int, str, str], Fault] = lambda number, method, path: None
        self.forwarded: Callable[[], None] = lambda: None
        self.released = threading.Event()

    def reset(self) -> None:
        """Forward everything again."""
        self.requests = []
        self.forwarded = lambda: None
        self.fault = lambda number, method, path: None


class Handler(BaseHTTPRequestHandler):
    """One request, and then the connection is closed."""

    server: ProxyServer
    protocol_version = "HTTP/1.1"  # or nobody would be told to go on who asks before a body

    def log_message(self, *_: Any) -> None:
        pass

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        done = not self.raw_requestline or not self.parse_request()
        self.close_connection = True
        if done:
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        proxy = self.server.proxy
        proxy.requests.append((self.command, self.path))
        self.answer(proxy.fault(len(proxy.requests), self.command, self.path), body)

    def answer(self, fault: Fault, body: bytes) -> None:
        if fault == "hang":
            self.server.proxy.released.wait(30)
        if fault == "killed":
            self.server.proxy.forwarded()
        if fault in {"hang", "cut", "killed"}:
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if isinstance(fault, int):
            self.send(fault, {"Content-Type": "application/xml"}, REPLIES[fault])
            return
        status, headers, content = self.forward(body, careless=fault == "careless")
        if fault == "deaf":
            self.server.proxy.forwarded()
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self.send(status, headers, content, torn=fault == "torn")

    def forward(self, body: bytes, *, careless: bool) -> tuple[int, dict[str, str], bytes]:
        left_out = {"expect", "if-none-match"} if careless else {"expect"}
        headers = {k: v for k, v in self.headers.items() if k.lower() not in left_out}
        connection = http.client.HTTPConnection(self.server.proxy.target)
        try:
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def send(
        self, status: int, headers: dict[str, str], content: bytes, *, torn: bool = False
    ) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"connection", "content-length", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", headers.get("Content-Length", str(len(content))))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if torn else content)


class ProxyServer(ThreadingHTTPServer):
    """Serves a proxy."""

    daemon_threads = True

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        super().__init__(("127.0.0.1", 0), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed or gave up is what the tests are about."""


@contextmanager
def proxy_before(target: str) -> Iterator[tuple[str, Proxy]]:
    """A proxy and its address."""
    proxy = Proxy(target)
    server = ProxyServer(proxy)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", proxy
    finally:
        proxy.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
