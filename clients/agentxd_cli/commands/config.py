"""config list, get, set, unset."""

import argparse
import json
import sys
from typing import Any

from agentxd_client.connection import ClientError, Connection

from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json

Json = dict[str, Any]
_USERS = ("provider", "model", "index_embedder")
"""Settings, and beginnings of names of settings, that are written for the user by default."""

_ORDER = ("user", "project", "local")
"""Scopes; later ones win."""


def config(options: argparse.Namespace) -> int:
    """Show or change settings; `provider.ollama.url` is another spelling of its name."""
    from agentxd_protocol.setting import spelled

    key, member = spelled(options.key)
    connection = open_connection(options)
    found, scope = _asked(options, connection, key, member)
    settings = {_snake(name): value for name, value in found["settings"].items()}
    for words in found["warnings"]:
        print(f"agentxd: {words}", file=sys.stderr)
    if options.action == "unset" and (key not in settings or member):
        wanted: Json = {}  # nothing is left of it to be shown
    elif options.key and (key not in settings or (member and member not in settings[key])):
        raise ClientError(
            "not_found", f"there is no setting {options.key}", "See: agentxd config list"
        )
    elif member:
        wanted = {options.key: settings[key][member]}
    else:
        wanted = {key: settings[key]} if options.key else settings
    source = found["sources"].get(key, "default")
    if options.action == "set" and not member and settings[key] != _value(options.value):
        _tell_what_wins(key, scope, source)
    if options.json:
        print_json(wanted)
        return Exit.OK
    for name, value in wanted.items():
        place = source if member else found["sources"].get(name, "default")
        print(f"{name} = {json.dumps(value)}  ({place})")
    if options.action == "unset" and not wanted:
        print(f"{options.key} is gone ({scope})")
    return Exit.OK


def _asked(
    options: argparse.Namespace, connection: Connection, key: str, member: str
) -> tuple[Json, str]:
    """What the daemon says after the change, if there is one, and where it was made."""
    name = f"{key}.{member}" if member else key
    if options.action == "unset":
        scope = options.scope or _place(options, connection, key)
        params = {"key": name, "value": None, "scope": scope}
        return connection.request("agentx/setting/set", params), scope
    if options.action != "set":
        return connection.request("agentx/setting/get"), ""
    if not options.key or options.value is None:
        raise ClientError(
            "invalid_request", "set needs a key and a value", "agentxd config set KEY VALUE"
        )
    value = _value(options.value)
    if value is None:
        raise ClientError(
            "invalid_request", "no setting can be null", f"agentxd config unset {options.key}"
        )
    scope = options.scope or ("user" if _is_users(key) else "project")
    params = {"key": name, "value": value, "scope": scope}
    return connection.request("agentx/setting/set", params), scope


def _is_users(key: str) -> bool:
    """Which models a person has, and where text is sent, is not a matter of one repository."""
    return key in _USERS or key.startswith(tuple(f"{word}_" for word in _USERS))


def _place(options: argparse.Namespace, connection: Connection, key: str) -> str:
    """Where a setting is set now. Raises ClientError."""
    if not options.key:
        raise ClientError("invalid_request", "unset needs a key", "agentxd config unset KEY")
    scope = connection.request("agentx/setting/get")["sources"].get(key)
    if not scope:
        raise ClientError(
            "not_found",
            f"{options.key} is not set",
            "See: agentxd config list; what a file holds that does not count goes with --scope",
        )
    return str(scope)


def _tell_what_wins(key: str, scope: str, source: str) -> None:
    """What was written does not hold: another file says otherwise."""
    if source in _ORDER and _ORDER.index(source) > _ORDER.index(scope):
        words = f"what is set for {source} holds: agentxd config unset --scope {source} {key}"
        print(f"agentxd: {key} was written for {scope}, but {words}", file=sys.stderr)


def _value(text: str) -> Any:
    """JSON where it is JSON, else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
