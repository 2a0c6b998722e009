"""The settings of a review, read without what the daemon reads its own with.

Loading that would take longer than all the rules. `SettingsBook` says the same of the same files;
a test compares them.
"""

from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from agentxd.kernel.review import Severity


class ReviewSettings(Struct, frozen=True):
    """Those that begin with `review_`."""

    review_off: tuple[str, ...] = ()
    review_min_severity: Severity = Severity.WARNING
    review_push_seconds: float = 2.0
    review_seconds: float = 120.0
    review_linters: tuple[str, ...] = ("auto",)
    review_linter_seconds: float = 60.0
    review_linter_commands: dict[str, str] = {}


_USERS = frozenset({"review_linters", "review_linter_commands"})
"""A repository must not choose what is run on the user's machine."""
_ADDED_UP = frozenset({"review_off"})
"""A repository may add to it, never take away from it."""


def read(root: str, home: str) -> tuple[ReviewSettings, tuple[str, ...]]:
    """Settings, and warnings about what cannot be used."""
    values: dict[str, Any] = {}
    warnings: list[str] = []
    for scope, path in (
        ("user", Path(home) / ".agent" / "settings.json"),
        ("project", Path(root) / ".agent" / "settings.json"),
        ("local", Path(root) / ".agent" / "settings.local.json"),
    ):
        for key, value in _values(path, warnings).items():
            if key not in ReviewSettings.__struct_fields__:
                continue
            if scope != "user" and key in _USERS:
                warnings.append(f"{path}: {key} is not used: only the user may set it")
                continue
            try:
                msgspec.convert({key: value}, ReviewSettings)
            except msgspec.ValidationError as error:
                warnings.append(f"{path}: {key}: {error}")
            else:
                values[key] = [*values.get(key, ()), *value] if key in _ADDED_UP else value
    return msgspec.convert(values, ReviewSettings), tuple(warnings)


def _values(path: Path, warnings: list[str]) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        warnings.append(f"{path} cannot be read: {error}")
        return {}
    return found if isinstance(found, dict) else {}
