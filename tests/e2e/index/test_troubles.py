"""Processes die, disks fill up, databases break: it is told, nothing hangs, and work goes on."""

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
from pathlib import Path

import pytest
from agentxd.kernel.errors import IndexUnavailableError, InvalidRequestError
from agentxd.kernel.index import SearchQuery
from daemons import is_alive
from workshop import WAIT_S, many, until

ODD = str(Path(__file__).with_name("odd_worker.py"))


def odd(workshop, kind):
    """The workshop with a worker that is odd in this way."""
    workshop.index = workshop.opened((sys.executable, ODD, kind))


async def gone(*pids):
    """Wait until these processes have ended."""
    async with asyncio.timeout(WAIT_S):
        while any(map(is_alive, pids)):
            await asyncio.sleep(0.01)


async def told(workshop, words, state=""):
    """Wait for a status with these words."""
    async with asyncio.timeout(WAIT_S):
        while True:
            for status in (*workshop.seen, workshop.index.status()):
                if words in status.message and state in ("", status.state):
                    return status
            await asyncio.sleep(0.01)


async def test_a_worker_killed_in_mid_build_goes_on_where_it_was(workshop):
    many(workshop, 3_000)
    await workshop.index.outline("none")
    async with asyncio.timeout(WAIT_S):
        while not 0 < workshop.index.status().n_files_done < 3_000:
            await asyncio.sleep(0.005)
    first, children = workshop.pid, workshop.children()
    os.kill(first, signal.SIGKILL)
    await gone(first, *children)
    done = len(sqlite3.connect(workshop.place).execute("SELECT 1 FROM files").fetchall())
    assert 0 < done < 3_000
    assert workshop.index.status().n_files_done <= done
    await told(workshop, "ended")
    status = await workshop.ready()
    assert status.n_files_done == 3_000
    assert workshop.pid not in (0, first)
    rows = sqlite3.connect(workshop.place).execute("SELECT max(id), count(*) FROM contents")
    last, n_contents = rows.fetchone()
    assert last == n_contents == 3_000, "what was done is not done again"


async def test_a_question_under_way_is_told_that_the_worker_died(workshop):
    workshop.write("a.py", "def first(): pass\n")
    await workshop.ready()
    os.kill(workshop.pid, signal.SIGSTOP)
    question = asyncio.ensure_future(workshop.index.search(SearchQuery("first")))
    await asyncio.sleep(0.05)
    os.kill(workshop.pid, signal.SIGKILL)
    with pytest.raises(IndexUnavailableError) as caught:
        await question
    assert caught.value.next_step
    assert await workshop.paths("first") == ["a.py"]


async def test_a_worker_that_always_dies_is_given_up_and_tried_again_when_asked(workshop):
    odd(workshop, "dies")
    with pytest.raises(IndexUnavailableError):
        await workshop.index.search(SearchQuery("x"))
    status = await told(workshop, "no memory left", "failed")
    assert "rebuild" in status.next_step
    with pytest.raises(IndexUnavailableError, match="no memory left"):
        await workshop.index.search(SearchQuery("x"))


@pytest.mark.parametrize("kind", ["nonsense", "giant"])
async def test_a_worker_that_says_nonsense_is_ended_and_told(workshop, kind):
    odd(workshop, kind)
    with pytest.raises(IndexUnavailableError):
        await workshop.index.search(SearchQuery("x"))
    await told(workshop, "cannot be read", "failed")


async def test_a_worker_that_does_not_answer_makes_nobody_wait_for_ever(workshop):
    from agentxd.plugins.indexing.remote import RemoteIndex

    workshop.index = RemoteIndex(
        workshop._settings, workshop.seen.append, (sys.executable, ODD, "silent"), answer_s=0.5
    )
    with pytest.raises(IndexUnavailableError, match="did not answer"):
        await workshop.index.search(SearchQuery("x"))


async def test_a_file_that_kills_its_parser_is_left_out_alone(workshop):
    odd(workshop, "parser")
    many(workshop, 300)
    workshop.write("many/d1/deadly.py", "DEADLY = 1\n")
    workshop.write("many/d2/raises.py", "RAISES = 1\n")
    status = await workshop.ready()
    assert status.n_files_done == 300
    assert status.left_out == {"its parser fails": 1, "its parser fails: RuntimeError": 1}
    workshop.write("a.py", "DEADLY = 2\n")
    await told(workshop, "ended", "starting")
    status = await workshop.ready()
    assert status.left_out["its parser fails"] == 2
    assert await workshop.paths("made_299") == ["many/d19/m299.py"]


async def test_a_full_disk_is_told_and_work_goes_on_when_there_is_space(workshop):
    odd(workshop, "full")
    workshop.write("a.py", "def first(): pass\n")
    await workshop.index.outline("none")
    status = await told(workshop, "full", "failed")
    assert status.next_step == "Free space."
    assert await workshop.paths("first") == []
    (workshop.place.parent / "space").touch()
    await workshop.until_paths("first", ["a.py"])
    assert (await workshop.ready()).message == ""


async def test_an_embedder_that_is_not_there_leaves_search_by_words(workshop):
    odd(workshop, "embedder")
    workshop.write("a.py", "def first(): pass\n")
    workshop.commit()
    await workshop.index.outline("none")
    status = await told(workshop, "server of the embedder")
    assert await workshop.hits("first") == ["a.py"]
    assert status.next_step == "start it"
    (workshop.place.parent / "server").touch()
    status = await workshop.ready()
    assert (status.n_vectors, status.embedder) == (status.n_chunks, "slow-v1")
    workshop.write("b.py", "def second(): pass\n")
    await until(lambda: vectors(workshop), 2)


async def vectors(workshop):
    return workshop.index.status().n_vectors


async def test_a_database_that_is_deleted_while_it_is_used_is_built_again(workshop):
    workshop.write("a.py", "def first(): pass\n")
    await workshop.ready()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{workshop.place}{suffix}").unlink(missing_ok=True)
    await told(workshop, "deleted")
    await workshop.ready()
    assert await workshop.paths("first") == ["a.py"]


@pytest.mark.parametrize("harm", ["text", "middle", "empty", "folder"])
async def test_a_database_that_is_damaged_at_the_start_is_built_again(workshop, harm):
    many(workshop, 300)
    await workshop.ready()
    await workshop.index.close()
    data = bytearray(workshop.place.read_bytes())
    if harm == "text":
        workshop.place.write_bytes(b"this is no database at all" * 300)
    elif harm == "middle":
        data[4096:-4096] = b"\xa5" * (len(data) - 8192)
        workshop.place.write_bytes(data)
    elif harm == "empty":
        workshop.place.write_bytes(b"")
    else:
        workshop.place.unlink()
        (workshop.place / "in").mkdir(parents=True)
    workshop.index = workshop.opened()
    if harm == "folder":
        with pytest.raises(IndexUnavailableError, match="cannot be"):
            await workshop.index.search(SearchQuery("x"))
        assert (await told(workshop, "cannot be", "failed")).next_step
        shutil.rmtree(workshop.place)
        await until(lambda: workshop.index.outline("none"), [])
    status = await workshop.ready()
    assert status.n_files_done == 300
    assert await workshop.paths("made_299") == ["many/d19/m299.py"]


async def test_a_database_that_is_damaged_while_it_is_used_is_built_again(workshop):
    many(workshop, 300)
    await workshop.ready()
    with workshop.place.open("r+b") as file:
        file.seek(0)
        file.write(b"\xa5" * workshop.place.stat().st_size)
    workshop.write("a.py", "def first(): pass\n")
    many(workshop, 300, suffix="_new")
    await asyncio.sleep(0.2)
    await workshop.until_paths("made_299_new", ["many/d19/m299.py"])


async def test_a_locked_database_is_waited_for(workshop):
    workshop.write("a.py", "def first(): pass\n")
    await workshop.ready()
    other = sqlite3.connect(workshop.place, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    workshop.write("a.py", "def second(): pass\n")
    await asyncio.sleep(0.3)
    assert await workshop.paths("first") == ["a.py"]
    other.execute("ROLLBACK")
    other.close()
    await workshop.until_paths("second", ["a.py"])


async def test_pause_resume_and_rebuild(workshop):
    workshop.write("a.py", "def first(): pass\n")
    await workshop.ready()
    assert (await workshop.index.control("pause")).state == "paused"
    workshop.write("a.py", "def second(): pass\n")
    await asyncio.sleep(0.5)
    assert await workshop.paths("first") == ["a.py"]
    os.kill(workshop.pid, signal.SIGKILL)
    await told(workshop, "ended")
    assert await workshop.paths("first") == ["a.py"]
    assert workshop.index.status().state == "paused", "a fresh worker stays paused"
    await workshop.index.control("resume")
    await workshop.until_paths("second", ["a.py"])
    first = workshop.pid
    workshop.index.shown("a.py", "def third(): pass\n")
    await workshop.index.control("rebuild")
    assert workshop.pid != first
    await workshop.ready()
    await workshop.until_paths("third", ["a.py"])
    with pytest.raises(InvalidRequestError):
        await workshop.index.control("explode")


async def test_an_index_that_is_switched_off_says_so_and_has_no_worker(workshop):
    workshop.write("a.py", "def first(): pass\n")
    await workshop.ready()
    workshop.settings["is_enabled"] = False
    with pytest.raises(IndexUnavailableError) as caught:
        await workshop.index.search(SearchQuery("x"))
    assert "index_enabled true" in caught.value.next_step
    assert (workshop.index.status().state, workshop.pid) == ("off", 0)
    workshop.settings["is_enabled"] = True
    assert await workshop.paths("first") == ["a.py"]


async def test_without_watches_everything_is_looked_at_now_and_then_and_that_is_told(workshop):
    odd(workshop, "unwatched")
    workshop.write("a.py", "def first(): pass\n")
    status = await workshop.ready()
    assert "max_user_watches" in status.message
    assert status.next_step
    workshop.write("a.py", "def second(): pass\n")
    workshop.write("deep/b.py", "def third(): pass\n")
    await workshop.until_paths("second", ["a.py"])
    await workshop.until_paths("third", ["deep/b.py"])


async def test_a_restart_reads_nothing_again(workshop):
    many(workshop, 300)
    workshop.commit()
    await workshop.ready()
    await asyncio.sleep(0.1)
    workshop.write("late.py", "def late(): pass\n")
    await workshop.until_paths("late", ["late.py"])
    await workshop.index.close()
    workshop.write("later.py", "def later(): pass\n")
    (workshop.root / "late.py").unlink()
    workshop.seen.clear()
    workshop.index = workshop.opened()
    await workshop.ready()
    assert await workshop.paths("later") == ["later.py"]
    assert await workshop.paths("late") == []
    assert workshop.children() == []
