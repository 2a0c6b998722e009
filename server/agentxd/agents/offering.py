"""Which rules would answer a question for good: only those that the gate then obeys.

Deny beats ask beats allow, so a rule that allows is no use where another one asks; and what a
command means only when it runs cannot be allowed by its words.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from agentxd.agents.gate import Action, Gate, Use, Verdict
from agentxd.kernel.messages import ToolSpec
from agentxd.kernel.redaction import redact

_SPECIAL = "*?["
_MAX_CHARS = 500
"""Of a rule that a person is to read."""


def with_offers(
    gate: Gate, spec: ToolSpec, arguments: Mapping[str, Any], verdict: Verdict
) -> Verdict:
    """A verdict that asks, with the rules that would make it always, or never."""
    uses = gate.asked_uses(spec, arguments)
    lines = tuple(dict.fromkeys(map(_line, uses)))
    if not lines or any(_is_unfit(line) for line in lines):
        return replace(verdict, note="No rule can say exactly this.")
    denied = gate.with_rules(Action.DENY, lines).judge(spec, arguments)
    never = lines if denied.action is Action.DENY else ()
    if any(use.is_open or _has_pattern(use) for use in uses):
        note = "What it does is known only when it runs: no rule can allow it for good."
        return replace(verdict, never=never, note=note)
    allowed = gate.with_rules(Action.ALLOW, lines).judge(spec, arguments)
    if allowed.action is Action.ALLOW:
        return replace(verdict, always=lines, never=never)
    note = f"`{allowed.rule}` asks each time: a rule that asks beats one that allows."
    return replace(verdict, never=never, note=note)


def _line(use: Use) -> str:
    """The rule for exactly this use, as the settings have it."""
    if not use.subject:
        return use.tool
    plain = "".join(f"[{sign}]" if sign in _SPECIAL else sign for sign in use.subject)
    return f"{use.tool}({plain})"


def _has_pattern(use: Use) -> bool:
    """Quoted or not is one to a rule: what is a name here may be many files elsewhere."""
    return any(sign in use.subject for sign in _SPECIAL)


def _is_unfit(line: str) -> bool:
    """What nobody would read to its end, and what must not lie about in a file of settings."""
    return len(line) > _MAX_CHARS or redact(line) != line


def rule_words(lines: Sequence[str]) -> str:
    """Rules in a sentence."""
    return ", ".join(f"`{line}`" for line in lines)
