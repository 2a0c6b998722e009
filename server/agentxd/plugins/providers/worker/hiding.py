"""Takes a key out of what is told, by its value: servers repeat the key that they refuse."""

import html
import json
from collections.abc import Iterable
from urllib.parse import quote

_SHORTEST = 4
"""Characters; anything shorter is part of ordinary words and guards nothing."""


def without_keys(text: str, keys: Iterable[str]) -> str:
    """The text with each key replaced, however it is spelled there."""
    spelled = {one for key in keys if len(key) >= _SHORTEST for one in _spellings(key)}
    for one in sorted(spelled, key=len, reverse=True):
        text = text.replace(one, "[redacted]")
    return text


def _spellings(key: str) -> set[str]:
    """As it is, and as JSON, HTML, an address and Python write it."""
    return {
        key,
        " ".join(key.split()),
        json.dumps(key)[1:-1],
        json.dumps(key, ensure_ascii=False)[1:-1],
        html.escape(key),
        quote(key, safe=""),
        quote(key),
        repr(key)[1:-1],
        repr(key.encode())[2:-1],
    }
