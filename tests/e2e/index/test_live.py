"""What changes on disk or in an editor is soon what the index answers with."""

import asyncio
import shutil

from workshop import many


async def test_saved_made_moved_and_deleted_files(workshop):
    workshop.write("a.py", "def first(): pass\n")
    workshop.commit()
    await workshop.ready()
    workshop.write("a.py", "def second(): pass\n")
    await workshop.until_paths("second", ["a.py"])
    assert await workshop.paths("first") == []
    workshop.write("new/deep/b.py", "def third(): pass\n")
    await workshop.until_paths("third", ["new/deep/b.py"])
    workshop.write("new/deep/c.py", "def fourth(): pass\n")
    await workshop.until_paths("fourth", ["new/deep/c.py"])
    (workshop.root / "a.py").rename(workshop.root / "z.py")
    await workshop.until_paths("second", ["z.py"])
    shutil.rmtree(workshop.root / "new")
    await workshop.until_paths("third", [])


async def test_a_file_in_a_folder_that_was_empty(workshop):
    workshop.write("a.py", "def first(): pass\n")
    (workshop.root / "empty" / "inner").mkdir(parents=True)
    workshop.commit()
    await workshop.ready()
    workshop.write("empty/inner/b.py", "def second(): pass\n")
    await workshop.until_paths("second", ["empty/inner/b.py"])


async def test_an_editor_that_tells_is_believed_at_once(workshop):
    workshop.write("a.py", "def first(): pass\n")
    workshop.commit()
    await workshop.ready()
    workshop.write("a.py", "def second(): pass\n")
    workshop.index.touched(["a.py", "../outside.py", "/etc/passwd", "", ".git/config"])
    await workshop.until_paths("second", ["a.py"])
    assert set(await workshop.hits("root")) <= {"a.py"}


async def test_ignored_files_stay_out_until_the_rules_change(workshop):
    workshop.write(".gitignore", "build/\n*.log\n")
    workshop.write("a.py", "def first(): pass\n")
    workshop.write("build/b.py", "def built(): pass\n")
    workshop.commit()
    await workshop.ready()
    workshop.write("build/c.py", "def built_too(): pass\n")
    workshop.write("c.log", "logged words")
    workshop.write("d.py", "def last(): pass\n")
    await workshop.until_paths("last", ["d.py"])
    assert await workshop.paths("built_too") == []
    workshop.write(".gitignore", "*.log\n")
    await workshop.until_paths("built_too", ["build/c.py"])
    await workshop.until_paths("built", ["build/b.py"])
    workshop.write(".gitignore", "build/\n")
    await workshop.until_paths("built", [])


async def test_unsaved_text_is_found_and_goes_when_disk_is_the_truth_again(workshop):
    workshop.write("a.py", "def on_disk(): pass\n")
    workshop.write(".gitignore", "ignored.py\n")
    workshop.commit()
    await workshop.ready()
    workshop.index.shown("a.py", "def unsaved(): pass\n")
    assert await workshop.paths("unsaved") == ["a.py"]
    assert await workshop.paths("on_disk") == []
    answer = await workshop.hits("unsaved")
    assert "a.py" in answer
    workshop.index.shown("not_yet.py", "def not_yet(): pass\n")
    workshop.index.shown("ignored.py", "def ignored(): pass\n")
    workshop.index.shown(".env", "SECRET_WORD=1")
    assert await workshop.paths("not_yet") == ["not_yet.py"]
    assert await workshop.paths("ignored") == []
    assert ".env" not in await workshop.hits("secret word")
    workshop.index.shown("a.py", None)
    workshop.index.shown("not_yet.py", None)
    await workshop.until_paths("on_disk", ["a.py"])
    assert await workshop.paths("unsaved") == []
    assert await workshop.paths("not_yet") == []


async def test_what_is_saved_is_searchable_all_the_time(workshop):
    workshop.write("a.py", "def first(): pass\n")
    workshop.commit()
    await workshop.ready()
    for n in range(10):
        text = f"def typed_{n}(): pass\n"
        workshop.index.shown("a.py", text)
        assert await workshop.paths(f"typed_{n}") == ["a.py"]
        workshop.write("a.py", text)
        workshop.index.shown("a.py", None)
        workshop.index.touched(["a.py"])
        assert await workshop.paths(f"typed_{n}") == ["a.py"]


async def test_a_branch_switch_of_5000_files_freezes_nothing_and_parses_nothing_twice(workshop):
    many(workshop, 5_000)
    workshop.commit()
    workshop.git("checkout", "-qb", "other")
    many(workshop, 5_000, suffix="_other")
    workshop.commit()
    status = await workshop.ready()
    assert status.n_files_done == 5_000
    await asyncio.to_thread(workshop.git, "checkout", "-q", "-")
    await workshop.until_paths("made_4999", ["many/d39/m4999.py"])
    await workshop.until_paths("made_4999_other", [])
    status = await workshop.ready()
    workshop.seen.clear()
    before = workshop.children()
    await asyncio.to_thread(workshop.git, "checkout", "-q", "other")
    await workshop.until_paths("made_4999_other", ["many/d39/m4999.py"])
    after = await workshop.ready()
    assert (after.n_vectors, after.n_files_done) == (status.n_vectors, 5_000)
    assert before == []
    assert "embedding" not in {one.state for one in workshop.seen}
