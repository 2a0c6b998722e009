"""What of a chunk can be found, and that secrets cannot (invariant 13)."""

import pytest
from agentxd.index.secrets import masked
from agentxd.index.texts import chunk_texts, document_text, readable_lines
from agentxd.index.words import WordSplitter
from agentxd.kernel.index import Chunk, Parsed, Symbol, SymbolKind
from agentxd.kernel.redaction import redact
from agentxd.plugins.languages.parser import TreeSitterParser
from hypothesis import given
from hypothesis import strategies as st

SOURCE = b'''"""Words of the module."""

class HttpClient:
    """Talks to servers."""

    timeoutSeconds = 3

    def fetch_page(self, url: str) -> bytes:
        """Get one page."""
        return self._session.openUrl(url)
'''


@pytest.fixture(scope="module")
def parser() -> TreeSitterParser:
    return TreeSitterParser()


def test_names_heads_and_bodies(parser: TreeSitterParser) -> None:
    parsed = parser.parse("python", SOURCE)
    [text] = chunk_texts(SOURCE, parsed, WordSplitter())
    assert text.name == "http client httpclient"
    assert text.head.startswith("class http client httpclient talks to servers")
    assert "def fetch page fetchpage self url str bytes" in text.head
    assert "open url openurl" in text.body
    assert "words of the module" in text.body


def test_a_text_for_every_chunk_and_bounded_ones(parser: TreeSitterParser) -> None:
    content = b"x = 1\n" * 500 + b"word " * 100_000 + b"\nlast\n"
    parsed = parser.parse("text", content)
    texts = chunk_texts(content, parsed, WordSplitter())
    assert len(texts) == len(parsed.chunks)
    assert max(len(text.body) for text in texts) < 30_000
    assert texts[-1].body.endswith("last")


def test_what_an_embedder_gets(parser: TreeSitterParser) -> None:
    content = b'def long(a):\n    """Says."""\n' + b"    a += 1\n" * 100
    parsed = parser.parse("python", content)
    first, second = (document_text(readable_lines(content), parsed, c) for c in parsed.chunks[:2])
    assert first.startswith('long\ndef long(a):\n    """Says."""\n    a += 1\n')
    assert second.startswith("long\ndef long(a)\nSays.\n    a += 1\n")
    assert len(document_text(["x" * 9_000], Parsed("text"), Chunk(0, 1))) == 4_000


def test_lines_are_those_that_an_editor_shows() -> None:
    assert readable_lines("\ufeffa\nü".encode()) == ["a", "ü"]
    assert readable_lines("a\nü\n".encode("utf-16")) == ["a", "ü", ""]
    assert readable_lines(b"a\xff\nb") == ["a\ufffd", "b"]


SECRETS = {
    "a key of a vendor": (b'client = Client("sk-ant-api03-Q7ZPLMWX9VB12abcd")\n', "Q7ZPLMWX9VB12"),
    "a token": (b"# ghp_0123456789abcdefghijABCDEFGHIJ012345\nx = 1\n", "0123456789abcdefghij"),
    "a password": (b'DB_PASSWORD = "correcthorse9staple"\n', "correcthorse9staple"),
    "a password on the next line": (b'password = \\\n  "correcthorse9staple"\n', ""),
    "an address": (b'u = "postgres://me:hunter2hunter@db/x"\n', "hunter2hunter"),
    "a header": (b'h = {"Authorization": "Bearer abcdefghij0123456789xyz"}\n', "abcdefghij"),
    "an option": (b"tool --api-key q9w8e7r6t5y4 go\n", "q9w8e7r6t5y4"),
    "a key in a table": (b"secret_key: zx81spectrum48k\n", "zx81spectrum48k"),
    "behind a long line": (b"x" * 5_000 + b" AKIAIOSFODNN7ABCDEFG\n", "AKIAIOSFODNN7ABCDEFG"),
    "a private key": (
        (
            b"k = '''-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAqwe\nqwertzuiop\n"
            b"-----END RSA PRIVATE KEY-----'''\nafter = 1\n"
        ),
        "MIIEowIBAAKCAQEAqwe",
    ),
    "a constant": (b"define('DB_PASSWORD', 'correcthorse9staple');\n", "correcthorse9staple"),
    "an element": (b"<password>correcthorse9staple</password>\n", "correcthorse9staple"),
    "two in a line": (b'a = "AKIAIOSFODNN7ABCDEFG"; token = "s3cr3tValue99"\n', "s3cr3tValue99"),
}


@pytest.mark.parametrize("language", ["python", "yaml", "text", "bash", "javascript", "markdown"])
@pytest.mark.parametrize(("content", "secret"), SECRETS.values(), ids=SECRETS.keys())
def test_invariant_13_a_secret_in_a_file_cannot_be_found(
    content: bytes, secret: str, language: str, parser: TreeSitterParser
) -> None:
    content = b"def before(): pass\n" + content
    parsed = parser.parse(language, content)
    texts = chunk_texts(content, parsed, WordSplitter())
    documents = [document_text(readable_lines(content), parsed, c) for c in parsed.chunks]
    everything = repr((parsed, texts, documents)).lower()
    assert not secret or secret.lower() not in everything
    assert "before" in everything


@pytest.mark.parametrize(("content", "_secret"), SECRETS.values(), ids=SECRETS.keys())
def test_stars_leave_every_place_where_it_was(content: bytes, _secret: str) -> None:
    clean = masked(content)
    assert redact(clean.decode()) == clean.decode()
    assert len(clean) == len(content)
    assert clean.count(b"\n") == content.count(b"\n")
    assert masked(clean) == clean


@pytest.mark.parametrize(
    "content",
    [
        "password: hemlighet\u00c5Tail99\n",
        'url = "postgres://u:pass\u00e0Tail99@host/db"\n',
        "Authorization: Bearer abcdefghijklmnopqrstuvw\u00e0Tail99\n",
    ],
)
def test_a_byte_of_a_letter_is_no_space_that_ends_a_secret(content: str) -> None:
    clean = masked(content.encode())
    assert [word in redact(content) for word in ("hemlighet", "pass\u00e0", "abcdef")] == [
        False
    ] * 3
    assert not any(word in clean for word in (b"hemlighet", b"pass\xc3", b"abcdef"))
    assert clean.count(b"\n") == 1
    assert len(clean) == len(content.encode())


HARMLESS = [
    b"token = self.next_token()\nkey = lambda item: item.key\npassword: str\n",
    b"https://example.org/a:b@c\n",
    b'raise KeyError("no such key: " + key)\n',
    b".task-list-item-checkbox-mask-image { a: b }\n",
    b"",
]


@pytest.mark.parametrize("content", HARMLESS)
def test_what_holds_no_secret_stays_the_very_same(content: bytes) -> None:
    assert masked(content) is content


def test_a_text_for_each_chunk_even_without_symbols() -> None:
    symbol = Symbol("a", SymbolKind.KEY, 0, 0, 0, 1)
    parsed = Parsed("text", (symbol,), chunks=(Chunk(0, 1, 0), Chunk(1, 2)))
    one, two = chunk_texts(b"x y\nz", parsed, WordSplitter())
    assert (one.name, one.body, two.name, two.body) == ("a", "x y", "", "z")


PIECES = st.sampled_from(
    [
        "password", "db_token", "API-KEY", "apiKey", "client_secret", "Authorization", "bearer ",
        "credentials", "pwd", "passphrase", "--token", "://", "user", ":", "=", " = ", ": ", "=>",
        '"', "'", "@", "\n", " ", "q9w8e7r6t5y4", "correcthorse9staple", "xoxb-", "sk-", "eyJ",
        "AKIAIOSFODNN7ABCDEFG", "ghp_0123456789abcdefghijABCDEFGHIJ012345", "0123456789" * 3,
        "hooks.slack.com/services/T00000000/B0/XXXXXXXXXXXXXXXX", "ya29.", "{", "}", "x", "_base64",
        "-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----",
    ]
)  # fmt: skip


WORDS = ["q9w8e7r6t5y4", "correcthorse9staple", "AKIAIOSFODNN7ABCDEFG", "ghp_0123456789", "XXXXXXX"]


@given(st.lists(PIECES, max_size=25).map("".join))
def test_what_redaction_takes_out_is_starred(text: str) -> None:
    """The quick look before the thorough one overlooks nothing."""
    gone = [word for word in WORDS if word in text and word not in redact(text)]
    clean = masked(text.encode()).decode()
    assert [word for word in gone if word in clean] == []
