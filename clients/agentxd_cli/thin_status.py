"""`agentxd status` of a running daemon, with a raw socket and no heavy import."""

import sys

from agentxd_client import launch
from agentxd_protocol import places

_CALL = b'{"jsonrpc":"2.0","id":1,"method":"agentx/daemon/status","params":{}}'


def run(start: str) -> int | None:
    """Print it; None where the full command has to tell what is wrong."""
    try:
        link = launch.connect(places.find_root(start))
    except launch.LaunchError:
        return None
    if link is None:
        return None
    link.settimeout(5)
    try:
        link.sendall(b"Content-Length: %d\r\n\r\n" % len(_CALL) + _CALL)
        found = _answer(link)
    except OSError:
        return None
    if found is None:
        return None
    from agentxd_cli.status_text import lines_of

    sys.stdout.write("\n".join(lines_of(found)) + "\n")
    return 0


def _answer(link: object) -> dict[str, object] | None:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(link)
    header, _, body = data.partition(b"\r\n\r\n")
    length = int(header.rpartition(b":")[2])
    while len(body) < length:
        body += _more(link)
    message: dict[str, dict[str, object]] = _decoded(body.decode())
    return message.get("result")


def _decoded(text: str) -> "dict[str, dict[str, object]]":
    """`json.loads` without the regular expressions that `json` compiles at import: 9 of 40 ms."""
    try:
        from _json import make_scanner
    except ImportError:  # another Python than CPython
        import json

        message: dict[str, dict[str, object]] = json.loads(text)
        return message
    scan = make_scanner(_Context)  # type: ignore[arg-type]  # the stubs know it as a class only
    found: dict[str, dict[str, object]] = scan(text, 0)[0]
    return found


class _Context:
    """What the scanner of CPython's `json` asks its decoder for."""

    strict = True
    object_hook = object_pairs_hook = None
    parse_float, parse_int, parse_constant = float, int, float
    memo: "dict[str, str]" = {}  # noqa: RUF012  # `typing` is what this file does without


def _more(link: object) -> bytes:
    data: bytes = link.recv(1 << 16)  # type: ignore[attr-defined]  # _socket has no stubs
    if not data:
        raise OSError("the daemon closed the connection")
    return data
