"""What models see of text that strangers wrote: no secret, nothing invisible, no endless line."""

import json
import re
from collections.abc import Iterator, Sequence

from agentxd.agents.reviewers.values import Sheet
from agentxd.kernel.redaction import redact
from agentxd.kernel.review import ChangedFile

_LONGEST_LINE = 800
"""Characters; what is longer is data or minified."""
_LONGEST_NAME = 300
_BLOCK = 16_000
"""Characters that are looked through for secrets at once."""
_KEY_BLOCK = "-----BEGIN"
"""How a secret of many lines begins."""
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Variation selectors are printable by Unicode's book, carry text, and show nothing."""
_SPACES = re.compile(r"\s+")
_ADDRESS = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[\w\[][^\s)\]>\"'`]*")
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|<[/!]?[a-zA-Z][^>]*>")


def visible(text: str) -> str:
    r"""The text with whatever a person would not see spelled out, as `\u{202e}`; tabs stay."""
    if text.isascii() and text.replace("\t", "").isprintable():
        return text
    text = _SELECTORS.sub(lambda match: f"\\u{{{ord(match[0]):x}}}", text)
    return "".join(
        one if one == "\t" or one.isprintable() else f"\\u{{{ord(one):x}}}" for one in text
    )


def shown_lines(content: bytes | None) -> tuple[str, ...]:
    """A file's lines as models see them; as many as it has."""
    if not content:
        return ()
    blocks = _blocks(content.decode("utf-8", "replace"))
    lines = "".join(redact(block, keeps_lines=True) for block in blocks).split("\n")
    if not lines[-1]:
        lines.pop()
    return tuple(shown_line(line.removesuffix("\r")) for line in lines)


def _blocks(text: str) -> Iterator[str]:
    """The text in blocks, each short enough to hold up no other thread, and no secret in two."""
    if _KEY_BLOCK in text:
        yield text
        return
    start = 0
    while len(text) - start > _BLOCK:
        end = text.find("\n\n", start + _BLOCK, start + 4 * _BLOCK) + 1
        end = end or text.find("\n", start + _BLOCK)
        if end < 0:
            break
        yield text[start : end + 1]
        start = end + 1
    yield text[start:]


def shown_line(line: str) -> str:
    """One line that holds no secret any more."""
    if len(line) > _LONGEST_LINE:
        line = f"{line[:_LONGEST_LINE]} …({len(line) - _LONGEST_LINE} more characters)"
    return visible(line)


def quoted(text: str) -> str:
    """A name or a sentence of a stranger, as one JSON string on one line."""
    text = redact(text)
    if len(text) > _LONGEST_NAME:
        text = f"{text[:_LONGEST_NAME]}…"
    return visible(json.dumps(text, ensure_ascii=False))


def said(text: str, longest: int) -> str:
    """A model's sentence as people get to see it: one line, plain, no secret and no address.

    It may repeat what a stranger wrote into the change, so it can be no link, no picture, no tag,
    no control sequence and no second line of any format.
    """
    text = _SELECTORS.sub("", text[: 4 * longest])
    text = "".join(one if one.isprintable() else " " for one in text)
    text = _MARKUP.sub(lambda match: match[1] or "", text)
    text = _ADDRESS.sub("(address left out)", text)
    text = redact(_SPACES.sub(" ", text).strip())
    if len(text) > longest:
        text = f"{text[:longest].rsplit(' ', 1)[0]} …"
    return text.removesuffix(".").lstrip(":#>*-| ")


def sheet_of(file: ChangedFile) -> Sheet:
    """A changed file as models see it. Takes a while for a large one."""
    return Sheet(
        path=file.path,
        old_path=file.old_path,
        new=shown_lines(file.new),
        old=shown_lines(file.old),
        spans=file.spans,
        is_new=file.old is None and not file.old_path and file.is_whole,
        is_gone=file.new is None,
        is_whole=file.is_whole,
    )


def is_for_models(file: ChangedFile) -> bool:
    """Whether there is something to read in it that a person wrote."""
    has_text = bool(file.new or file.old)
    return has_text and bool(file.spans) and not file.is_binary and not file.is_generated


def sheets_of(files: Sequence[ChangedFile]) -> tuple[Sheet, ...]:
    """The files that models are to read, as they see them."""
    return tuple(sheet_of(file) for file in files if is_for_models(file))
