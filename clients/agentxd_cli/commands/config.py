"""config list, get, set."""

import argparse
import json
import sys
from typing import Any

from agentxd_client.connection import ClientError

from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json


def config(options: argparse.Namespace) -> int:
    """Show or change settings."""
    connection = open_connection(options)
    if options.action == "set":
        if not options.key or options.value is None:
            raise ClientError(
                "invalid_request", "set needs a key and a value", "agentxd config set KEY VALUE"
            )
        params = {"key": options.key, "value": _value(options.value), "scope": options.scope}
        found = connection.request("agentx/setting/set", params)
    else:
        found = connection.request("agentx/setting/get")
    settings = {_snake(key): value for key, value in found["settings"].items()}
    if options.key and options.key not in settings:
        raise ClientError(
            "not_found", f"there is no setting {options.key}", "See: agentxd config list"
        )
    wanted = {options.key: settings[options.key]} if options.key else settings
    for words in found["warnings"]:
        print(f"agentxd: {words}", file=sys.stderr)
    if options.json:
        print_json(wanted)
        return Exit.OK
    for key, value in wanted.items():
        source = found["sources"].get(key, "default")
        print(f"{key} = {json.dumps(value)}  ({source})")
    return Exit.OK


def _value(text: str) -> Any:
    """JSON where it is JSON, else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
