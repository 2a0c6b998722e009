"""A damaged, foreign or outdated index is built again and the user is told; trouble has a next step."""

import os
import shutil
import subprocess

import apsw
import pytest
from agentxd.kernel.errors import IndexDamagedError, StorageError
from agentxd.kernel.index import IndexStatus, SearchQuery
from agentxd.plugins.stores.code_index.database import open_index
from agentxd.plugins.stores.code_index.opening import remove
from unit.stores.index_parts import Workspace, content, row

TEXTS = {
    f"src/part{n}.py": "\n".join(
        f"def work{n}_{m}(value):\n    return other{m}(value + {n})" for m in range(40)
    )
    for n in range(40)
}


def overwrite(path, start, data):
    with path.open("r+b") as file:
        file.seek(start)
        file.write(data)


def change(path, statement):
    with apsw.Connection(str(path)) as connection:
        connection.execute(statement)
    connection.close()


def fill_up(database):
    for n in range(500):
        text = "\n".join(
            f"def full{n}_{m}(value):\n    return of{n}_{m}(value)" for m in range(100)
        )
        database.put([content(text)], [row(f"full{n}.py", text)])


def ask_much(searcher):
    for n in range(40):
        searcher.search(SearchQuery(f"work{n} other"))


DAMAGES = {
    "cut short": lambda path: os.truncate(path, path.stat().st_size // 2),
    "cut in a page": lambda path: os.truncate(path, 5_000),
    "garbage": lambda path: path.write_bytes(b"no database " * 1_000),
    "a header of garbage": lambda path: overwrite(path, 0, b"\xff" * 100),
    "a middle of garbage": lambda path: overwrite(path, 40_960, b"\xff" * 200_000),
    "a middle of zeros": lambda path: overwrite(path, 40_960, b"\0" * 200_000),
    "zero bytes": lambda path: os.truncate(path, 0),
    "another version": lambda path: change(
        path, "UPDATE meta SET value = '0' WHERE key = 'schema_version'"
    ),
    "another database": lambda path: (path.unlink(), change(path, "CREATE TABLE t (x)")),
    "a computer that stopped": lambda path: change(
        path, "UPDATE meta SET value = 'before' WHERE key = 'open_since'"
    ),
    "a missing table": lambda path: change(path, "DROP TABLE imports"),
}


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "index.db"
    workspace = Workspace(place)
    workspace.write(TEXTS)
    workspace.close()
    return place


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_cannot_be_trusted_is_built_again(path, damage):
    DAMAGES[damage](path)
    workspace = Workspace(path)
    assert workspace.database.files() == {}
    if damage != "zero bytes":
        assert workspace.database.message.endswith("; it is built again")
        assert workspace.database.fill(IndexStatus()).message == workspace.database.message
    workspace.write(TEXTS)
    assert workspace.searcher.search(SearchQuery("work7_3")).hits[0].path == "src/part7.py"
    workspace.close()


def test_a_sound_database_is_opened_as_it_is(path):
    workspace = Workspace(path)
    assert workspace.database.message == ""
    assert set(workspace.database.files()) == set(TEXTS)
    workspace.close()


def test_garbage_beside_the_database_does_no_harm(path):
    path.with_name("index.db-wal").write_bytes(b"\xff" * 10_000)
    path.with_name("index.db-shm").write_bytes(b"\xff" * 10_000)
    workspace = Workspace(path)
    assert set(workspace.database.files()) == set(TEXTS)
    workspace.close()


def test_damage_at_run_time_is_told_and_mended_in_place(path):
    workspace = Workspace(path)
    overwrite(path, 4_096, b"\xff" * (path.stat().st_size - 4_096))
    with pytest.raises(IndexDamagedError) as caught:
        ask_much(workspace.searcher)
    assert caught.value.next_step
    workspace.database.rebuild(caught.value.message)
    assert workspace.database.message.endswith("; it is built again")
    workspace.write(TEXTS)
    assert workspace.searcher.search(SearchQuery("work7_3")).hits[0].path == "src/part7.py"
    workspace.close()


def test_a_writer_that_meets_damage_says_so(path):
    database = open_index(path)
    database._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database._connection.execute("PRAGMA shrink_memory")
    overwrite(path, 4_096, b"\xff" * (path.stat().st_size - 4_096))
    with pytest.raises(IndexDamagedError):
        fill_up(database)
    database.rebuild("it was damaged.")
    assert database.files() == {}
    database.close()


def test_a_searcher_follows_to_a_database_that_was_replaced(path):
    workspace = Workspace(path)
    assert workspace.searcher.search(SearchQuery("work7_3")).hits
    workspace.database.close()
    remove(path)
    workspace.database = open_index(path)
    assert workspace.searcher.search(SearchQuery("work7_3")).hits == ()
    workspace.write({"new.py": "def work7_3(): pass"})
    assert [hit.path for hit in workspace.searcher.search(SearchQuery("work7_3")).hits] == [
        "new.py"
    ]
    workspace.close()


def test_a_searcher_without_a_database_says_so(tmp_path):
    workspace = Workspace(tmp_path / "index.db")
    workspace.close()
    remove(workspace.path)
    with pytest.raises(StorageError) as caught:
        workspace.searcher.search(SearchQuery("anything"))
    assert caught.value.next_step


def test_a_folder_that_is_a_file_is_named_with_a_next_step(tmp_path):
    (tmp_path / "state").write_text("a file")
    with pytest.raises(StorageError) as caught:
        open_index(tmp_path / "state" / "index.db")
    assert "AGENTXD_STATE_DIR" in caught.value.next_step


@pytest.fixture
def small(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        if os.environ.get("CI"):
            pytest.fail("a small tmpfs cannot be mounted")
        pytest.skip("a small tmpfs cannot be mounted: run as the superuser")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.real
def test_a_full_disk_is_told_and_what_was_there_still_answers(small):
    workspace = Workspace(small / "index.db")
    workspace.write({"a.py": "def first(): pass"})
    with pytest.raises(StorageError) as caught:
        fill_up(workspace.database)
    assert "full" in caught.value.message
    assert "Free space" in caught.value.next_step
    assert workspace.searcher.search(SearchQuery("first")).hits[0].path == "a.py"
    assert workspace.database.files()["a.py"].path == "a.py"
    workspace.searcher.close()


@pytest.mark.real
def test_a_read_only_disk_is_named_with_a_next_step(small):
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    with pytest.raises(StorageError) as caught:
        open_index(small / "state" / "index.db")
    assert "AGENTXD_STATE_DIR" in caught.value.next_step
