"""config list, get, set."""

import argparse
import json
import sys
from typing import Any

from agentxd_client.connection import ClientError

from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json


def config(options: argparse.Namespace) -> int:
    """Show or change settings; `provider.ollama.url` is another spelling of its name."""
    from agentxd_protocol.setting import USER_ONLY, spelled

    key, member = spelled(options.key)
    connection = open_connection(options)
    if options.action == "set":
        if not options.key or options.value is None:
            raise ClientError(
                "invalid_request", "set needs a key and a value", "agentxd config set KEY VALUE"
            )
        is_users = key in USER_ONLY and key.startswith(("provider_", "model_"))
        scope = options.scope or ("user" if is_users else "project")
        name = f"{key}.{member}" if member else key
        params = {"key": name, "value": _value(options.value), "scope": scope}
        found = connection.request("agentx/setting/set", params)
    else:
        found = connection.request("agentx/setting/get")
    settings = {_snake(name): value for name, value in found["settings"].items()}
    if options.key and (key not in settings or (member and member not in settings[key])):
        raise ClientError(
            "not_found", f"there is no setting {options.key}", "See: agentxd config list"
        )
    for words in found["warnings"]:
        print(f"agentxd: {words}", file=sys.stderr)
    wanted = {key: settings[key]} if options.key else settings
    if member:
        wanted = {options.key: settings[key][member]}
    if options.json:
        print_json(wanted)
        return Exit.OK
    for name, value in wanted.items():
        source = found["sources"].get(key if member else name, "default")
        print(f"{name} = {json.dumps(value)}  ({source})")
    return Exit.OK


def _value(text: str) -> Any:
    """JSON where it is JSON, else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _snake(name: str) -> str:
    return "".join(f"_{sign.lower()}" if sign.isupper() else sign for sign in name)
