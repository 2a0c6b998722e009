"""key set, list, remove: a file for its owner alone; the daemon never sees a key pass by."""

import argparse
import getpass
import json
import os
import re
import sys
import tempfile
from pathlib import Path

from agentxd_client.connection import ClientError

from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import print_json

_KNOWN = ("anthropic", "openai", "ollama")
_GROUP = "agentxd.vendors"
"""Entry points by which installed packages bring providers."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def key(options: argparse.Namespace) -> int:
    """Show which keys there are, or change one. Raises ClientError."""
    path = key_file()
    keys = _read(path)
    if options.action != "list":
        if not _NAME.fullmatch(options.provider):
            words = f"agentxd key {options.action} PROVIDER"
            raise ClientError("invalid_request", "the name of a provider is missing", words)
        if options.action == "set":
            _check_known(options.provider)
        _change(options, keys)
        _write(path, keys)
    if options.json:
        print_json({"file": str(path), "providers": sorted(keys)})
    elif options.action == "list":
        for name in sorted(keys):
            print(f"{name}  ({path})")
        if not keys:
            print("no keys are kept; give one: agentxd key set PROVIDER")
    else:
        print(f"{options.provider}: {'kept in' if options.action == 'set' else 'gone from'} {path}")
    return Exit.OK


def key_file() -> Path:
    """Where the daemon's worker looks for keys."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("HOME", "") + "/.config"
    return Path(home) / "agentxd" / "keys.json"


def _check_known(name: str) -> None:
    """Raises ClientError for a provider that is neither built in nor installed."""
    if name in _KNOWN:
        return
    from importlib.metadata import entry_points  # slow, and for names that are not built in only

    known = (*_KNOWN, *sorted({entry.name for entry in entry_points(group=_GROUP)} - {*_KNOWN}))
    if name not in known:
        raise ClientError(
            "invalid_request",
            f"there is no provider {name!r} that takes a key",
            f"Use one of: {', '.join(known)}; or install the package that brings it.",
        )


def _change(options: argparse.Namespace, keys: dict[str, str]) -> None:
    name = options.provider
    if options.action == "remove":
        if keys.pop(name, None) is None:
            raise ClientError("not_found", f"there is no key for {name}", "See: agentxd key list")
        return
    if sys.stdin.isatty():
        given = getpass.getpass(f"key for {name} (it is not shown): ")
    else:
        given = sys.stdin.read()
    if not given.strip() or len(given.split()) != 1:
        raise ClientError("invalid_request", "that is no key", f"agentxd key set {name} < FILE")
    keys[name] = given.strip()


def _read(path: Path) -> dict[str, str]:
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        found = error
    if not isinstance(found, dict):
        raise ClientError("storage", f"{path} cannot be read", "mend or remove that file")
    return found


def _write(path: Path, keys: dict[str, str]) -> None:
    """In one step; `mkstemp` makes files that nobody else can read."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
        with os.fdopen(handle, "w") as file:
            json.dump(keys, file, indent=2, sort_keys=True)
            file.write("\n")
        Path(temporary).replace(path)
    except OSError as error:
        raise ClientError(
            "storage", f"{path} cannot be written: {error.strerror}", "check the permissions"
        ) from error
