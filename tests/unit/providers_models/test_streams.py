"""Streams: a cancelled one is closed on every wire, a finished one leaves its connection open."""

import asyncio
import os
import time
from email.utils import formatdate

import pytest
from agentxd.plugins.providers.registry import find_model
from agentxd.plugins.providers.worker.host import WorkerHost
from agentxd.plugins.providers.worker.retrying import attempts
from agentxd.plugins.providers.worker.troubles import retry_after
from loopback import FAULTS, Usage, answer, fault
from loopback.answers import Act
from loopback.faults import TOLD, Broken, Fault
from wires import ENVIRONMENT, WIRES, endpoint, hear, request

pytestmark = pytest.mark.asyncio(loop_scope="module")
SILENT = Fault("silent", "not a word after the head", Broken(TOLD, lambda pieces: [Act.STALL]))


@pytest.mark.parametrize("wire", WIRES)
@pytest.mark.parametrize("held", [fault("stall_mid_stream"), SILENT], ids=lambda held: held.name)
async def test_a_cancelled_stream_is_closed_while_the_answer_is_held(host, server, held, wire):
    server.play(held)
    stream = host.stream(endpoint(wire, server.url), request(wire))
    waiting = asyncio.ensure_future(anext(stream))
    if held is SILENT:
        while not server.requests:
            await asyncio.sleep(0.01)
    else:
        await waiting
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await stream.aclose()
    assert await asyncio.to_thread(server.requests[0].abandoned.wait, 10.0)
    assert not server.requests[0].answered.is_set()


@pytest.mark.parametrize("wire", WIRES)
async def test_steps_share_a_connection(server, wire):
    server.otherwise = answer("One of a few answers.")
    host = WorkerHost(environment={**os.environ, **ENVIRONMENT})
    for _ in range(3):
        assert (await hear(host, endpoint(wire, server.url), request(wire))).error is None
    await host.close()
    assert server.n_connections == 1


async def test_a_connection_that_does_not_end_after_the_last_word_holds_nothing_up(host, server):
    held = Broken(TOLD, lambda pieces: [*pieces, Act.STALL])
    server.play(Fault("held", "held after its end", held))
    heard = await hear(host, endpoint("anthropic", server.url), request("anthropic"))
    assert heard.error is None
    assert heard.finished.stop_reason == "end"


async def test_what_is_wrong_behind_the_end_is_nobodys(host, server):
    held = Broken(TOLD, lambda pieces: [*pieces, b"data: {broken\n\n", Act.RESET])
    server.play(Fault("dirty", "dirt after its end", held))
    heard = await hear(host, endpoint("responses", server.url), request("responses"))
    assert heard.error is None


class Counting:
    """Does not wait; remembers how long it would have."""

    def __init__(self, jitter):
        self.slept = []
        self._jitter = jitter

    async def sleep(self, seconds):
        self.slept.append(seconds)

    def jitter(self):
        return self._jitter


async def pauses(error, retry_s, jitter=1.0):
    async def failing():
        raise error
        yield

    patience = Counting(jitter)
    with pytest.raises(type(error)) as caught:
        async for _ in attempts(failing, lambda found: found, retry_s, patience):
            pass
    return patience.slept, caught.value


async def test_pauses_double_under_a_cap_with_jitter_and_end():
    from agentxd.kernel.errors import ProviderError

    broken = ProviderError("It is broken.", kind="broken")
    slept, told = await pauses(broken, 1_000.0)
    assert slept == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 16.0]
    assert "tried 8 times" in told.message
    assert (await pauses(broken, 1_000.0, jitter=0.0))[0] == [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0]
    assert sum((await pauses(broken, 5.0))[0]) <= 5.0
    asked = ProviderError("Later.", kind="limit", retry_after_s=7.0)
    assert (await pauses(asked, 15.0))[0] == [7.0, 7.0]


TOLD_WAITS = {
    "seconds": ({"retry-after": "7"}, 7.0),
    "a fraction": ({"retry-after": "0.5"}, 0.5),
    "milliseconds": ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
    "a date that is past": ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
    "nonsense": ({"retry-after": "soon"}, None),
    "nothing": ({}, None),
}


@pytest.mark.parametrize(("headers", "wanted"), TOLD_WAITS.values(), ids=TOLD_WAITS)
async def test_how_long_to_wait_is_read_from_the_headers(headers, wanted):
    assert retry_after(headers) == wanted


async def test_a_date_to_wait_for_is_read():
    date = formatdate(time.time() + 3_600, usegmt=True)
    assert 3_000 < retry_after({"retry-after": date}) <= 3_600


@pytest.mark.parametrize("wire", WIRES)
async def test_an_asked_for_wait_is_honoured(host, server, wire):
    asked = FAULTS["429_retry_after"].but(headers={"retry-after": "0.6"})
    server.play(asked, answer("Fine now."))
    heard = await hear(host, endpoint(wire, server.url, retry_s=5.0), request(wire))
    assert heard.error is None
    first, second = server.requests
    assert second.arrived_s - first.arrived_s >= 0.6


async def test_ollama_is_told_not_to_cut_and_found_out_where_it_does(host, server):
    where = endpoint("ollama", server.url, context_tokens=2_000)
    server.play("Yes.")
    assert (await hear(host, where, request("ollama"))).error is None
    assert server.requests[0].body["truncate"] is False
    server.play(answer("Yes.", usage=Usage(input=1_900)))
    heard = await hear(host, where, request("ollama", system="Many rules. " * 2_000))
    assert heard.error.kind == "prompt_too_long"
    assert "agentxd config set provider.ollama.context" in heard.error.next_step


async def test_ollama_thinks_as_it_is_used_to_unless_it_is_told(host, server):
    for effort, wanted in (("", None), ("none", False), ("high", True)):
        server.play("Yes.")
        await hear(host, endpoint("ollama", server.url, effort=effort), request("ollama"))
        assert server.requests[-1].body.get("think") == wanted
    assert find_model("ollama", "qwen3-coder:30b").thinking == ""
