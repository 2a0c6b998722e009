"""Opens the connection of a command."""

import argparse
import json
from typing import Any

from agentxd_client.connection import Connection
from agentxd_client.launch import open_link
from agentxd_protocol import places


class DaemonGoneError(ConnectionError):
    """The daemon went away in the middle; `next_step` goes on with what was under way."""

    def __init__(self, message: str, next_step: str) -> None:
        super().__init__(message)
        self.next_step = next_step


def open_connection(options: argparse.Namespace, warm: str | None = None) -> Connection:
    """A connection to the daemon of the workspace, which is started where it does not run.

    With `warm`, the provider or nothing, it is started so that a model can be asked at once.
    """
    root = places.find_root(options.root)
    return Connection(open_link(root, warm), root)


def print_line(value: Any) -> None:
    """One line of `--json` output that comes as it goes."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def print_json(value: Any) -> None:
    """The `--json` output."""
    print(json.dumps(value, indent=2, ensure_ascii=False))
