"""Tells values that every reader of JSON and every wire of ours can take."""

from typing import Any

_DEEPEST = 64
_LEAST, _MOST = -(2**63), 2**64 - 1
NOT_PLAIN = "(nested too deeply, or with a number or a character that cannot be written down)"
"""Stands for what is not plain."""


def is_plain(value: Any) -> bool:
    """False for nesting deeper than 64, whole numbers beyond 64 bits, and lone surrogates."""
    level = [value]
    for _ in range(_DEEPEST):
        if not all(map(_is_fine, level)):
            return False
        level = [inner for one in level for inner in _inner(one)]
        if not level:
            return True
    return False


def _is_fine(value: Any) -> bool:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            return False
    return not isinstance(value, int) or _LEAST <= value <= _MOST


def _inner(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value, *value.values()]
    return list(value) if isinstance(value, list | tuple) else []
