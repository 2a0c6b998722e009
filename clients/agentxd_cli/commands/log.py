"""log and replay."""

import argparse
import json
import time
from typing import Any

from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.terminal import counted, paint

Json = dict[str, Any]
_MAX_CHARS = 200


def log(options: argparse.Namespace) -> int:
    """The event log, one line a record; with --json one JSON object a line."""
    connection = open_connection(options)
    filters = {"types": options.type, "taskId": options.task}
    after = options.after
    while True:
        page = connection.request("agentx/event/read", {"after": after, "limit": 1000, **filters})
        for record in page["records"]:
            _print(options, record)
        after = page["nextAfter"]
        if after >= page["lastSeq"]:
            break
    if not options.follow:
        return Exit.OK
    connection.request("agentx/event/subscribe", {"after": after, **filters})
    while True:
        for note in connection.notes():
            if note["method"] == "agentx/event/published":
                for record in note["params"]["records"]:
                    _print(options, record)
        connection.poll(1.0)


def replay(options: argparse.Namespace) -> int:
    """Rebuild the state from the log alone."""
    found = open_connection(options).request("agentx/event/replay", {"taskId": options.task})
    if options.json:
        print_json(found)
    else:
        for line in found["transcript"]:
            print(line)
        verdict = "the same state" if found["isSame"] else "another state"
        print(
            paint(counted(found["nRecords"], "record"), "bold")
            + f", {found['nSeals']} state hashes compared: {verdict} ({found['stateHash'][:12]})"
        )
        for line in found["differences"]:
            print(paint(f"  {line}", "red"))
    return Exit.OK if found["isSame"] else Exit.REPLAY_DIFFERS


def _print(options: argparse.Namespace, record: Json) -> None:
    if options.json:
        print(json.dumps(record, ensure_ascii=False), flush=True)
        return
    clock = time.strftime("%H:%M:%S", time.localtime(record["atMs"] / 1000))
    data = json.dumps(record["data"], ensure_ascii=False)
    if len(data) > _MAX_CHARS:
        data = data[: _MAX_CHARS - 1] + "…"
    print(f"{record['seq']:>6}  {clock}  {paint(record['type'], 'cyan')}  {data}", flush=True)
