"""Embedding servers over their own wires: good answers, batches, and everything that goes wrong."""

import json

import numpy as np
import pytest
from agentxd.kernel.errors import EmbedderError
from agentxd.plugins.embedders import ollama, openai_compatible
from agentxd.plugins.embedders.making import EmbedderSettings
from agentxd.plugins.embedders.registry import make_embedder
from agentxd.plugins.embedders.remote import RemoteEmbedder, prefixes_of
from loopback.embedding import DIMENSIONS, Reply, embedding_server, nobody, refused

KEY = "sk-0123456789abcdef0123"
MAKERS = {"ollama": ollama.make, "openai": openai_compatible.make}
VENDORS = tuple(MAKERS)


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OLLAMA_HOST", "OLLAMA_API_KEY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server():
    with embedding_server() as found:
        yield found


def made(vendor, server, **changes) -> RemoteEmbedder:
    """An embedder that does not sleep between attempts, but notes how long it would."""
    url = server.openai_url if vendor == "openai" else server.url
    found = MAKERS[vendor](
        EmbedderSettings(**{"model": "test-embed", "url": url, "key": KEY, **changes})
    )
    found.waits = []
    found._sleep = found.waits.append
    server.asked.clear()
    return found


def rows(packed: bytes) -> np.ndarray:
    return np.frombuffer(packed, np.int8).reshape(-1, DIMENSIONS).astype(float)


@pytest.mark.parametrize("vendor", VENDORS)
def test_texts_become_rows_in_their_order(server, vendor) -> None:
    embedder = made(vendor, server)
    assert (embedder.name, embedder.dimensions, embedder.is_cheap) == (
        f"{vendor}/test-embed",
        DIMENSIONS,
        False,
    )
    found = rows(embedder.documents(["read the file", "open a socket", "write a file"]))
    asked = rows(embedder.query("the file is read"))[0]
    assert len(found) == 3
    assert np.argmax(found @ asked) == 0
    assert embedder.documents([]) == b""
    lengths = np.linalg.norm(found, axis=1)
    assert lengths.min() > 0.95 * lengths.max()
    assert {one.headers["authorization"] for one in server.asked} == {f"Bearer {KEY}"}


@pytest.mark.parametrize("vendor", VENDORS)
def test_many_texts_go_in_batches(server, vendor) -> None:
    embedder = made(vendor, server)
    texts = [f"text number {at}" for at in range(150)]
    assert rows(embedder.documents(texts)).shape == (150, DIMENSIONS)
    assert [len(one.texts) for one in server.asked] == [64, 64, 22]
    server.asked.clear()
    embedder.documents(["x" * 30_000] * 20)
    assert all(sum(map(len, one.texts)) <= 100_000 for one in server.asked)


@pytest.mark.parametrize("vendor", VENDORS)
def test_empty_and_odd_texts_are_embedded(server, vendor) -> None:
    found = made(vendor, server).documents(
        ["", "  ", "\0", "日本語 🦊", "a\ud800b".encode("utf-8", "replace").decode()]
    )
    assert len(found) == 5 * DIMENSIONS
    assert all(text for one in server.asked for text in one.texts)


@pytest.mark.parametrize("vendor", VENDORS)
def test_texts_that_are_too_long_for_the_model_are_cut(server, vendor) -> None:
    embedder = made(vendor, server)
    server.longest = 900
    assert len(embedder.documents(["word " * 1_000, "short"])) == 2 * DIMENSIONS
    assert [max(map(len, one.texts)) for one in server.asked] == [4_999, 2_499, 1_249, 624]
    assert embedder.waits == []


LATER = [
    (refused(429, "slow down", retry_after="7"), [7.0]),
    (refused(429, "slow down", retry_after="Thu, 01 Jan 2026 00:00:00 GMT"), [0.5]),
    (refused(429, "slow down", retry_after="9999"), [30.0]),
    (refused(500, "it broke"), [0.5]),
    (refused(503, "overloaded"), [0.5]),
    (Reply(502, b"<html>Bad gateway</html>", content_type="text/html"), [0.5]),
    (Reply(is_dropped=True), [0.5]),
    (Reply(is_cut=True), [0.5]),
]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize(("reply", "waits"), LATER)
def test_what_passes_is_tried_again(server, vendor, reply, waits) -> None:
    embedder = made(vendor, server)
    server.replies.append(reply)
    assert len(embedder.documents(["one text"])) == DIMENSIONS
    assert embedder.waits == waits
    assert len(server.asked) == 2


FOREVER = {
    "400": (
        refused(400, "this is no embedding model"),
        "does not take the request (400): this is no embedding model",
        1,
    ),
    "401": (refused(401, f"Incorrect API key provided: {KEY}."), "does not take the key (401)", 1),
    "403": (refused(403, "not for you"), "does not take the key (403): not for you", 1),
    "404": (refused(404, 'model "test-embed" not found'), "has no model 'test-embed' (404)", 1),
    "422": (refused(422, "input must be a string"), "does not take the request (422)", 1),
    "429": (refused(429, "slow down"), "takes no request at the moment (429): slow down", 4),
    "429_quota": (
        refused(429, "You exceeded your current quota."),
        "(429): You exceeded your current quota.",
        1,
    ),
    "500": (refused(500, "it broke"), "takes no request at the moment (500): it broke", 4),
    "502_html": (Reply(502, b"<html>Bad gateway</html>", content_type="text/html"), "(502): ", 4),
    "200_html": (
        Reply(body=b"<html>Welcome</html>", content_type="text/html"),
        "cannot be read",
        1,
    ),
    "no_json": (Reply(body=b'{"embeddings": [[0.1, '), "cannot be read", 1),
    "not_utf8": (Reply(body=b"\xff\xfe\x00"), "cannot be read", 1),
    "null": (Reply(body=b"null"), "cannot be read", 1),
    "list": (Reply(body=b"[1, 2]"), "cannot be read", 1),
    "error_list": (Reply(400, b'["no"]'), "", 1),
    "other_shape": (Reply(body=b'{"vectors": []}'), "cannot be read", 1),
    "error_in_200": (Reply(body=b'{"error": {"message": "no such model"}}'), "cannot be read", 1),
    "fewer_rows": (Reply(rows=lambda found: found[:-1]), "1 rows for 2 texts", 1),
    "no_rows": (Reply(rows=lambda found: []), "0 rows for 2 texts", 1),
    "empty_rows": (Reply(rows=lambda found: [[], []]), "2 rows for 2 texts", 1),
    "ragged_rows": (Reply(rows=lambda found: [found[0], found[1][:-1]]), "of different lengths", 1),
    "not_finite": (Reply(rows=lambda found: [[1e999] * DIMENSIONS] * 2), "", 1),
    "rows_of_words": (Reply(rows=lambda found: [["a"] * DIMENSIONS] * 2), "", 1),
    "rows_of_null": (Reply(rows=lambda found: [None, None]), "", 1),
    "rows_are_text": (Reply(rows=lambda found: "nothing"), "", 1),
    "other_dimensions": (Reply(rows=lambda found: [row[:8] for row in found]), "8 dimensions", 1),
    "dropped": (Reply(is_dropped=True), "cannot be reached", 4),
    "cut": (Reply(is_cut=True), "cannot be reached", 4),
    "stalled": (Reply(stall_s=0.5), "does not answer in time", 4),
}


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", FOREVER)
def test_what_stays_is_told_in_one_sentence_with_a_next_step(server, vendor, name) -> None:
    reply, words, n_asked = FOREVER[name]
    embedder = made(vendor, server, timeout_s=0.1 if name == "stalled" else 5.0)
    server.replies.extend([reply] * 10)
    with pytest.raises(EmbedderError) as caught:
        embedder.documents(["one text", "another text"])
    assert words in caught.value.message
    assert vendor in caught.value.message
    assert caught.value.next_step
    assert "\n" not in caught.value.message
    assert KEY not in caught.value.message + caught.value.next_step
    assert len(caught.value.message) < 500
    if name == "stalled":  # on a busy machine a call may end before the server has read it
        assert len(embedder.waits) == n_asked - 1
    else:
        assert len(server.asked) == n_asked


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_server_that_is_not_there_is_told_when_the_embedder_is_made(vendor) -> None:
    tail = "/v1" if vendor == "openai" else ""
    for url, words in (
        ("http://no-such-host.invalid", "its name is not known"),
        ("", "nothing listens there"),
    ):
        with nobody() as place, pytest.raises(EmbedderError) as caught:
            MAKERS[vendor](EmbedderSettings(url=(url or f"http://{place}") + tail, key=KEY))
        assert words in caught.value.message
        assert caught.value.next_step


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_server_without_tls_is_told(server, vendor) -> None:
    with pytest.raises(EmbedderError, match=r"not safe|cannot be reached"):
        MAKERS[vendor](EmbedderSettings(url=f"https://127.0.0.1:{server.port}/v1", key=KEY))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_search_does_not_wait_for_a_server_that_is_down(server, vendor) -> None:
    embedder = made(vendor, server)
    server.replies.extend([refused(503, "overloaded")] * 10)
    for _ in range(3):
        with pytest.raises(EmbedderError, match="overloaded"):
            embedder.query("anything")
    assert len(server.asked) == 1
    assert embedder.waits == []
    server.replies.clear()
    embedder._resting_until_s = 0.0
    assert len(embedder.query("anything")) == DIMENSIONS


def test_a_key_is_needed_for_openai_alone(server) -> None:
    with pytest.raises(EmbedderError, match="There is no key for openai"):
        openai_compatible.make(EmbedderSettings())
    openai_compatible.make(EmbedderSettings(url=server.openai_url))
    ollama.make(EmbedderSettings(url=server.url))
    assert "authorization" not in server.asked[-1].headers


def test_keys_and_addresses_come_from_the_environment_too(server, monkeypatch) -> None:
    server.keys = {KEY}
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", server.openai_url)
    monkeypatch.setenv("OLLAMA_API_KEY", KEY)
    monkeypatch.setenv("OLLAMA_HOST", f"127.0.0.1:{server.port}")
    assert make_embedder("openai").dimensions == DIMENSIONS
    assert make_embedder("ollama").dimensions == DIMENSIONS
    assert {one.body["model"] for one in server.asked} == {
        "text-embedding-3-small",
        "nomic-embed-text",
    }


@pytest.mark.parametrize(
    "url", ["ftp://somewhere", "http://[::1", "http://a b", "nothing at all", "http://:0"]
)
@pytest.mark.parametrize("vendor", VENDORS)
def test_an_address_that_is_none_is_told(vendor, url) -> None:
    with pytest.raises(EmbedderError) as caught:
        MAKERS[vendor](EmbedderSettings(url=url, key=KEY))
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("model", "query", "document"),
    [
        ("nomic-embed-text", "search_query: ", "search_document: "),
        ("nomic-ai/nomic-embed-text-v1.5", "search_query: ", "search_document: "),
        ("multilingual-e5-large", "query: ", "passage: "),
        ("bge-m3:latest", "", ""),
        ("text-embedding-3-small", "", ""),
    ],
)
def test_models_see_what_they_were_trained_to_see(server, model, query, document) -> None:
    assert (prefixes_of(model).query, prefixes_of(model).document) == (query, document)
    embedder = made("ollama", server, model=model)
    embedder.documents(["some text"])
    embedder.query("a question")
    assert [one.texts for one in server.asked] == [[document + "some text"], [query + "a question"]]


def test_the_wire_of_openai_asks_for_plain_numbers(server) -> None:
    made("openai", server).documents(["a"])
    assert server.asked[0].body == {
        "model": "test-embed",
        "input": ["a"],
        "encoding_format": "float",
    }
    assert json.dumps(server.asked[0].body)
