"""Hunks follow the text while somebody types, at the cost of one diff and one file."""

import asyncio

import pytest
from agentxd.edges.lsp.coalescing import Coalescing
from agentxd.edges.lsp.positions import split_text
from unit.lsp.bench import CAPABILITIES, edge

N_LINES, EVERY = 6_000, 10
OLD = "".join(f"line {number}\n" for number in range(N_LINES))
NEW = "".join(f"{'LINE' if not n % EVERY else 'line'} {n}\n" for n in range(N_LINES))
SMALL = (b"one\ntwo\n", b"one\nTWO\n")
PUBLISH = "textDocument/publishDiagnostics"


async def test_invariant_16_a_keystroke_in_a_long_file_reads_that_file_alone(tmp_path):
    others = {f"f{number}": SMALL for number in range(50)}
    files = {"big": (OLD.encode(), NEW.encode()), **others}
    async with edge(tmp_path, {path: old for path, (old, _) in files.items()}) as bench:
        client = await bench.client()
        hunks = await bench.propose("p1", **files)
        assert len(hunks) == N_LINES // EVERY + len(others)
        last = f"file://{bench.root}/{max(files)}"
        await client.wait_for(PUBLISH, lambda params: params["uri"] == last)
        uri = f"file://{bench.root}/big"
        client.open(uri, OLD)
        await client.wait_for(PUBLISH, lambda params: params["uri"] == uri)
        bench.disk.reads.clear()
        client.type(uri, "typed\n" + OLD, 2)
        found = await client.wait_for(PUBLISH, lambda params: params["uri"] == uri)
        assert set(bench.disk.reads) == {"big"}
        lines = [hint["range"]["start"]["line"] for hint in found["diagnostics"]]
        assert lines == [number + 1 for number in range(0, N_LINES, EVERY)]
        await client.close()


async def test_invariant_16_the_loop_turns_while_a_long_file_is_compared(tmp_path):
    old = OLD * 10
    async with edge(tmp_path, {"big": old.encode()}) as bench:
        typist, other = await bench.client(), await bench.client()
        await bench.propose("p1", big=(old.encode(), b"new\n" + old.encode()))
        uri = f"file://{bench.root}/big"
        for client in (typist, other):
            await client.wait_for(PUBLISH)
        typist.open(uri, old)
        await typist.wait_for(PUBLISH)
        typist.type(uri, "".join(f"{line} typed\n" for line in old.splitlines()), 2)
        is_told = asyncio.ensure_future(typist.wait_for(PUBLISH))
        n_answers = 0
        while not is_told.done():
            assert "result" in await other.request("agentx/approval/list")
            n_answers += 1
        assert n_answers > 1, "nobody was answered while the diff was made"
        for client in (typist, other):
            await client.close()


async def test_fast_typing_does_not_queue_up(tmp_path):
    async with edge(tmp_path, {"big": OLD.encode()}) as bench:
        await bench.propose("p1", big=(OLD.encode(), NEW.encode()))
        client = await bench.client()
        uri = f"file://{bench.root}/big"
        client.open(uri, OLD)
        await client.wait_for(PUBLISH)
        n_typed = 100
        for version in range(2, 2 + n_typed):
            client.type(uri, "x\n" * version + OLD, version)
        newest = n_typed + 1
        n_published = 0
        while True:
            found = await client.wait_for(PUBLISH)
            n_published += 1
            if found["diagnostics"][0]["range"]["start"]["line"] == newest:
                break
        assert n_published <= n_typed // 2
        await client.close()


@pytest.mark.parametrize(("wish", "told"), [({}, None), ({"versionSupport": True}, 7)])
async def test_a_client_that_asks_is_told_of_which_version_the_places_are(tmp_path, wish, told):
    old, new = SMALL
    async with edge(tmp_path, {"small": old}) as bench:
        shown = {**CAPABILITIES, "textDocument": {"publishDiagnostics": wish}}
        client = await bench.client(capabilities=shown)
        await bench.propose("p1", small=(old, new))
        assert "version" not in await client.wait_for(PUBLISH)
        uri = f"file://{bench.root}/small"
        client.open(uri, old.decode())
        await client.wait_for(PUBLISH)
        client.type(uri, "typed\n" + old.decode(), 7)
        found = await client.wait_for(PUBLISH, lambda params: _first_line(params) == 2)
        assert found.get("version") == told
        await client.close()


def _first_line(params):
    return params["diagnostics"][0]["range"]["start"]["line"]


async def test_of_what_is_wanted_again_while_it_waits_only_the_newest_is_done():
    tasks, done, gate = [], [], asyncio.Event()
    newest = Coalescing(lambda step: tasks.append(asyncio.ensure_future(step)))

    def step(word):
        async def work():
            await gate.wait()
            done.append(word)

        return work

    newest.want("a", step("a1"))
    await asyncio.sleep(0)
    for word in ("a2", "b1", "a3"):
        newest.want(word[0], step(word))
    gate.set()
    await asyncio.gather(*tasks)
    assert done == ["a1", "a3", "b1"]
    assert len(tasks) == 1


async def test_a_step_that_breaks_ends_none_of_the_others():
    tasks, done = [], []
    newest = Coalescing(lambda step: tasks.append(asyncio.ensure_future(step)))

    async def broken():
        raise ValueError("x")

    async def good():
        done.append("good")

    newest.want("a", broken)
    newest.want("b", good)
    while len(tasks) < 2 or not all(task.done() for task in tasks):
        await asyncio.sleep(0)
    assert done == ["good"]
    assert [type(task.exception()) for task in tasks] == [ValueError, type(None)]
    newest.want("a", good)
    await tasks[-1]
    assert done == ["good", "good"]


LINES = [
    ("", [""]),
    ("a", ["a"]),
    ("a\n", ["a\n", ""]),
    ("a\r\nb\rc\nd", ["a\r\n", "b\r", "c\n", "d"]),
    ("\r\r\n\n\r", ["\r", "\r\n", "\n", "\r", ""]),
    ("a\u2028b\x0bc\n", ["a\u2028b\x0bc\n", ""]),
]


@pytest.mark.parametrize(("text", "lines"), LINES)
def test_lines_are_cut_as_lsp_says(text, lines):
    assert split_text(text) == lines
