"""The rule secret: passwords, keys and tokens that whoever reads the repository can use."""

from collections.abc import Iterator

from msgspec import Struct

from agentxd.index.secrets import suspicions
from agentxd.kernel.patterns import Lazy
from agentxd.kernel.redaction import SecretPlace, secrets_in
from agentxd.kernel.review import ChangedFile, Example, Finding, RuleInfo, Severity
from agentxd.kernel.review_ports import Ground
from agentxd.plugins.rules.paths import is_document, is_example, is_foreign, is_lock, is_test
from agentxd.plugins.rules.secret_values import (
    decoded,
    is_issued,
    is_live_password,
    is_live_value,
    is_placeholder_token,
    is_real_key_block,
)
from agentxd.plugins.rules.text import touched_first

_TOLD = frozenset({"url", "header", "bearer", "option", "named"})
"""Kinds that are known by what stands before them, not by how they look."""
_BRANDS = {
    "aws": "AWS", "github": "GitHub", "gitlab": "GitLab", "openai": "OpenAI", "npm": "npm",
    "pypi": "PyPI", "jwt": "JSON web token", "digitalocean": "DigitalOcean", "sendgrid": "SendGrid",
    "rubygems": "RubyGems", "private": "private", "age": "age",
}  # fmt: skip
_SPOKEN = ("a", "e", "i", "o", "u", "A", "O", "npm")
"""How words begin that have "an" before them."""
_MILD = frozenset({"jwt", "google key", "discord webhook"})
"""Often restricted in other ways, or meant to be seen."""
_ALLOWED = Lazy(
    r"(?i)pragma: ?allowlist|gitleaks:allow|nosec|noqa: ?S10|trufflehog:ignore"
    r"|not a (?:real )?secret|\bexample\b|\bdummy\b|\bfake\b|\bplaceholder\b|for tests?(?:ing)?\b"
    r"|\be\.g\."
)
_NEAR_HOST = Lazy(
    r"(?i)@(?:localhost|127\.|0\.0\.0\.0|\[?::1|10\.|192\.168\.|[\w-]+(?:[:/\"'\s]|$)|[\w.-]*example"
    r"|[\w.-]*\.(?:local|test|internal|invalid)\b|[\w.-]*test|\$|\{|%|<)"
)
_SEALED = (b"kind: SealedSecret", b"\nsops:", b"ENC[AES256", b"$ANSIBLE_VAULT")
_BLOB = Lazy(r"[A-Za-z0-9+/=]*")
_LONGEST_AROUND = 60
"""Letters of base64 around a token that make it a part of something larger."""
_LONGEST_LINE = 5_000
"""Bytes; of longer ones, only vendors' tokens are found, and the line is told without a column."""
_WORD = "aB3dE6gH9jK2mN5pQ8sT"
_NAME = Lazy(r"[\w.-]+(?=\W*$)")


class Secrets:
    """Finds vendors' tokens by their form, private keys, and random values of telling names."""

    info = RuleInfo(
        id="secret",
        title="secret in the repository",
        severity=Severity.ERROR,
        doc=(
            "Whoever can read a repository, or any copy of its history, can use what stands in it. "
            "Found as errors are tokens and keys whose form tells the vendor (AWS, GitHub, GitLab, "
            "Slack, Stripe, OpenAI, Anthropic and two dozen more) and private keys; as warnings, "
            "random values whose name tells a secret (`api_key`, `DB_PASSWORD`), passwords in "
            "addresses, and literal authorization headers.\n\n"
            "Not found are placeholders, variables and templates, checksums, lock files, UUIDs, "
            "public and encrypted keys, password hashes, images in base64, and the values that "
            "tests, examples and documents show; a vendor's token in those is a note, unless its "
            "own checksum proves that it was issued. The secret is never repeated.\n\n"
            "Revoke it first: taking the line away leaves it in the history. Then read it from the "
            "environment or a secret store."
        ),
        bad=(
            Example("deploy.py", f'TOKEN = "{"ghp_" + _WORD * 2}"\n'),
            Example(".env", f"AWS_ACCESS_KEY_ID={'AKIA' + 'QZ7WXT3NKLPVB2RD'}\n"),
            Example("src/db.ts", f'export const dbPassword = "{"kV9" + "#tQ2x!Lm7"}";\n'),
            Example(
                "config.yaml", f"api_key: {'f3a91c07' + 'be52d846' + '19e0c7b3' + '5d8f24a6'}\n"
            ),
            Example(
                "main.go",
                f'package main\n\nconst u = "postgres://app:{"x7Kq" + "9Zt2pW"}@db.acme.io/a"\n',
            ),
            Example("chat.rb", f'SLACK = "{"xoxb-" + "2847561930-" + _WORD}"\n'),
        ),
        good=(
            Example(".env.example", f"API_KEY={_WORD}\n"),
            Example("app.py", 'password = os.environ["PASSWORD"]\ntoken = "<your token>"\n'),
            Example("tests/test_login.py", f'password = "{"kV9" + "#tQ2x!Lm7"}"\n'),
            Example("package-lock.json", '{"integrity": "sha512-' + _WORD * 4 + '=="}\n'),
            Example("a.ts", 'const apiKey = "123e4567-e89b-12d3-a456-426614174000";\n'),
            Example("a.go", 'package a\n\nconst u = "postgres://app:app@localhost/a"\n'),
            Example("app.css", "a { background: url(data:image/png;base64," + _WORD * 9 + "); }\n"),
            Example("key.pem", "-----BEGIN PUBLIC KEY-----\n" + _WORD * 3 + "\n"),
        ),
    )

    def look(self, file: ChangedFile, ground: Ground) -> Iterator[Finding]:  # noqa: ARG002  # the port
        """Those of the change first."""
        if not file.new or file.is_binary or is_lock(file.path):
            return
        yield from touched_first(file, self._all(file))

    def _all(self, file: ChangedFile) -> Iterator[Finding]:
        content = file.new or b""
        around = _Around(
            is_aside=any(
                test(file.path) for test in (is_test, is_example, is_document, is_foreign)
            ),
            is_named=not (file.is_generated or is_foreign(file.path) or _is_sealed(content)),
        )
        line, done = 0, 0
        for start, end in suspicions(content):
            line += content.count(b"\n", done, start)
            done = start
            begin = content.rfind(b"\n", 0, start) + 1
            text = content[begin if start - begin < _LONGEST_LINE else start : end]
            has_columns = start - begin < _LONGEST_LINE
            for place, severity in _live(text.decode(errors="replace"), around):
                yield self._finding(file, place, severity, (line, has_columns))

    def _finding(
        self, file: ChangedFile, place: "_Place", severity: Severity, at: tuple[int, bool]
    ) -> Finding:
        line, has_columns = at
        return Finding(
            rule=self.info.id,
            severity=severity,
            path=file.path,
            line=line + place.line,
            end_line=line + place.end_line + 1,
            column=place.column if has_columns else -1,
            end_column=place.end_column if has_columns else -1,
            message=_message(place.kind, place.name),
            advice="Revoke it, and read it from the environment or a secret store",
        )


class _Around(Struct, frozen=True):
    """What the file tells of the values in it."""

    is_aside: bool
    """A test, an example or a document."""
    is_named: bool
    """Whether a name is enough: not in what was generated, or is encrypted."""


class _Place(Struct, frozen=True):
    """A secret in a text, by lines and columns."""

    kind: str
    name: str
    line: int
    column: int
    end_line: int
    end_column: int


def _live(text: str, around: _Around) -> Iterator[tuple[_Place, Severity]]:
    """What is no placeholder; of two that overlap the one that tells more."""
    taken: list[tuple[int, int]] = []
    for place in secrets_in(text):
        if any(start < place.end and place.start < end for start, end in taken):
            continue
        severity = _severity(place, text, around)
        if severity is not None and not _ALLOWED.search(_line_around(text, place)):
            yield _placed(place, text), severity
        if severity is not None or place.kind not in _TOLD:
            taken.append((place.start, place.end))


def _severity(place: SecretPlace, text: str, around: _Around) -> Severity | None:
    value = text[place.start : place.end]
    if place.kind in _TOLD:
        is_live = around.is_named and not around.is_aside and _is_told(place, value, text)
        return Severity.WARNING if is_live else None
    if place.kind == "private key":
        return Severity.ERROR if not around.is_aside and is_real_key_block(value) else None
    if place.kind in ("github token", "npm token") and is_issued(value):
        return Severity.ERROR
    is_shown = is_placeholder_token(value) or _is_part_of_blob(place, text)
    return None if is_shown else _of_vendor(place.kind, value, around)


def _of_vendor(kind: str, value: str, around: _Around) -> Severity | None:
    if around.is_aside:
        return None if kind in _MILD else Severity.NOTE
    if value.startswith("pk_"):
        return None  # meant to be seen
    if "_test_" in value:
        return Severity.NOTE
    if kind == "jwt":
        claims = decoded(value.split(".")[1])
        is_known = any(word in claims for word in ("1234567890", "anon", "John Doe", "example"))
        return None if is_known else Severity.WARNING
    return Severity.WARNING if kind in _MILD else Severity.ERROR


def _is_told(place: SecretPlace, value: str, text: str) -> bool:
    if place.kind == "url":
        user = place.name.rpartition("//")[2].rstrip(":")
        is_near = _NEAR_HOST.match(text, place.end) is not None
        return value != user and not is_near and is_live_password(value)
    if place.kind in ("header", "bearer"):
        words = decoded(value) if "basic" in place.name.lower() else ""
        return (":" in words and is_live_password(words)) or is_live_value(value, "key")
    if place.kind == "option":
        return is_live_value(value, place.name)
    return is_live_value(value.strip("\"'"), _called(place.name) or place.name)


def _is_part_of_blob(place: SecretPlace, text: str) -> bool:
    """A run of letters in the middle of an image or a certificate."""
    before = _BLOB.match(text[max(0, place.start - 200) : place.start][::-1])
    after = _BLOB.match(text, place.end)
    n_around = sum(len(match[0]) for match in (before, after) if match)
    return n_around > _LONGEST_AROUND


def _line_around(text: str, place: SecretPlace) -> str:
    """The line without the secret, and the line above it."""
    begin = text.rfind("\n", 0, max(0, text.rfind("\n", 0, place.start))) + 1
    end = text.find("\n", place.end)
    head = text[max(begin, place.start - 300) : place.start]
    return head + text[place.end : end if end >= 0 else len(text)][:300]


def _placed(place: SecretPlace, text: str) -> _Place:
    begin, last = text.rfind("\n", 0, place.start) + 1, text.rfind("\n", 0, place.end) + 1
    return _Place(
        place.kind,
        _called(place.name) if place.kind == "named" else "",
        text.count("\n", 0, place.start),
        place.start - begin,
        text.count("\n", 0, place.end),
        place.end - last,
    )


def _called(name: str) -> str:
    """The name alone, of what stands before a value."""
    match = _NAME.search(name)
    return match[0].strip(".-")[:60] if match else ""


def _message(kind: str, name: str) -> str:
    if kind == "named":
        return (
            f"the value of {name} looks like a live secret" if name else "a secret is in the code"
        )
    told = {
        "url": "a password in an address",
        "header": "a literal authorization header",
        "bearer": "a literal bearer token",
        "option": "a password on a command line",
    }.get(kind)
    if told is None:
        brand, _, rest = kind.partition(" ")
        word = f"{_BRANDS.get(brand, brand.capitalize())} {rest}".strip()
        told = f"{'an' if word.startswith(_SPOKEN) else 'a'} {word}"
    return f"{told} is in the code"


def _is_sealed(content: bytes) -> bool:
    return any(mark in content for mark in _SEALED)
