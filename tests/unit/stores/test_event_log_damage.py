"""A damaged log is set aside, restored as far as the chain holds, and the user is told."""

import sqlite3

import pytest
from agentxd.kernel.errors import StateError, StorageError
from agentxd.kernel.events import LogRestored, TaskStarted
from agentxd.plugins.stores.event_log import SqliteEventLog
from agentxd.plugins.stores.repair import N_BACKUPS, backups


def tamper(path, statement):
    """Change a row behind the log's back."""
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER events_never_change")
        connection.execute("DROP TRIGGER events_never_go")
        connection.execute(statement)
    connection.close()


DAMAGES = {
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:5_000]),
    "emptied to garbage": lambda path: path.write_bytes(b"no database " * 1_000),
    "garbage in the middle": lambda path: path.write_bytes(
        path.read_bytes()[:4_096] + b"\xff" * 8_192 + path.read_bytes()[12_288:]
    ),
    "event changed": lambda path: tamper(
        path, """UPDATE events SET event = '{"type":"TaskStarted","task":"x"}' WHERE seq = 40"""
    ),
    "hash changed": lambda path: tamper(path, "UPDATE events SET hash = 'ab' WHERE seq = 40"),
    "record gone": lambda path: tamper(path, "DELETE FROM events WHERE seq = 40"),
    "tail gone": lambda path: tamper(path, "DELETE FROM events WHERE seq > 190"),
    "table gone": lambda path: tamper(path, "DROP TABLE events"),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
async def test_invariant_10_a_damaged_log_is_restored_from_its_backup(tmp_path, damage):
    path = tmp_path / "events.db"
    log = await SqliteEventLog.open(path)
    expected = await log.append([TaskStarted(f"t{n}") for n in range(200)])
    await log.close()
    damage(path)
    log = await SqliteEventLog.open(path)
    assert isinstance(log.restored, LogRestored)
    records = await log.read(0, 1_000)
    assert records[:200] == expected
    assert records[200].event == log.restored
    assert (tmp_path / log.restored.aside).exists()
    assert await log.verify() == 201
    await log.close()


async def test_without_a_backup_all_records_before_the_damage_are_kept(tmp_path):
    path = tmp_path / "events.db"
    log = await SqliteEventLog.open(path)
    expected = await log.append([TaskStarted(f"t{n}") for n in range(200)])
    await log.close()
    for backup in backups(path):
        backup.unlink()
    DAMAGES["hash changed"](path)
    log = await SqliteEventLog.open(path)
    records = await log.read(0, 1_000)
    assert records[:39] == expected[:39]
    assert [type(record.event) for record in records[39:]] == [LogRestored]
    await log.close()


async def test_backups_are_rotated(tmp_path):
    path = tmp_path / "events.db"
    log = await SqliteEventLog.open(path)
    for n in range(5):
        await log.append([TaskStarted(f"t{n}")])
        await log.backup()
    assert len(backups(path)) == N_BACKUPS
    await log.close()


async def test_two_daemons_never_write_one_log(tmp_path):
    log = await SqliteEventLog.open(tmp_path / "events.db")
    with pytest.raises(StateError, match="another daemon"):
        await SqliteEventLog.open(tmp_path / "events.db")
    await log.close()
    await (await SqliteEventLog.open(tmp_path / "events.db")).close()


async def test_a_folder_that_cannot_be_made_is_a_storage_error_with_a_next_step(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError) as caught:
        await SqliteEventLog.open(tmp_path / "file" / "events.db")
    assert caught.value.next_step
