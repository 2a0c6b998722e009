"""Every request is answered exactly once, whenever its cancel comes."""

import asyncio

import pytest
from agentxd.edges.lsp.protocol import JsonRpcProtocol
from unit.lsp.talking import InMemoryWriter, ScriptedDispatch, message, settle

CANCELLED = -32800


async def wait_for_ever(params):
    await asyncio.Event().wait()


async def answer_at_once(params):
    return {"is": "done"}


async def answer_all_the_same(params):
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        return {"is": "done"}


CASES = [
    ("before its first step", answer_at_once, 0, CANCELLED),
    ("before its first step, endless", wait_for_ever, 0, CANCELLED),
    ("while it runs", wait_for_ever, 3, CANCELLED),
    ("when it is done", answer_at_once, 3, None),
    ("and it answers all the same", answer_all_the_same, 3, None),
]


@pytest.mark.parametrize(("when", "handler", "n_steps", "code"), CASES, ids=[c[0] for c in CASES])
async def test_invariant_6_a_cancelled_request_has_one_answer(when, handler, n_steps, code):
    writer = InMemoryWriter()
    protocol = JsonRpcProtocol(ScriptedDispatch(work=handler), writer)
    protocol.take(message(id=7, method="work"))
    for _ in range(n_steps):
        await asyncio.sleep(0)
    protocol.take(message(method="$/cancelRequest", params={"id": 7}))
    await settle(protocol)
    await protocol.close()
    assert [found["id"] for found in writer.messages] == [7], when
    assert writer.messages[0].get("error", {}).get("code") == code


async def test_invariant_6_requests_of_a_connection_that_closes_at_once_are_answered():
    writer = InMemoryWriter()
    protocol = JsonRpcProtocol(ScriptedDispatch(work=wait_for_ever), writer)
    for identity in (1, "two"):
        protocol.take(message(id=identity, method="work"))
    await protocol.close()
    await settle(protocol)
    assert [found["id"] for found in writer.messages] == [1, "two"]
    assert {found["error"]["code"] for found in writer.messages} == {CANCELLED}


async def test_the_id_is_free_again_after_its_cancel():
    writer = InMemoryWriter()
    protocol = JsonRpcProtocol(ScriptedDispatch(work=answer_at_once), writer)
    protocol.take(message(id=7, method="work"))
    protocol.take(message(method="$/cancelRequest", params={"id": 7}))
    await settle(protocol)
    protocol.take(message(id=7, method="work"))
    await settle(protocol)
    assert [found.get("result") for found in writer.messages] == [None, {"is": "done"}]
    await protocol.close()
