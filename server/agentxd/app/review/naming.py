"""Values of the kernel as the wire writes them, and back."""

from typing import Any

import msgspec

Json = dict[str, Any]


def camel(value: Any) -> Any:
    """JSON of the wire."""
    return _renamed(msgspec.to_builtins(value), _camel)


def plain(value: Json, kind: Any) -> Any:
    """A value of the kernel. Raises msgspec.ValidationError."""
    return msgspec.convert(_renamed(value, _snake), kind)


def text_of(content: bytes | None) -> str | None:
    """Text that can be sent."""
    return None if content is None else content.decode("utf-8", "replace")


def _renamed(value: Any, rename: Any) -> Any:
    if isinstance(value, dict):
        return {rename(key): _renamed(one, rename) for key, one in value.items()}
    return [_renamed(one, rename) for one in value] if isinstance(value, list | tuple) else value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
