"""usage: what models cost, by day, role and model."""

import argparse
from typing import Any

from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.terminal import paint

_HEAD = ("day", "role", "model", "calls", "tokens in", "cached", "out", "waited", "cost")


def usage(options: argparse.Namespace) -> int:
    """A table, and what is left of the day's budget."""
    found = open_connection(options).request("agentx/usage/get", {"nDays": options.days})
    if options.json:
        print_json(found)
        return Exit.OK
    if not found["rows"]:
        print("no model was called yet")
        return Exit.OK
    lines = [_HEAD, *(_cells(row) for row in found["rows"])]
    widths = [max(len(line[index]) for line in lines) for index in range(len(_HEAD))]
    for number, line in enumerate(lines):
        cells = [
            cell.ljust(width) if index < 3 else cell.rjust(width)  # noqa: PLR2004
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print(paint("  ".join(cells).rstrip(), "bold" if number == 0 else "dim"))
    ceiling = found["dayCeilingMicros"]
    limit = f" of {_dollars(ceiling)} (budget_day_cost_micros)" if ceiling else ""
    print(f"today: {_dollars(found['todayCostMicros'])}{limit}")
    return Exit.OK


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    failed = f" ({row['nFailed']} failed)" if row["nFailed"] else ""
    cached = row["cacheReadTokens"] / row["inputTokens"] if row["inputTokens"] else 0.0
    return (
        row["day"],
        row["role"],
        row["model"],
        f"{row['nCalls']}{failed}",
        f"{row['inputTokens']:,}",
        f"{cached:.0%}",
        f"{row['outputTokens']:,}",
        f"{row['modelMs'] / 1000:.1f} s",
        _dollars(row["costMicros"]),
    )


def _dollars(micros: int) -> str:
    return f"${micros / 1_000_000:.4f}"
