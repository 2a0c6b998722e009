"""What the index's database keeps: contents by hash, unsaved texts, vectors, and a bounded size."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from agentxd.index.fake_embedder import FakeEmbedder
from agentxd.kernel.errors import EmbedderError, StorageError
from agentxd.kernel.index import IndexStatus, SearchQuery, SymbolQuery
from agentxd.plugins.stores.code_index.counting import size_of
from agentxd.plugins.stores.code_index.database import open_index
from unit.stores.index_parts import Workspace, content, row

ONE = "def alpha_one(value):\n    return beta(value)\n"
TWO = "def gamma_two(value):\n    return alpha_one(value)\n"
FILES = {"a.py": ONE, "b/two.py": TWO}


@pytest.fixture
def workspace(tmp_path):
    opened = Workspace(tmp_path / "index.db")
    yield opened
    opened.close()


def paths(workspace, text, **more):
    return [hit.path for hit in workspace.searcher.search(SearchQuery(text, **more)).hits]


def is_found_by_vector(workspace):
    hits = workspace.searcher.search(SearchQuery("thing value")).hits
    return any("vector" in hit.found_by for hit in hits)


def many(n, word="thing"):
    return {
        f"src/{word}{i}.py": "\n".join(
            f"def {word}_{i}_{m}(value):\n    return other_{m}(value)" for m in range(30)
        )
        for i in range(n)
    }


def test_a_rename_parses_and_embeds_nothing_again(workspace):
    workspace.use(FakeEmbedder())
    workspace.write(FILES)
    assert workspace.embed() == 2
    workspace.remove("a.py")
    assert paths(workspace, "alpha_one") == ["b/two.py"]
    assert workspace.write({"c/renamed.py": ONE}) == 0
    assert workspace.embed() == 0
    assert "c/renamed.py" in paths(workspace, "alpha_one")


def test_a_branch_switch_there_and_back_parses_and_embeds_nothing_again(workspace):
    workspace.use(FakeEmbedder())
    main, other = many(20), many(20, "thing") | many(20, "branch")
    other["src/thing3.py"] = "def changed_thing(): pass"
    workspace.write(main)
    first = workspace.embed()
    assert first == 20 * 30
    workspace.write(other)
    assert workspace.embed() == 20 * 30 + 1
    workspace.remove(*[path for path in other if path not in main])
    assert workspace.write(main) == 0
    assert workspace.embed() == 0
    assert not any("branch" in path for path in paths(workspace, "branch_3_4"))
    assert paths(workspace, "thing_3_4")[0] == "src/thing3.py"


def test_files_come_back_with_what_was_known_of_them(workspace):
    workspace.write(FILES)
    assert workspace.database.files() == {path: row(path, text) for path, text in FILES.items()}
    workspace.database.put([], [row("a.py", TWO, version=2)])
    assert workspace.database.files()["a.py"] == row("a.py", TWO, version=2)
    workspace.database.drop(["a.py", "never.there"])
    assert set(workspace.database.files()) == {"b/two.py"}


def test_a_put_is_all_or_nothing(workspace):
    workspace.write(FILES)
    with pytest.raises(StorageError):
        workspace.database.put([content("def new_one(): pass")], [row("n.py", "what nobody put")])
    assert set(workspace.database.files()) == set(FILES)
    assert workspace.database.known([content("def new_one(): pass").hash]) == set()
    workspace.write({"n.py": "def new_one(): alpha_one()"})
    assert paths(workspace, "new_one")[0] == "n.py"


def test_a_text_that_is_no_unicode_is_kept_as_far_as_it_can_be_read(workspace):
    odd = content("def odd_one(): call()")
    symbol = odd.parsed.symbols[0].__class__("odd\udcff", odd.parsed.symbols[0].kind, 0, 0, 0, 1)
    parsed = odd.parsed.__class__("python", (symbol,), odd.parsed.references, (), odd.parsed.chunks)
    workspace.database.put(
        [odd.__class__(odd.hash, 1, parsed, odd.texts)], [row("o.py", "def odd_one(): call()")]
    )
    assert workspace.searcher.outline("o.py")[0].name == "odd?"


def test_unsaved_text_shadows_the_file_and_leaves_with_the_editor(workspace):
    workspace.write(FILES)
    workspace.show("a.py", "def typed_now(value):\n    return 1\n")
    assert paths(workspace, "typed_now") == ["a.py"]
    assert paths(workspace, "alpha_one") == ["b/two.py"]
    assert [symbol.name for symbol in workspace.searcher.outline("a.py")] == ["typed_now"]
    assert workspace.database.files()["a.py"] == row("a.py", ONE)
    workspace.show("a.py", None)
    assert paths(workspace, "typed_now") == []
    assert "a.py" in paths(workspace, "alpha_one")


def test_unsaved_text_stays_on_top_while_the_file_changes_and_goes(workspace):
    workspace.write(FILES)
    workspace.show("a.py", "def typed_now(): pass")
    workspace.database.put(
        [content("def on_disk(): pass")], [row("a.py", "def on_disk(): pass", 2)]
    )
    assert (paths(workspace, "typed_now"), paths(workspace, "on_disk")) == (["a.py"], [])
    workspace.database.drop(["a.py"])
    assert paths(workspace, "typed_now") == ["a.py"]
    assert set(workspace.database.files()) == {"b/two.py"}
    workspace.show("a.py", None)
    assert paths(workspace, "typed_now") == []
    assert workspace.searcher.outline("a.py") == []


def test_unsaved_text_of_a_new_file_is_found_and_forgotten_when_opened_again(workspace):
    workspace.write(FILES)
    workspace.show("new/file.py", "def never_saved(): pass")
    workspace.show("a.py", "def changed_only(): pass")
    assert paths(workspace, "never_saved") == ["new/file.py"]
    workspace.close()
    again = Workspace(workspace.path)
    again.texts = FILES
    assert paths(again, "never_saved") == []
    assert "a.py" in paths(again, "alpha_one")
    assert set(again.database.files()) == set(FILES)
    again.close()
    workspace.database = open_index(workspace.path)


def test_typing_leaves_nothing_behind(workspace):
    workspace.write(FILES)
    for n in range(50):
        workspace.show("a.py", "def typed(): pass\n" * (n + 1))
    workspace.show("b/two.py", ONE)
    assert workspace.database._connection.execute("SELECT count(*) FROM contents").get == 3
    workspace.database.put([], [row("a.py", "def typed(): pass\n" * 50, 2)])
    workspace.show("a.py", None)
    workspace.show("b/two.py", None)
    assert [symbol.line for symbol in workspace.searcher.outline("a.py")] == list(range(50))
    assert paths(workspace, "alpha_one") == ["b/two.py"]


def test_vectors_that_come_with_contents_need_no_second_visit(workspace):
    embedder = FakeEmbedder()
    workspace.use(embedder)
    workspace.write(many(3), embedder=embedder)
    assert workspace.database.without_vector(10) == []
    assert workspace.searcher.search(SearchQuery("value")).coverage.n_vectors == 90


def test_the_old_embedder_answers_until_the_new_one_is_complete(workspace):
    old, new = FakeEmbedder("old"), FakeEmbedder("new", 32)
    workspace.embedder = old
    workspace.use(old)
    workspace.write(many(4))
    workspace.embed()
    workspace.use(new)
    status = workspace.database.fill(IndexStatus())
    assert (status.embedder, status.next_embedder, status.n_vectors) == ("old", "new", 120)
    lacking = workspace.database.without_vector(50)
    workspace.database.put_vectors([(number, new.query("x")) for number, *_ in lacking])
    assert workspace.database.fill(IndexStatus()).embedder == "old"
    assert is_found_by_vector(workspace)
    assert workspace.embed() == 70
    status = workspace.database.fill(IndexStatus())
    assert (status.embedder, status.next_embedder, status.n_vectors) == ("new", "", 120)
    assert is_found_by_vector(workspace)


def test_vectors_of_the_wrong_length_are_refused(workspace):
    workspace.use(FakeEmbedder())
    workspace.write(FILES)
    [(number, *_), *_] = workspace.database.without_vector(1)
    with pytest.raises(EmbedderError):
        workspace.database.put_vectors([(number, b"short")])
    workspace.database.put_vectors([(number + 99, FakeEmbedder().query("gone meanwhile"))])
    assert workspace.embed() == 2


def test_a_broken_embedder_leaves_words_and_symbols(workspace):
    workspace.use(workspace.embedder)
    workspace.write(FILES)
    workspace.embed()
    workspace.embedder.is_broken = True
    assert "a.py" in paths(workspace, "alpha_one")


def test_the_size_is_told_and_bounded(workspace):
    workspace.use(FakeEmbedder())
    workspace.write(many(40))
    workspace.embed()
    full = workspace.database.fill(IndexStatus()).bytes
    assert full == size_of(workspace.path)
    workspace.write({path: f"def left_{n}(): pass" for n, path in enumerate(many(40))})
    workspace.embed()
    while workspace.database.tidy(1 << 40):
        pass
    assert len(workspace.database.known([content(text).hash for text in many(40).values()])) == 40
    while workspace.database.tidy(0):
        pass
    assert workspace.database.known([content(text).hash for text in many(40).values()]) == set()
    assert workspace.database.fill(IndexStatus()).bytes < full / 2
    assert paths(workspace, "left_7")[0] == "src/thing7.py"
    assert [
        hit
        for hit in workspace.searcher.search(SearchQuery("thing_7_3 other_3")).hits
        if hit.start_line
    ] == []
    assert workspace.searcher.symbols(SymbolQuery("thing_7_3")) == []
    workspace.write(many(40))
    workspace.embed()
    assert paths(workspace, "thing_7_3")[0] == "src/thing7.py"


def test_those_that_left_first_go_first(workspace):
    workspace.write(many(60))
    workspace.remove(*list(many(60))[:30])
    workspace.remove(*list(many(60))[30:])
    connection = workspace.database._connection
    used = (
        connection.execute("PRAGMA page_count").get
        - connection.execute("PRAGMA freelist_count").get
    )
    while workspace.database.tidy(int(used * 0.8) * 4096):
        pass
    known = workspace.database.known([content(text).hash for text in many(60).values()])
    kept = [content(text).hash in known for text in many(60).values()]
    assert kept == sorted(kept)
    assert 0 < sum(kept) < 60


KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from unit.stores.index_parts import content, row
from agentxd.plugins.stores.code_index.database import open_index
database = open_index(Path(sys.argv[1]))
for n in range(100_000):
    texts = [f"def killed_{n}_{m}(value):\\n    return other_{m}(value)" for m in range(20)]
    database.put([content(text) for text in texts], [row(f"{n}/{m}.py", t) for m, t in enumerate(texts)])
    print(n, flush=True)
"""


def test_a_writer_that_is_killed_leaves_whole_puts(tmp_path):
    place = tmp_path / "index.db"
    tests = str(Path(__file__).parents[2])
    for n_puts in (1, 3, 12):
        with subprocess.Popen(
            [sys.executable, "-c", KILLED, str(place), tests], stdout=subprocess.PIPE, text=True
        ) as writer:
            for _ in range(n_puts):
                last = int(writer.stdout.readline())
            writer.send_signal(signal.SIGKILL)
        workspace = Workspace(place)
        assert workspace.database.message == ""
        files = workspace.database.files()
        assert len(files) % 20 == 0
        assert f"{last}/19.py" in files
        assert f"{last}/7.py" in paths(workspace, f"killed_{last}_7")
        assert workspace.database._connection.execute("PRAGMA quick_check").get == "ok"
        workspace.close()


def test_many_threads_ask_while_one_writes(workspace):
    workspace.use(FakeEmbedder())
    workspace.write(many(10))
    workspace.embed()
    stop, failed, answered = threading.Event(), [], []

    def ask():
        try:
            while not stop.is_set():
                hits = workspace.searcher.search(SearchQuery("thing_3_4 value")).hits
                assert hits[0].path == "src/thing3.py"
                assert workspace.searcher.symbols(SymbolQuery("thing34"))
                answered.append(len(workspace.resolver.uses("other_3")))
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(30):
        workspace.write(many(3, f"more{n}"))
        workspace.embed()
        workspace.database.tidy(1 << 40)
    stop.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert answered
    assert workspace.database.fill(IndexStatus()).n_files == 100
