"""Tells a live secret from a placeholder, a name, a checksum and whatever else is told like one."""

import re
from binascii import Error as Base64Error
from binascii import a2b_base64
from itertools import pairwise
from math import log2
from zlib import crc32

from agentxd.kernel.patterns import Lazy

_PLACEHOLDER = Lazy(
    r"(?i)exampl|sample|dummy|fake|mock|placeholder|change.?(?:me|it)|replace|redact|your|insert|here"
    r"|^my|[-_]my[-_]|test|foo|bar(?![a-z0-9]{12})|baz|xxx|\.\.\.|\*\*\*|none|null|undefined|default"
    r"|secret|passw|token|admin|hunter2|letmein|qwerty|asdf|lorem|deadbeef|c0ffee|cafebabe|insecure"
    r"|0{5}|1{5}|f{6}|a{6}|do.?not|not.?real|invalid|dev(?![a-z0-9]{12})|local|demo|some|super"
)
_SHORT_WORDS = Lazy(r"(?i)exampl|placeholder|changeme|dummy|fake|redact|x{5}|0{6}|\*{3}|\.{3}")
"""What a placeholder for a vendor's token has: short words may stand in a random one by chance."""
_TEMPLATE = Lazy(r"[{}<>]|\$\(|\$\w|%[(s]|\\[nt]|\s")
_HASHED = Lazy(
    r"(?i)\$(?:2[aby]|5|6|argon2\w*|apr1|scrypt|pbkdf2)[$-]|^pbkdf2|^sha\d+[-:]|^md5|^ENC\[|^\{cipher\}"
    r"|^vault:|^!|^arn:|^projects/|^op://|^ssh-|^AAAA[BEC]|^-----|^data:|^gAAAAA|^AQICA|^v1\.|^https?:"
)
_UUID = Lazy(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_HEX = Lazy(r"(?i)(?:0x)?[0-9a-f]+")
_HARMLESS_NAME = Lazy(
    r"(?i)hash|checksum|digest|sha\d|md5|commit|revision|etag|fingerprint|integrity|public|publish"
    r"|csrf|xsrf|(?:page|next|continuation|sync|cursor|site|sitekey|verification|cache|sort|primary"
    r"|foreign|partition|translation|i18n|locale|reset|design|color|theme|lexer|end|start|stop|pad"
    r"|eos|bos|mask|last|first|prev)[_-]?(?:token|key)|placeholder|example|fake|dummy|mock|test|invalid"
    r"|expected|wrong|bad|label|hint|error|message|_pattern"
)
_CLASSES = ((str.islower, "a"), (str.isupper, "A"), (str.isdigit, "0"))
_ENTROPY_KEY, _ENTROPY_HEX, _ENTROPY_PASSWORD = 3.2, 3.0, 2.75
"""Bits for each character."""
_SHORTEST_KEY, _SHORTEST_HEX, _SHORTEST_PASSWORD = 16, 32, 8
_LONGEST = 400
_LEAST_CHANGES = 0.25
"""Of neighbours, how many are of different kinds: in words nearly none, at random over half."""
_LEAST_KINDS, _LEAST_PASSWORD_CHANGES = 3, 3
_RUN = 6
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_N_CHECK = 6


def is_placeholder_token(token: str) -> bool:
    """A vendor's token that nobody got from the vendor."""
    body = token.rpartition("_")[2] if "_" in token else token
    return (
        _SHORT_WORDS.search(token) is not None
        or _has_run(body)
        or len(set(body)) < min(8, len(body) // 3)
        or not any(char.isdigit() for char in token)
    )


def is_live_value(value: str, name: str) -> bool:
    """Whether something of this name was drawn at random, and is no placeholder or hash."""
    if not _SHORTEST_PASSWORD <= len(value) <= _LONGEST or _HARMLESS_NAME.search(name):
        return False
    if any(p.search(value) for p in (_PLACEHOLDER, _TEMPLATE, _HASHED, _UUID)) or _has_run(value):
        return False
    if "pass" in name.lower() or "pwd" in name.lower():
        return is_live_password(value)
    return _is_random_key(value)


def is_live_password(value: str) -> bool:
    """Kinds of characters mixed as nobody mixes them in a word or a name."""
    if len(value) < _SHORTEST_PASSWORD or _PLACEHOLDER.search(value) or _TEMPLATE.search(value):
        return False
    kinds = _kinds(value)
    n_changes = _n_changes(kinds)
    n_mixed = len(re.findall(r"[A-Za-z]\d+[A-Za-z]|\d[A-Za-z]+\d", value))
    return (
        (len(set(kinds)) >= _LEAST_KINDS or n_mixed > 1)
        and n_changes >= _LEAST_PASSWORD_CHANGES
        and "0" in kinds
        and (n_mixed > 0 or "." in kinds)
        and not _is_words(value)
        and entropy(value) >= _ENTROPY_PASSWORD
    )


def is_issued(token: str) -> bool:
    """Whether a token of GitHub or npm ends with the checksum of its beginning: it was issued."""
    body = token.rpartition("_")[2]
    if len(body) <= _N_CHECK or not body.isalnum() or not body.isascii():
        return False
    number, digits = crc32(body[:-_N_CHECK].encode()), ""
    for _ in range(_N_CHECK):
        number, digit = divmod(number, len(_BASE62))
        digits = _BASE62[digit] + digits
    return digits == body[-_N_CHECK:]


def is_real_key_block(block: str) -> bool:
    """Whether a private key has a body, and one of random letters."""
    body = block.partition("KEY")[2].replace("\\n", "\n").replace("\\r", "")
    lines = re.findall(r"[A-Za-z0-9+/=]{40,}", body.partition("-----END")[0])
    return any(entropy(line) >= 4 and not _has_run(line[8:]) for line in lines)  # noqa: PLR2004


def decoded(part: str) -> str:
    """What base64 says; empty where it is none."""
    try:
        return a2b_base64(part.replace("-", "+").replace("_", "/") + "==").decode(errors="replace")
    except Base64Error:
        return ""


def entropy(value: str) -> float:
    """Shannon entropy in bits for each character."""
    size = len(value)
    return -sum(value.count(char) / size * log2(value.count(char) / size) for char in set(value))


def _is_random_key(value: str) -> bool:
    if _HEX.fullmatch(value):
        has_both = not value.isdigit() and any(char.isdigit() for char in value)
        return has_both and len(value) >= _SHORTEST_HEX and entropy(value) >= _ENTROPY_HEX
    kinds = _kinds(value)
    return (
        len(value) >= _SHORTEST_KEY
        and "0" in kinds
        and _n_changes(kinds) >= _LEAST_CHANGES * len(value)
        and not _is_words(value)
        and entropy(value) >= _ENTROPY_KEY
    )


def _is_words(value: str) -> bool:
    """Words, numbers and versions joined by signs, or by capitals: a name, a path, a sentence."""
    parts = re.findall(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}|\d+|[A-Za-z]", value)
    n_word = sum(len(part) for part in parts if part.isalpha() and len(part) > 2)  # noqa: PLR2004
    return n_word >= 0.7 * sum(map(len, parts))


def _kinds(value: str) -> str:
    return "".join(next((k for test, k in _CLASSES if test(char)), ".") for char in value)


def _n_changes(kinds: str) -> int:
    return sum(one != other for one, other in pairwise(kinds))


def _has_run(value: str) -> bool:
    """Neighbours of an alphabet or of the digits, or one sign again and again."""
    small = value.lower()
    steps = [ord(b) - ord(a) for a, b in pairwise(small)]
    length, last = 1, None
    for step in steps:
        length = length + 1 if step == last and step in (0, 1, -1) else 1
        last = step
        if length >= _RUN - 1:
            return True
    return False
