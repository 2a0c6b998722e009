"""models: which providers can be reached now, with their models, windows and prices."""

import argparse
import os
from collections.abc import Mapping
from typing import Any

from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.terminal import counted, paint

Json = dict[str, Any]
_MOST = 12
"""Models of one provider that are shown where all providers are."""


def models(options: argparse.Namespace) -> int:
    """Ask the providers; 0 where all that are set up answer, and at least one does."""
    connection = open_connection(options)
    found = connection.request("agentx/model/list", {"provider": options.provider})["providers"]
    if options.json:
        print_json(found)
    else:
        for provider in found:
            _print(provider, most=1_000 if options.provider else _MOST)
        for words in unseen(found, os.environ):
            print(paint(words, "yellow"))
        if not options.provider and not any(one["isChosen"] for one in found):
            print("a goal that names no provider goes to the mechanic, or to what `provider` says")
    return _exit_code(found)


def unseen(found: list[Json], environment: Mapping[str, str]) -> list[str]:
    """Variables that this command has and the daemon has not: it was started before them."""
    told = []
    for provider in found:
        names = set(provider["variables"]) - set(provider["variablesSet"])
        told += [
            f"{name} is set here, but the daemon was started without it: agentxd stop, then again"
            for name in sorted(names)
            if environment.get(name, "").strip()
        ]
    return told


def _exit_code(found: list[Json]) -> Exit:
    is_one_there = any(provider["isReachable"] for provider in found)
    is_one_gone = any(one["isSetUp"] and not one["isReachable"] for one in found)
    return Exit.OK if is_one_there and not is_one_gone else Exit.PROVIDER


def _print(provider: Json, most: int) -> None:
    is_fine = provider["isReachable"]
    sign = paint("✓", "green") if is_fine else paint("✗", "red" if provider["isSetUp"] else "dim")
    chosen = "  (chosen)" if provider["isChosen"] else ""
    key = f", key from {provider['keySource']}" if provider["keySource"] else ""
    place = provider["url"] or provider["about"]
    print(f"{sign} {paint(provider['name'], 'bold')}{chosen}: {place}{key}")
    if not is_fine:
        print(f"    {provider['reason']}")
        print(f"    {provider['nextStep']}")
        return
    rows = provider["models"]
    width = max((len(row["name"]) for row in rows[:most]), default=0)
    for row in rows[:most]:
        print(f"    {row['name']:<{width}}  {_facts(row)}")
    if len(rows) > most:
        more = f"{counted(len(rows) - most, 'model')} more: agentxd models {provider['name']}"
        print(paint(f"    {more}", "dim"))


def _facts(row: Json) -> str:
    """Window, abilities and price on one line."""
    window = f"{row['contextTokens'] // 1000:>5}k"
    if not row["isPriced"]:
        price = "price unknown"
    elif row["inputPrice"] or row["outputPrice"]:
        price = f"${row['inputPrice']:g} in, ${row['outputPrice']:g} out per million tokens"
    else:
        price = "free of charge"
    return f"{window}  {price}  {', '.join(row['abilities'])}"
