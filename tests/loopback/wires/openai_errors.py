"""Errors and headers that OpenAI's two wires share."""

from loopback.answers import Json
from loopback.wires.base import Trouble

TYPES = {401: "invalid_request_error", 403: "invalid_request_error", 429: "requests"}
CODES = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}
"""Status to `error.code` where the trouble names none."""


def error_object(trouble: Trouble) -> Json:
    """What stands under `error`."""
    usual = "server_error" if trouble.status >= 500 else "invalid_request_error"
    quota = "insufficient_quota"
    return {
        "message": trouble.on("openai"),
        "type": quota if trouble.code == quota else TYPES.get(trouble.status, usual),
        "param": None,
        "code": trouble.code or CODES.get(trouble.status),
    }


def error_body(trouble: Trouble) -> Json:
    """The body of an error."""
    return {"error": error_object(trouble)}


def openai_headers(serial: int) -> dict[str, str]:
    """Ids, and what is left of the rate."""
    return {
        "x-request-id": f"req_{serial:032d}",
        "openai-version": "2020-10-01",
        "openai-processing-ms": "7",
        "x-ratelimit-limit-requests": "10000",
        "x-ratelimit-remaining-requests": "9999",
        "x-ratelimit-reset-requests": "6ms",
    }
