"""Takes secrets out of text and events before they are written; idempotent."""

import re
from collections.abc import Mapping
from functools import cached_property
from math import log2
from typing import Any

import msgspec

from agentxd.kernel.events import AnyEvent, Event, decode_event, encode_event


class _Lazy:
    """A pattern that is compiled when it is first needed: a daemon that starts needs none."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def ready(self) -> re.Pattern[str]:
        """The compiled pattern."""
        return re.compile(self._pattern)


_KEY_BLOCK = (
    r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[\s\S]*?-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|[\s\S]*)"
)
_START = "(?<![A-Za-z0-9])"
"""Where a token may begin: `Token_ghp_…` holds one, too."""
_TOKENS: tuple[tuple[str, str, str], ...] = (
    ("private key", "-----BEGIN", _KEY_BLOCK),
    ("aws key", "AKIA ASIA ABIA ACCA", rf"{_START}(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{{16}}\b"),
    (
        "github token",
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",
        rf"{_START}(?:gh[pousr]_[A-Za-z0-9]{{30,}}|github_pat_[A-Za-z0-9_]{{30,}})",
    ),
    (
        "gitlab token",
        "glpat- gldt- glrt- glcbt- glptt- glft- glsoat- glagent-",
        rf"{_START}gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[A-Za-z0-9_.-]{{20,}}",
    ),
    (
        "slack token",
        "xox xapp-",
        rf"{_START}xox[abeoprs]-[A-Za-z0-9-]{{10,}}|{_START}xapp-\d-[A-Za-z0-9-]{{10,}}",
    ),
    ("slack webhook", "hooks.slack", r"(?<=hooks\.slack\.com/services/)T[A-Za-z0-9_/]{20,}"),
    ("anthropic key", "sk-ant-", rf"{_START}sk-ant-[A-Za-z0-9_-]{{16,}}"),
    (
        "openai key",
        "sk-",
        rf"{_START}sk-(?:proj|svcacct|admin|or)-[A-Za-z0-9_-]{{16,}}|{_START}sk-[A-Za-z0-9]{{20,}}\b",
    ),
    (
        "google key",
        "AIza ya29. GOCSPX-",
        rf"{_START}AIza[A-Za-z0-9_-]{{35}}|{_START}ya29\.[A-Za-z0-9_-]{{20,}}|{_START}GOCSPX-[\w-]{{20,}}",
    ),
    (
        "stripe key",
        "k_live_ k_test_ whsec_",
        rf"{_START}(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{{16,}}|{_START}whsec_[A-Za-z0-9+/=]{{20,}}",
    ),
    ("npm token", "npm_", rf"{_START}npm_[A-Za-z0-9]{{36}}\b"),
    ("pypi token", "pypi-", rf"{_START}pypi-[A-Za-z0-9_-]{{32,}}"),
    ("hugging face token", "hf_", rf"{_START}hf_[A-Za-z0-9]{{30,}}\b"),
    ("jwt", "eyJ", rf"{_START}eyJ[A-Za-z0-9_-]{{8,}}\.eyJ[A-Za-z0-9_-]{{8,}}\.[A-Za-z0-9_-]*"),
)
"""Name, what the text must have for the pattern to be worth a try, pattern."""
_TOKEN = tuple((name, marks.split(), _Lazy(pattern)) for name, marks, pattern in _TOKENS)
_URL = _Lazy(r"(\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s/:@'\"<>]*:)([^\s/@'\"<>]+)(?=@)")
_HEADER = _Lazy(
    r"(?i)(\b(?:proxy-)?authorization['\"]?\s*[:=]\s*['\"]?(?:(?:bearer|basic|token|digest)\s+)?)"
    r"([^\s'\",;]{6,})"
)
_BEARER = _Lazy(r"(?i)(\bbearer\s+)([A-Za-z0-9._~+/=-]{20,})")
_NAMED = (
    r"(?:passwords?|passwd|passphrase|pwd|secrets?|credentials?|tokens?"
    r"|(?:api|access|private|secret|auth|encryption|signing|account|master|client|service)"
    r"[_-]?(?:key|token|secret)s?|apikey)"
)
_ASSIGNED = _Lazy(
    rf"(?i)((?:\b|_)(?:[a-z0-9]{{1,40}}[_.-]){{0,6}}?(?:[a-z0-9]{{0,20}}(?=passw))?{_NAMED}(?:_base64)?(?P<mark>['\"]?\s*\]?\s*(?::=|=>|=|:)\s*))"
    r"(?:(?P<quote>['\"`])(?P<quoted>(?:(?!(?P=quote))[^\\\r\n]|\\.)+)(?P=quote)"
    r"|(?P<bare>[^\s'\"`,;&(){}\[\]<>|]+)(?P<next>[(\[{]?))"
)
_OPTION = _Lazy(rf"(?i)(--(?:[a-z0-9]+-)*{_NAMED}\s+)(['\"]?)([^\s'\"-][^\s'\"]{{3,}})(?=\2)")
_CALLED = _Lazy(
    r"(?i)(\b(?:define|putenv|setenv|setdefault|setItem)\s*\(\s*['\"](?:[a-z0-9]+[_.-]){0,6}"
    rf"{_NAMED}['\"]\s*,\s*['\"])([^'\"\r\n]{{4,}})(?=['\"])"
)
_ELEMENT = _Lazy(rf"(?i)(<(?:[a-z0-9]+[_.:-]){{0,6}}{_NAMED}>)([^<>\s]{{4,}})(?=</)")
_NAME = _Lazy(rf"(?i)(?:^|[a-z0-9_.-]*[_.-]){_NAMED}$|^{_NAMED}$")
_CAMEL = _Lazy(r"(?<=[a-z0-9])(?=[A-Z])")
_CODE = _Lazy(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|\$.*|%.*|<.*>|\*+|x{3,}|\.{3,}|[A-Z][A-Z_]+")
_HARMLESS = frozenset(
    {"none", "null", "true", "false", "string", "bytes", "bool", "optional", "undefined"}
    | {"example", "changeme", "required", "secret", "password", "token", "test", "placeholder"}
    | {"redacted", "self", "object", "text", "number", "const", "unknown", "credentials"}
)
_SHORTEST = 4
"""Characters; nothing shorter is taken for a password."""
_SHORTEST_RANDOM = 6
_LEAST_ENTROPY = 2.3
"""Bits for each character; `abc123` has 2.6."""
HINTS = ("://", *(mark for _, marks, _ in _TOKEN for mark in marks))
"""A text with none of these and none of the names below holds no secret: the fast way out."""
NAME_HINTS = ("authorization", "bearer", "pass", "pwd", "secret", "credential", "token", "key")


def redact(text: str) -> str:
    """The text with every secret replaced by `[redacted …]`; the same text where there is none."""
    if not _may_hold_secret(text):
        return text
    for name, marks, pattern in _TOKEN:
        if any(map(text.__contains__, marks)):
            text = pattern.ready.sub(f"[redacted {name}]", text)
    small = text.lower()
    for mark, pattern in ("://", _URL), ("authorization", _HEADER), ("bearer", _BEARER):
        if mark in small:
            text = pattern.ready.sub(lambda match: _mask(match, 1, 2), text)
    text = _OPTION.ready.sub(lambda match: _mask(match, 1, 3, match[2]), text)
    for pattern in _CALLED, _ELEMENT:
        text = pattern.ready.sub(_mask_literal, text)
    return _ASSIGNED.ready.sub(_mask_assigned, text)


def redact_event(event: Event) -> tuple[AnyEvent, bytes]:
    """The event without secrets, and its canonical bytes; the very event where there were none.

    Raises msgspec.ValidationError or ValueError where it cannot be encoded.
    """
    data = encode_event(event)
    if not _may_hold_secret(data.decode()):
        return event, data  # type: ignore[return-value]  # every Event is one of AnyEvent
    plain = msgspec.to_builtins(event)
    clean = _redact_value(plain)
    if clean == plain:
        return event, data  # type: ignore[return-value]
    redacted = decode_event(msgspec.json.encode(clean))
    return redacted, encode_event(redacted)


def is_secret_name(name: str) -> bool:
    """Whether a value of this name is a secret whatever it looks like: `api_key`, `dbPassword`."""
    return _NAME.ready.match(_CAMEL.ready.sub("_", name)) is not None


def _may_hold_secret(text: str) -> bool:
    if any(map(text.__contains__, HINTS)):
        return True
    return any(map(text.lower().__contains__, NAME_HINTS))


def _redact_value(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return _redact_mapping(value)
    if isinstance(value, list | tuple):
        return [_redact_value(item) for item in value]
    return value


def _redact_mapping(mapping: Mapping[Any, Any]) -> dict[Any, Any]:
    """By name where a name tells it; a setting's name stands in `key`, its content in `value`."""
    clean = {
        redact(key) if isinstance(key, str) else key: _redact_named(str(key), value)
        for key, value in mapping.items()
    }
    name = mapping.get("key")
    if isinstance(name, str) and isinstance(mapping.get("value"), str):
        clean["value"] = _redact_named(name, mapping["value"])
    return clean


def _redact_named(name: str, value: Any) -> Any:
    if isinstance(value, str) and is_secret_name(name) and _is_literal_secret(value.strip("\"'")):
        return "[redacted]"
    return _redact_value(value)


def _mask(match: re.Match[str], kept: int, hidden: int, between: str = "") -> str:
    """Keep the group before the secret; leave what is masked or a variable as it is."""
    if match[hidden].startswith(("[redacted", "$", "{", "%", "<", "*")):
        return match[0]
    return f"{match[kept]}{between}[redacted]"


def _mask_literal(match: re.Match[str]) -> str:
    """What stands behind a name that tells it, unless it is a placeholder."""
    return f"{match[1]}[redacted]" if _is_literal_secret(match[2]) else match[0]


def _mask_assigned(match: re.Match[str]) -> str:
    if match["quoted"] is not None:
        quote = match["quote"]
        if not _is_literal_secret(match["quoted"]):
            return match[0]
        return f"{match[1]}{quote}[redacted]{quote}"
    bare = match["bare"]
    if bare.isdigit() and "token" in match[1].lower():
        return match[0]  # a count
    is_tight = not match["mark"].strip("=:")
    if match["next"] or not _is_literal_secret(bare) or not (is_tight or _is_random(bare)):
        return match[0]
    if _is_python_name(bare) and not _is_shouted(match[1]):
        return match[0]
    return f"{match[1]}[redacted]{match['next']}"


def _is_literal_secret(value: str) -> bool:
    """Not a type, a placeholder, a variable, a sentence or an expression."""
    word = value.strip()
    return (
        len(word) >= _SHORTEST
        and word.lower() not in _HARMLESS
        and not word.startswith(("[redacted", "${", "{{", "$("))
        and _CODE.ready.fullmatch(word) is None
        and " " not in word
    )


def _is_shouted(name: str) -> bool:
    """`DB_PASSWORD=`: an environment variable, whose value is no expression."""
    return name.isupper()


def _is_python_name(value: str) -> bool:
    """A name such as `user_password` or `next_token`: code that hands a variable on."""
    return value.isidentifier() and ("_" in value or value.isalpha()) and not _is_random(value)


def _is_random(value: str) -> bool:
    """Letters and digits mixed, with the entropy of something that nobody typed as a word."""
    has_both = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return has_both and len(value) >= _SHORTEST_RANDOM and _entropy(value) >= _LEAST_ENTROPY


def _entropy(value: str) -> float:
    """Shannon entropy in bits for each character."""
    size = len(value)
    return -sum(value.count(c) / size * log2(value.count(c) / size) for c in set(value))
