"""Makes values writable whose texts hold halves of characters, as names of broken files do."""

from typing import Any, TypeVar

import msgspec

T = TypeVar("T", bound=msgspec.Struct)


def readable(text: str) -> str:
    """The text with a question mark for each half of a character."""
    return text.encode("utf-8", "replace").decode()


def clean(value: T) -> T:
    """The same value with a question mark for each half of a character."""
    plain = msgspec.to_builtins(value, builtin_types=(bytes,))
    return msgspec.convert(_clean(plain), type(value))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(part) for key, part in value.items()}
    return value
