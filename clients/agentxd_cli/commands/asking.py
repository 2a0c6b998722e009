"""A question of a task, answered at the terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

_PROMPT = "  answer: "
"""Short and ours: what `input` prints goes past the guard of the terminal."""
_MEANINGS = {
    "y": ("allow", "yes"),
    "yes": ("allow", "yes"),
    "a": ("allow",),
    "n": ("deny", "no"),
    "no": ("deny", "no"),
    "d": ("deny",),
}
_DENY = "deny"


def answered(options: Sequence[str]) -> str:
    """One of the options; empty where the person left it open with Ctrl-D."""
    while True:
        try:
            typed = input(_PROMPT)
        except EOFError:
            print()
            return _DENY if _DENY in options else ""
        if found := meant(typed, options):
            return found
        print(f"  answer with {accepted(options)}")


def meant(typed: str, options: Sequence[str]) -> str:
    """The option that was typed, in full or in short; empty where there is none."""
    words = typed.strip()
    named = {option.strip().lower(): option for option in options}
    for wanted in (words.lower(), *_MEANINGS.get(words.lower(), ())):
        if wanted in named:
            return words if words in options else named[wanted]
    return ""


def accepted(options: Sequence[str]) -> str:
    """What may be typed, in words."""
    return ", ".join("/".join((*_shorter(option), option)) for option in options)


def rule_lines(approval: dict[str, Any]) -> Iterator[str]:
    """What the answers that hold from now on would write, and where."""
    for choice in approval["choices"]:
        if choice["rules"]:
            rules = ", ".join(f"`{rule}`" for rule in choice["rules"])
            yield f"{choice['option']}: {rules} in {choice['setting']} of {choice['place']}"
    if approval["note"]:
        yield approval["note"]


def _shorter(option: str) -> list[str]:
    return [short for short, meanings in _MEANINGS.items() if option in meanings]
