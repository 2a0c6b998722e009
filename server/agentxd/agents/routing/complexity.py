"""A guess at how much model a goal needs, from its role and its words."""

import re

_HARD = (
    r"(?i)\b(architect\w*|concurren\w*|deadlock\w*|debug\w*|design\w*|investigat\w*|migrat\w*|"
    r"optimi[sz]\w*|performance|race condition\w*|redesign\w*|refactor\w*|rewrite\w*|"
    r"secur\w*|why)\b"
)
_EASY = (
    r"(?i)\b(bump\w*|changelog|comment\w*|docstring\w*|format\w*|lint\w*|rename\w*|sort imports|"
    r"spelling|typo\w*|whitespace)\b"
)
_LONG_CHARS = 1_200
_ROLES = {"architect": 3, "security": 3, "reviewer": 2, "documenter": 1, "mechanic": 1}


def wanted_tier(role: str, goal: str) -> tuple[int, str]:
    """The tier (1 to 3) that a goal needs, and why."""
    if found := re.search(_HARD, goal):
        return 3, f"the goal says “{found[0].lower()}”"
    if len(goal) > _LONG_CHARS:
        return 3, f"the goal is long ({len(goal)} characters)"
    if tier := _ROLES.get(role):
        return tier, f"the role is {role}"
    if found := re.search(_EASY, goal):
        return 1, f"the goal says “{found[0].lower()}”"
    return 2, "the goal looks like everyday work"
