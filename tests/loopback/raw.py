"""A client of a few lines that hides nothing: status, headers and bytes as they came."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
HEADERS = {"x-api-key": "loopback", "anthropic-version": "2023-06-01", "connection": "close"}
BODIES: dict[str, Json] = {
    "/v1/messages": {
        "model": "m",
        "max_tokens": 99,
        "messages": [{"role": "user", "content": "?"}],
    },
    "/v1/responses": {"model": "m", "input": "?"},
    "/v1/chat/completions": {"model": "m", "messages": [{"role": "user", "content": "?"}]},
    "/api/chat": {"model": "m", "messages": [{"role": "user", "content": "?"}]},
}
"""Path to the least that is asked there."""


def post(
    url: str, path: str, timeout_s: float = 5.0, headers: dict[str, str] | None = None, **more: Any
) -> tuple[int, dict[str, str], bytes]:
    """Ask, with fields added to the least body. Raises OSError, HTTPException."""
    link = http.client.HTTPConnection(urlsplit(url).netloc, timeout=timeout_s)
    body = json.dumps({**BODIES[path], **more})
    try:
        link.request("POST", path, body, {**HEADERS, **(headers or {})})
        answer = link.getresponse()
        names = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, names, answer.read()
    finally:
        link.close()


def events(content: bytes) -> list[tuple[str, Json]]:
    """Names and data of a stream: server-sent events, or lines of JSON with no name."""
    if content.startswith(b"{"):
        return [("", json.loads(line)) for line in content.splitlines()]
    found = []
    for block in content.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines())
        if fields and fields["data"] != "[DONE]":
            found.append((fields.get("event", ""), json.loads(fields["data"])))
    return found
