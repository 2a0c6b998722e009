"""Bytes as lines: cut after each line feed, so that every ending stays as it is."""

_PROBE_BYTES = 8_000


def split_lines(content: bytes) -> list[bytes]:
    """Lines with their endings; joining them gives the content back."""
    lines = content.split(b"\n")
    last = lines.pop()
    cut = [line + b"\n" for line in lines]
    return [*cut, last] if last else cut


def is_binary(content: bytes) -> bool:
    """As git decides: a NUL byte among the first 8,000."""
    return b"\0" in content[:_PROBE_BYTES]


def decode(content: bytes) -> tuple[str, str]:
    """Text and encoding: utf-8, latin-1 where that fails, binary with no text."""
    if is_binary(content):
        return "", "binary"
    try:
        return content.decode(), "utf-8"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"


def encode(text: str, encoding: str) -> bytes:
    """Bytes of a text. Raises UnicodeEncodeError where the encoding cannot say it."""
    return text.encode(encoding)
