"""Lists the rules that there are, and explains one with its examples."""

import sys

import msgspec
from msgspec import Struct

from agentxd.kernel.errors import NotFoundError
from agentxd.kernel.review import Example, RuleInfo
from agentxd.plugins.rules.registry import installed
from agentxd.review.ignoring import UNKNOWN_RULE, WITHOUT_REASON

_MOST_LINES, _WIDEST = 30, 120
"""Of an example that is shown."""


class RulesRequest(Struct, frozen=True, rename="camel"):
    """All of them, or one by its id."""

    rule: str = ""
    is_json: bool = False


def tell_rules(request: RulesRequest) -> int:
    """0. Raises NotFoundError for a rule that there is not."""
    infos = [*(rule.info for rule in installed().rules), WITHOUT_REASON, UNKNOWN_RULE]
    wanted = [info for info in infos if request.rule in ("", info.id)]
    if not wanted:
        raise NotFoundError(f"there is no rule {request.rule}", "See: agentxd rules")
    if request.is_json:
        found = wanted[0] if request.rule else wanted
        text = msgspec.json.format(msgspec.json.encode(found)).decode() + "\n"
    elif request.rule:
        text = _page(wanted[0])
    else:
        text = "".join(_row(info) for info in wanted)
    sys.stdout.write(text)
    return 0


def _row(info: RuleInfo) -> str:
    off = "" if info.is_on else "  (off unless --rule names it)"
    return f"{info.id:<24} {info.severity.value:<8} {info.title}{off}\n"


def _page(info: RuleInfo) -> str:
    parts = [f"# {info.id}: {info.title}", f"Severity: {info.severity.value}", info.doc.strip()]
    if info.bad:
        parts += ["## Found", *(_example(example) for example in info.bad)]
    if info.good:
        parts += ["## Not found", *(_example(example) for example in info.good)]
    return "\n\n".join(parts) + "\n"


def _example(example: Example) -> str:
    before = f"before:\n\n{_indented(example.old)}\n\nafter:\n\n" if example.old else ""
    return f"{example.path}\n\n{before}{_indented(example.new)}"


def _indented(text: str) -> str:
    lines = [line[:_WIDEST] for line in text.rstrip("\n").split("\n")]
    rest = [f"… and {len(lines) - _MOST_LINES:,} more lines"] if len(lines) > _MOST_LINES else []
    return "\n".join(f"    {line}" for line in (*lines[:_MOST_LINES], *rest))
