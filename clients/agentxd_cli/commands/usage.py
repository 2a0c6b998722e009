"""usage: what models cost, by day, role and model."""

import argparse
import time
from typing import Any

from agentxd_cli.exit_codes import Exit
from agentxd_cli.linking import open_connection, print_json
from agentxd_cli.pricing import cost, dollars, is_played, is_unpriced
from agentxd_cli.terminal import paint

Json = dict[str, Any]
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
    lines = [_HEAD, *(cells(row) for row in found["rows"])]
    widths = [max(len(line[index]) for line in lines) for index in range(len(_HEAD))]
    for number, line in enumerate(lines):
        padded = [
            cell.ljust(width) if index < 3 else cell.rjust(width)  # noqa: PLR2004
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print(paint("  ".join(padded).rstrip(), "bold" if number == 0 else "dim"))
    ceiling = found["dayCeilingMicros"]
    limit = f" of {dollars(ceiling)} (budget_day_cost_micros)" if ceiling else ""
    print(f"today: {spent_today(found)}{limit}")
    return Exit.OK


def spent_today(found: Json) -> str:
    """What was really spent: a played conversation costs nothing."""
    day = time.strftime("%Y-%m-%d", time.gmtime())
    rows = [row for row in found["rows"] if row["day"] == day]
    played = sum(row["costMicros"] for row in rows if is_played(row["model"]))
    more = " and calls of unknown price" if any(_is_unpriced(row) for row in rows) else ""
    return f"{dollars(found['todayCostMicros'] - played)}{more}"


def _is_unpriced(row: Json) -> bool:
    n_tokens: int = row["inputTokens"] + row["outputTokens"]
    return is_unpriced(row["costMicros"], n_tokens, row["model"])


def cells(row: Json) -> tuple[str, ...]:
    """A row of the table."""
    failed = f" ({row['nFailed']} failed)" if row["nFailed"] else ""
    cached = row["cacheReadTokens"] / row["inputTokens"] if row["inputTokens"] else 0.0
    return (
        row["day"],
        row["role"],
        row["model"] + (" (played)" if is_played(row["model"]) else ""),
        f"{row['nCalls']}{failed}",
        f"{row['inputTokens']:,}",
        f"{cached:.0%}",
        f"{row['outputTokens']:,}",
        f"{row['modelMs'] / 1000:.1f} s",
        cost(row["costMicros"], row["inputTokens"] + row["outputTokens"], row["model"]),
    )
