"""Foreign JSON: each value is taken as what it should be, or as nothing; pure."""

from typing import Any

import msgspec

Json = dict[str, Any]
_LARGEST = 1_000_000_000


class UnreadableError(ValueError):
    """The output of a linter is not what it should be."""


def parsed(text: bytes) -> Any:
    """Raises UnreadableError where it is no JSON."""
    try:
        return msgspec.json.decode(text.strip().removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise UnreadableError(f"it wrote no JSON: {error}") from error


def table(value: Any) -> Json:
    """A map, or an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: Any) -> list[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list) else []


def tables(value: Any) -> list[Json]:
    """The maps of a list."""
    return [one for one in items(value) if isinstance(one, dict)]


def text(value: Any) -> str:
    """A string, or an empty one."""
    return value if isinstance(value, str) else ""


def word(value: Any) -> str:
    """A string, or a whole number written out: some linters count their rules."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_number and abs(value) < _LARGEST else text(value)


def count(value: Any) -> int:
    """A whole number above 0, or 0."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if is_number and 0 < value < _LARGEST else 0


def index(value: Any, of: list[Any]) -> Any:
    """The entry of a list at a foreign index; None where there is none."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return of[value] if is_number and 0 <= value < len(of) else None
