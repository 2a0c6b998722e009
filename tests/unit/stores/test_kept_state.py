"""A kept state is used only where it is whole and the log still has its record."""

import pytest
from agentxd.kernel.events import TaskStarted
from agentxd.plugins.stores.event_log import SqliteEventLog
from agentxd.plugins.stores.kept_state import path_of


@pytest.fixture
async def path(tmp_path):
    """A log of three records with a state kept at the third."""
    path = tmp_path / "events.db"
    log = await SqliteEventLog.open(path)
    await log.append([TaskStarted(f"t{n}") for n in range(3)])
    await log.keep_state("a-1", 3, b"the state")
    await log.close()
    return path


async def kept(path):
    log = await SqliteEventLog.open(path)
    try:
        return await log.kept_state("a-1")
    finally:
        await log.close()


async def test_it_outlives_the_daemon_and_only_its_owner_may_read_it(path):
    assert await kept(path) == (3, b"the state")
    assert path_of(path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("harm", ["cut", "turned", "emptied", "replaced", "a folder"])
async def test_a_damaged_one_is_as_good_as_none(path, harm):
    place = path_of(path)
    content = place.read_bytes()
    place.unlink()
    if harm == "a folder":
        place.mkdir()
    else:
        turned = content.replace(b"the state", b"thE state")
        harmed = {"cut": content[:-3], "turned": turned, "emptied": b"", "replaced": b"\x90"}
        place.write_bytes(harmed[harm])
    assert await kept(path) is None


async def test_one_of_another_log_is_not_taken(path):
    path.unlink()
    log = await SqliteEventLog.open(path)
    await log.append([TaskStarted(f"other{n}") for n in range(4)])
    await log.close()
    assert await kept(path) is None


@pytest.mark.parametrize(("n_checked", "is_whole"), [(2, False), (3, True)])
async def test_a_long_log_tells_that_its_start_did_not_check_all(path, n_checked, is_whole):
    await kept(path)
    log = await SqliteEventLog.open(path, n_checked=n_checked)
    try:
        assert log.is_wholly_checked is is_whole
        assert await log.verify() == 3
    finally:
        await log.close()
