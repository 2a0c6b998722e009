"""An editor sees how the index gets on: one begin and one end for each piece of work."""

import pytest
from agentxd.kernel.index import IndexStatus
from agentxd.plugins.indexing.memory import InMemoryCodeIndex
from unit.lsp.bench import edge

CAN = {"window": {"workDoneProgress": True}}
BUILD = [
    IndexStatus(state="starting"),
    IndexStatus(state="listing"),
    IndexStatus(state="reading", n_files=2_800),
    IndexStatus(state="reading", n_files=2_800, n_files_done=1_200),
    IndexStatus(state="reading", n_files=2_800, n_files_done=1_200),
    IndexStatus(state="reading", n_files=2_800, n_files_done=2_800),
    IndexStatus(state="ready", n_files=2_800, n_files_done=2_800),
]
SMALL = [
    IndexStatus(state="reading", n_files=2_800, n_files_done=2_799),
    IndexStatus(state="ready", n_files=2_800, n_files_done=2_800),
]
EMBED = [
    IndexStatus(state="embedding", n_files=9, n_files_done=9, n_chunks=4_000, n_vectors=1_000),
    IndexStatus(state="paused", n_files=9, n_files_done=9, n_chunks=4_000, n_vectors=1_000),
]
CASES = {
    "a first build": (
        CAN, BUILD, ["begin 0/2,800 files 0", "report 1,200/2,800 files 42", "end"]
    ),
    "a file that was saved": (CAN, SMALL, []),
    "vectors, until it is paused": (CAN, EMBED, ["begin 1,000/4,000 vectors 25", "end"]),
    "one after the other": (
        CAN, BUILD[2:3] + EMBED[:1] + BUILD[-1:],
        ["begin 0/2,800 files 0", "report 1,000/4,000 vectors 25", "end"],
    ),
    "a client that shows no progress": ({}, BUILD, []),
}  # fmt: skip


def told(message):
    value = message["params"]["value"]
    words = (value["kind"], value.get("message"), value.get("percentage"))
    return " ".join(str(word) for word in words if word is not None)


@pytest.mark.parametrize(("capabilities", "heard", "wanted"), CASES.values(), ids=CASES)
async def test_progress(tmp_path, capabilities, heard, wanted):
    async with edge(tmp_path, {}) as bench:
        index = InMemoryCodeIndex({})
        searching = bench.application.searching
        searching.equip(index, index)
        client = await bench.client(capabilities=capabilities)
        client.send("initialized", {})
        await client.request("agentx/index/status")
        for status in heard:
            searching.heard(status)
        await client.request("agentx/index/status")
        found = [message for message in client.seen if message.get("method") == "$/progress"]
        assert [told(message) for message in found] == wanted
        asked = [one for one in client.seen if one.get("method", "").endswith("/create")]
        assert len(asked) == sum(words.startswith("begin") for words in wanted)
        await client.close()


async def test_a_client_that_left_is_told_nothing(tmp_path):
    async with edge(tmp_path, {}) as bench:
        client = await bench.client(capabilities=CAN)
        client.send("initialized", {})
        await client.request("agentx/index/status")
        await client.request("shutdown")
        client.send("exit", {})
        with pytest.raises((EOFError, ConnectionError)):
            await client.read_to_end()
        bench.application.searching.heard(BUILD[2])


async def test_a_client_of_ours_hears_of_every_change_once(tmp_path):
    async with edge(tmp_path, {}) as bench:
        index = InMemoryCodeIndex({})
        searching = bench.application.searching
        searching.equip(index, index)
        ours, other = await bench.client(), await bench.client()
        for client in (ours, other):
            client.send("initialized", {})
        await ours.request("agentx/index/status")
        for status in BUILD:
            searching.heard(status)
        for client in (ours, other):
            await client.request("workspace/executeCommand", {"command": "none"})
        told = [
            (one["params"]["state"], one["params"]["nFilesDone"])
            for one in ours.seen
            if one.get("method") == "agentx/index/changed"
        ]
        assert told == [
            ("starting", 0), ("listing", 0), ("reading", 0), ("reading", 1_200),
            ("reading", 2_800), ("ready", 2_800),
        ]  # fmt: skip
        assert not any(one.get("method") == "agentx/index/changed" for one in other.seen)
        for client in (ours, other):
            await client.close()
