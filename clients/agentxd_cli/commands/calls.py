"""A tool call in a few words: what it is about, and how it went."""

import json
import re
from typing import Any

Json = dict[str, Any]
_MAX_CHARS = 100
_ENDING = re.compile(r"exit code (?!0\b)-?\d+")
_CHANGED_FILE = re.compile(
    r"^\*\*\* (?:Update|Add|Delete) File: (?P<patch>.+)$"
    r"|^--- (?:a/)?(?P<old>.+)\n\+\+\+ (?:b/)?(?P<new>.+)$"
    r"|^(?P<block>.+)\n<{5,} SEARCH",
    re.MULTILINE,
)
"""Where the text of an edit names a file, in each of its formats."""


def words_of(call: Json) -> str:
    """The tool and what the call is about, in one short line."""
    return f"{call['name']} {short(_subject(call.get('arguments') or {}))}".rstrip()


def ending_of(call: Json, seen: Json) -> str:
    """How it went where that is not just well: the first line of an error, an exit code."""
    first = next(iter(seen["output"].strip().splitlines()), "")
    if seen.get("is_error"):
        return short(first)
    failed = _ENDING.match(first) if call["name"] == "run" else None
    return failed.group() if failed else ""


def short(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= _MAX_CHARS else text[: _MAX_CHARS - 1] + "…"


def _subject(arguments: Json) -> str:
    """Its command, its path, its pattern, its files; all of it where it has none."""
    for name in ("command", "path", "pattern", "question"):
        if isinstance(arguments.get(name), str):
            return " ".join(arguments[name].split())
    if isinstance(plan := arguments.get("plan"), str):
        return next(iter(plan.strip().splitlines()), "")
    for name in ("patch", "diff", "blocks"):
        if isinstance(text := arguments.get(name), str):
            return ", ".join(_files(text)) or next(iter(text.strip().splitlines()), "")
    return json.dumps(arguments, ensure_ascii=False) if arguments else ""


def _files(text: str) -> list[str]:
    names = []
    for found in _CHANGED_FILE.finditer(text.replace("\r\n", "\n")):
        new = found["new"] if found["new"] != "/dev/null" else found["old"]
        names.append((found["patch"] or new or found["block"]).split("\t")[0].strip())
    return list(dict.fromkeys(names))
