"""What is sent is JSON, whatever was in the text."""

import json

import pytest
from agentxd.edges.lsp.protocol import encode


@pytest.mark.parametrize(
    "text", ["plain", "ä€😀", "half \ud83d of a character", "\x00\x1b\u2028", "x" * 100_000]
)
def test_every_text_arrives_as_it_is(text):
    assert json.loads(encode({"text": [text, {text: 1}]})) == {"text": [text, {text: 1}]}


def test_what_is_no_number_stops_nobody():
    assert b"ok" in encode({"a": float("nan"), "b": 2**80, "c": "ok"})
