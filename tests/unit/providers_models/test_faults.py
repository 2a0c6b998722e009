"""What goes wrong between the worker and a model, each on each wire: kind, words, next step."""

import re
from pathlib import Path

import pytest
from agentxd.kernel.errors import PROVIDER_TROUBLE
from loopback import FAULTS, answer
from wires import WIRES, endpoint, hear, request

pytestmark = pytest.mark.asyncio(loop_scope="module")

TROUBLES = {
    "400": "rejected",
    "400_context": "prompt_too_long",
    "401": "key",
    "402": "quota",
    "403": "key",
    "404_model": "model",
    "408": "timeout",
    "409": "broken",
    "413": "prompt_too_long",
    "422": "rejected",
    "429": "limit",
    "429_retry_after": "limit",
    "429_quota": "quota",
    "500": "broken",
    "502": "broken",
    "502_html": "broken",
    "503": "overloaded",
    "504": "timeout",
    "529": "overloaded",
    "200_html": "answer",
    "connection_refused": "unreachable",
    "dns_failure": "unreachable",
    "tls_failure": "tls",
    "connection_dropped": "network",
    "reset_mid_stream": "network",
    "stall_mid_stream": "timeout",
    "cut_mid_stream": "answer",
    "error_mid_stream": "overloaded",
    "malformed_event": "answer",
    "empty_answer": "answer",
}
"""Fault to the kind of the error."""

HEALTHY = ("split_utf8", "huge_line", "slow_drip", "content_after_stop")
LENGTH = ("length_stop", "truncated_arguments")
CALLS = ("invalid_arguments", "unknown_tool", "duplicate_tool_ids")
OLLAMA_ONLY = ("prompt_truncated",)


async def test_every_fault_of_the_table_is_looked_at():
    rest = {*HEALTHY, *LENGTH, *CALLS, *OLLAMA_ONLY, "refusal"}
    assert set(FAULTS) == set(TROUBLES) | rest


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("name", TROUBLES)
async def test_a_trouble_has_a_kind_one_sentence_and_a_next_step(host, server, name, wire):
    url = server.stage(name)
    stall_s = 1.0 if name == "stall_mid_stream" else 20.0
    heard = await hear(host, endpoint(wire, url, stall_s=stall_s), request(wire))
    assert heard.error is not None, heard.finished
    assert (heard.error.kind, heard.error.message, heard.error.next_step) == (
        TROUBLES[name],
        heard.error.message,
        heard.error.next_step,
    )
    assert heard.error.next_step
    assert "\n" not in heard.error.message
    assert "sk-" not in heard.error.message
    assert heard.error.message[0].isalpha()
    assert len(server.requests) <= 1


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("name", HEALTHY)
async def test_what_only_looks_ill_is_read(host, server, name, wire):
    heard = await hear(host, endpoint(wire, server.stage(name)), request(wire))
    assert heard.error is None
    whole = "".join(delta.text for delta in heard.deltas)
    assert heard.finished.message.parts[-1].text == whole
    assert heard.finished.stop_reason == "end"


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("name", LENGTH)
async def test_a_length_stop_is_told(host, server, name, wire):
    heard = await hear(host, endpoint(wire, server.stage(name)), request(wire))
    assert heard.error is None
    assert heard.finished.stop_reason == "length"


@pytest.mark.parametrize("wire", WIRES)
async def test_a_refusal_is_told(host, server, wire):
    heard = await hear(host, endpoint(wire, server.stage("refusal")), request(wire))
    assert heard.error is None
    wanted = "end" if wire == "ollama" else "refused"  # Ollama's wire has no word for it
    assert heard.finished.stop_reason == wanted


@pytest.mark.parametrize("wire", ["anthropic", "responses", "chat"])
@pytest.mark.parametrize("name", ["invalid_arguments", "truncated_arguments"])
async def test_arguments_that_are_no_json_are_kept_for_the_dispatcher(host, server, name, wire):
    heard = await hear(host, endpoint(wire, server.stage(name)), request(wire))
    call = heard.finished.message.parts[-1]
    assert list(call.arguments) == ["no_json_object"]


@pytest.mark.parametrize("wire", WIRES)
async def test_two_calls_with_one_id_stay_two(host, server, wire):
    heard = await hear(host, endpoint(wire, server.stage("duplicate_tool_ids")), request(wire))
    assert [part.name for part in heard.finished.message.parts] == ["read", "list"]


async def test_a_truncated_prompt_is_an_error_with_ollama(host, server):
    where = endpoint("ollama", server.stage("prompt_truncated"))
    heard = await hear(host, where, request("ollama", system="Rules. " * 100))
    assert heard.error.kind == "prompt_too_long"
    assert "5 were read" in heard.error.message


@pytest.mark.parametrize("name", ["429", "500", "529", "connection_dropped", "empty_answer"])
@pytest.mark.parametrize("wire", WIRES)
async def test_what_passes_is_tried_again_before_anything_was_shown(host, server, name, wire):
    if name == "connection_dropped":
        name = "503"
    server.play(FAULTS[name], answer("Fine now."))
    heard = await hear(host, endpoint(wire, server.url, retry_s=5.0), request(wire))
    assert heard.error is None
    assert len(server.requests) == 2


@pytest.mark.parametrize("wire", WIRES)
async def test_nothing_is_tried_again_after_something_was_shown(host, server, wire):
    server.play(FAULTS["reset_mid_stream"], answer("Fine now."))
    heard = await hear(host, endpoint(wire, server.url, retry_s=5.0), request(wire))
    assert heard.error.kind == "network"
    assert heard.deltas
    assert len(server.requests) == 1


@pytest.mark.parametrize("name", ["400", "401", "404_model", "429_quota", "400_context"])
@pytest.mark.parametrize("wire", WIRES)
async def test_what_does_not_pass_is_not_tried_again(host, server, name, wire):
    server.play(FAULTS[name], answer("Fine now."))
    heard = await hear(host, endpoint(wire, server.url, retry_s=5.0), request(wire))
    assert heard.error is not None
    assert len(server.requests) == 1


async def test_a_longer_wait_than_the_cap_is_told_at_once(host, server):
    server.play(FAULTS["429_retry_after"].but(headers={"retry-after": "900"}), answer("x"))
    heard = await hear(host, endpoint("anthropic", server.url, retry_s=5.0), request("anthropic"))
    assert heard.error.retry_after_s == 900
    assert "try again in 900 s" in heard.error.next_step
    assert len(server.requests) == 1


async def test_the_page_tells_of_every_kind_whether_it_passes():
    """docs/models.md, against the table that decides about another attempt."""
    rows = re.findall(
        r"^\|.*\| `(\w+)` \| (yes|no) \|", Path("docs/models.md").read_text(), re.MULTILINE
    )
    assert {kind: verdict == "yes" for kind, verdict in rows} == PROVIDER_TROUBLE


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("name", sorted(name for name in TROUBLES if name[0].isdigit()))
async def test_exactly_what_may_pass_is_tried_again(host, server, name, wire):
    server.play(FAULTS[name], answer("Fine now."))
    heard = await hear(host, endpoint(wire, server.url, retry_s=1.5), request(wire))
    passes = PROVIDER_TROUBLE[TROUBLES[name]]
    assert len(server.requests) == (2 if passes else 1)
    assert (heard.error is None) == passes
