"""Whatever lies on a disk, the index comes to its end and holds what belongs into it."""

import os
import socket

from workshop import many

GOOD = "def still_found():\n    return 1\n"


async def test_everything_that_is_no_source_is_left_out_and_told(workshop):
    workshop.write("good.py", GOOD)
    workshop.write("big.py", b"x = 1\n" * 200_000)
    with (workshop.root / "giant.py").open("wb") as file:
        file.truncate(100 << 20)
    workshop.write("image.py", b"def hidden():\n\0\0\0\xff\xfe")
    workshop.write("photo.png", b"\x89PNG not even opened")
    workshop.write(".env", "TOKEN=hidden_in_env")
    workshop.write("keys/id_rsa", "hidden key")
    (workshop.root / "loop").symlink_to(workshop.root)
    (workshop.root / "outside.py").symlink_to("/etc/passwd")
    (workshop.root / "self.py").symlink_to("self.py")
    os.mkfifo(workshop.root / "pipe.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(workshop.root / "socket.py"))
        status = await workshop.ready()
    assert await workshop.paths("still_found") == ["good.py"]
    assert set(await workshop.hits("hidden")) <= {"good.py"}
    left_out = status.left_out
    assert left_out["too large"] == 2
    assert left_out["binary"] == 2
    assert left_out["secret"] == 2
    assert left_out["link"] == 3
    assert status.n_files == status.n_files_done == 1


async def test_names_and_contents_that_are_no_utf8(workshop):
    workshop.write(os.fsdecode(b"n\xe9.py"), "def in_a_bad_name(): pass\n")
    workshop.write("latin.py", "def straße():\n    return 'é'\n".encode("latin-1"))
    workshop.write("naïve\n name.py", "def odd_name(): pass\n")
    workshop.write("empty.py", b"")
    workshop.write("nul.txt", "words " * 3_000 + "\0")
    workshop.write("deep.py", "(" * 50_000)
    workshop.write("long.json", '{"a": "' + "x" * 900_000 + '"}')
    workshop.write("good.py", GOOD)
    status = await workshop.ready()
    assert await workshop.paths("odd_name") == ["naïve\n name.py"]
    assert await workshop.paths("still_found") == ["good.py"]
    assert status.left_out["its name is no UTF-8"] == 1


async def test_a_name_that_is_no_utf8_does_not_end_the_watching(workshop):
    workshop.write("good.py", GOOD)
    workshop.commit()
    await workshop.ready()
    workshop.write(os.fsdecode(b"n\xe9.py"), "def in_a_bad_name(): pass\n")
    workshop.write("later.py", "def later_one(): pass\n")
    await workshop.until_paths("later_one", ["later.py"])
    workshop.write("later.py", "def later_two(): pass\n")
    await workshop.until_paths("later_two", ["later.py"])
    assert await workshop.paths("in_a_bad_name") == []


async def test_a_file_that_may_not_be_read_and_one_in_a_linked_folder(workshop):
    workshop.write("good.py", GOOD)
    workshop.write("real/inner.py", "def inner(): pass\n")
    workshop.commit()
    (workshop.root / "real").rename(workshop.root.parent / "elsewhere")
    (workshop.root / "real").symlink_to(workshop.root.parent / "elsewhere")
    await workshop.ready()
    assert await workshop.paths("inner") == []
    assert await workshop.paths("still_found") == ["good.py"]


async def test_files_that_vanish_and_change_while_they_are_read(workshop):
    many(workshop, 600)
    await workshop.index.outline("none")
    for number in range(0, 600, 2):
        (workshop.root / f"many/d{number % 40}/m{number}.py").unlink()
    for number in range(1, 600, 2):
        workshop.write(f"many/d{number % 40}/m{number}.py", f"def other_{number}(): pass\n")
    await workshop.until_paths("other_599", ["many/d39/m599.py"])
    await workshop.until_paths("made_0", [])
    await workshop.until_paths("made_599", [])
    await workshop.ready()
    assert (await workshop.ready()).n_files_done == 300


async def test_a_folder_that_is_no_repository_and_one_with_a_repository_inside(workshop):
    workshop.write(".gitignore", "ignored/\n")
    workshop.write("ignored/a.py", "def in_ignored(): pass\n")
    workshop.write("inner/b.py", "def in_inner(): pass\n")
    workshop.write("good.py", GOOD)
    for words in (["init", "-q", "inner"],):
        workshop.git(*words)
    await workshop.ready()
    assert await workshop.paths("in_ignored") == []
    assert await workshop.paths("in_inner") == ["inner/b.py"]
    assert await workshop.paths("still_found") == ["good.py"]
