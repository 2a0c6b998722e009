"""Contents as text: whatever the encoding, the lines that an editor would show."""

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def as_utf8(content: bytes) -> bytes:
    """The content in UTF-8 without a byte order mark; bytes that are no UTF-8 stay as they are."""
    encoding = _UTF16.get(content[:2])
    if encoding is not None:
        return content[2:].decode(encoding, "replace").encode()
    return content.removeprefix(_UTF8_MARK)


def is_binary(content: bytes) -> bool:
    """A NUL byte among the first 8,000 of something that is not UTF-16."""
    return content[:2] not in _UTF16 and b"\0" in content[:8_000]
