"""Edits in another format than the one that was offered, where there is no doubt which it is."""

import re
from collections.abc import Mapping
from typing import Any

from agentxd.workspace.editing.values import Format

TEXT_ARGUMENT = {
    Format.APPLY_PATCH: "patch",
    Format.SEARCH_REPLACE: "blocks",
    Format.UNIFIED_DIFF: "diff",
}
"""The one argument of the formats that name their files themselves."""

_PASSAGE = frozenset({"path", "old", "new"})
_PASSAGE_FLAG = "replace_all"

_SIGNS = {
    Format.APPLY_PATCH: re.compile(r"^\*\*\* Begin Patch\s*$", re.MULTILINE),
    Format.SEARCH_REPLACE: re.compile(r"^<{5,} ?SEARCH\s*$", re.MULTILINE),
    Format.UNIFIED_DIFF: re.compile(r"^(?:diff --git .*|--- .*\r?\n\+\+\+ .*)$", re.MULTILINE),
}
_PATCH_FILE = re.compile(r"^\*\*\* (?:Update|Add|Delete) File: (.*?)\s*$", re.MULTILINE)
_HERE_DOCUMENT = re.compile(
    r"\s*(?:apply_patch|applypatch)\s*<<-?\s*(?P<quote>['\"]?)(?P<mark>\w+)(?P=quote)[ \t]*\n"
    r"(?P<body>.*\n)(?P=mark)\s*",
    re.DOTALL,
)
_EXPANDED = re.compile(r"[\\`]|\$[({\w]")
"""What a shell would not leave as it stands in a here-document without quotes."""


def recognised(offered: Format, arguments: Mapping[str, Any]) -> tuple[Format, Mapping[str, Any]]:
    """The format that the arguments are in, and the arguments as that format has them."""
    if set(arguments) >= _PASSAGE:
        return Format.STR_REPLACE, arguments
    if "content" in arguments:
        return _in_content(arguments)
    own = next((f for f, name in TEXT_ARGUMENT.items() if arguments.get(name)), None)
    if own is None:
        return offered, arguments
    text = str(arguments[TEXT_ARGUMENT[own]])
    format_ = own if _SIGNS[own].search(text) else _only_sign(text) or own
    return format_, {TEXT_ARGUMENT[format_]: text}


def is_other_format(arguments: Mapping[str, Any]) -> bool:
    """Whether the arguments are a whole edit in any format that names its places by their text."""
    names = set(arguments)
    if names - {_PASSAGE_FLAG} == _PASSAGE:
        return all(isinstance(arguments[name], str) for name in _PASSAGE)
    return len(names) == 1 and any(
        isinstance(arguments.get(name), str) for name in TEXT_ARGUMENT.values()
    )


def patch_in_command(command: str) -> str | None:
    """The patch of a command line that is nothing but `apply_patch` with a here-document.

    There is no such program; models that were trained with one write it all the same. None for
    any other command, and where a shell would have changed the text on its way.
    """
    found = _HERE_DOCUMENT.fullmatch(command)
    if found is None or not _SIGNS[Format.APPLY_PATCH].search(found["body"]):
        return None
    is_as_written = bool(found["quote"]) or not _EXPANDED.search(found["body"])
    return found["body"] if is_as_written else None


def _only_sign(text: str) -> Format | None:
    found = [format_ for format_, sign in _SIGNS.items() if sign.search(text)]
    return found[0] if len(found) == 1 else None


def _in_content(arguments: Mapping[str, Any]) -> tuple[Format, Mapping[str, Any]]:
    """A whole file that is a patch of that very file is a patch."""
    text, path = str(arguments["content"]), str(arguments["path"])
    is_patch = text.startswith("*** Begin Patch") and text.rstrip().endswith("*** End Patch")
    if is_patch and _PATCH_FILE.findall(text) == [path]:
        return Format.APPLY_PATCH, {TEXT_ARGUMENT[Format.APPLY_PATCH]: text}
    return Format.WHOLE_FILE, arguments
