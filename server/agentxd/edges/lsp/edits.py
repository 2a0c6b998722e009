"""Text changes on the wire: applying a client's, and making minimal ones."""

from typing import Any

from agentxd.edges.lsp.positions import offset_at, split_text, to_units
from agentxd.workspace.diff import changes

Json = dict[str, Any]


def apply_change(text: str, change: Json, encoding: str) -> str:
    """The text after one content change of textDocument/didChange. Raises KeyError, TypeError."""
    new: str = change["text"]
    if change.get("range") is None:
        return new
    lines = split_text(text)
    ends = [
        offset_at(lines, int(point["line"]), int(point["character"]), encoding)
        for point in (change["range"]["start"], change["range"]["end"])
    ]
    return text[: ends[0]] + new + text[max(ends) :]


def text_edits(before: str, after: str, encoding: str) -> list[Json]:
    """Whole-line edits that turn before into after; the rest of the text stays untouched."""
    old, new = split_text(before), split_text(after)
    as_bytes = [[line.encode("utf-8", "surrogatepass") for line in side] for side in (old, new)]
    edits: list[Json] = []
    for start, end, new_start, new_end in changes(*as_bytes):
        first = _place(old, start, encoding)
        last = _place(old, end, encoding)
        edits.append(
            {
                "range": {"start": first, "end": last},
                "newText": "".join(new[new_start:new_end]),
            }
        )
    return edits


def _place(lines: list[str], line: int, encoding: str) -> Json:
    """Start of a line; behind the last one it is the end of the last, which has no ending."""
    if line < len(lines):
        return {"line": line, "character": 0}
    units = to_units(lines[-1], len(lines[-1]), encoding)
    return {"line": len(lines) - 1, "character": units}
