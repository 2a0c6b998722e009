"""Maps and places out of the index's database follow the files, unsaved text included."""

import threading

import apsw
import pytest
from agentxd.kernel.index import MapQuery, SymbolQuery
from agentxd.plugins.stores.code_index.graph_reading import Graphs
from agentxd.plugins.stores.code_index.mapper import Mapper
from agentxd.plugins.stores.code_index.resolver import Resolver
from unit.stores.index_parts import SPLITTER, Workspace

FILES = {
    "shop/cart.py": "import shop.price\n\nclass Cart:\n    def add_line(self, line):\n        return Price(line)\n",
    "shop/price.py": "class Price:\n    def round_up(self):\n        return 1\n",
    "shop/page.py": "import shop.cart\n\ndef render_page():\n    return Cart().add_line(Price())\n",
    "other/price.py": "class Price:\n    def halve(self):\n        return 2\n",
    "tests/test_cart.py": "import shop.cart\n\ndef make_cart():\n    return Cart()\n",
}


@pytest.fixture
def workspace(tmp_path):
    opened = Workspace(tmp_path / "index.db")
    opened.write(FILES)
    yield opened
    opened.database.close()


@pytest.fixture
def graphs():
    return Graphs()


@pytest.fixture
def mapper(workspace, graphs):
    opened = Mapper(workspace.path, graphs)
    yield opened
    opened.close()


@pytest.fixture
def resolver(workspace, graphs):
    opened = Resolver(workspace.path, workspace.read, SPLITTER, graphs)
    yield opened
    opened.close()


def test_a_map_shows_what_matters_by_file(mapper) -> None:
    found = mapper.map(MapQuery())
    assert "shop/price.py\n  1: class Price\n  2: def round_up(self)  (in Price)\n" in found.text
    assert "  4: def add_line(self, line)" in found.text
    assert found.n_files == 5
    assert found.n_tokens <= 1_024
    assert found.coverage.n_files == 5


def test_a_map_keeps_its_budget(mapper) -> None:
    small = mapper.map(MapQuery(max_tokens=40))
    assert 0 < small.n_tokens <= 40
    assert "not shown)" in small.text
    assert mapper.map(MapQuery(max_tokens=0)).text == ""
    assert mapper.map(MapQuery(max_tokens=-1)).text == ""


def test_a_task_and_files_under_work_move_things(mapper) -> None:
    plain = mapper.map(MapQuery(max_tokens=60)).text
    assert "halve" not in plain
    assert "halve" in mapper.map(MapQuery("halve the price", max_tokens=60)).text
    at_work = mapper.map(MapQuery(paths=("shop/page.py",))).text
    assert "shop/page.py" not in at_work
    assert "shop/cart.py" in at_work


def test_a_map_follows_changed_files(workspace, mapper) -> None:
    mapper.map(MapQuery())
    workspace.write(
        {"shop/price.py": "class Price:\n    def to_the_cent(self):\n        return 1\n"}
    )
    assert "to_the_cent" in mapper.map(MapQuery()).text
    workspace.remove("shop/price.py")
    assert "to_the_cent" not in mapper.map(MapQuery()).text


def test_a_map_shows_unsaved_text(workspace, mapper) -> None:
    workspace.show("shop/price.py", "class Price:\n    def unsaved(self):\n        return 1\n")
    assert "unsaved" in mapper.map(MapQuery()).text
    workspace.show("shop/price.py", None)
    assert "unsaved" not in mapper.map(MapQuery()).text


def test_the_graph_is_read_once_as_long_as_no_file_changes(workspace, mapper, graphs) -> None:
    mapper.map(MapQuery())
    first = graphs.latest()
    workspace.database.use_embedder("another", 8)
    mapper.map(MapQuery("something else"))
    assert graphs.latest() is first
    workspace.write({"new.py": "def fresh():\n    return 1\n"})
    mapper.map(MapQuery())
    assert graphs.latest() is not first


def test_a_content_that_two_files_hold_is_shown_once(workspace, mapper) -> None:
    workspace.write({"shop/price_copy.py": FILES["shop/price.py"]})
    assert mapper.map(MapQuery()).text.count("round_up") == 1


def test_an_empty_index_has_an_empty_map(tmp_path) -> None:
    workspace = Workspace(tmp_path / "index.db")
    found = Mapper(workspace.path).map(MapQuery("anything", ("a.py",)))
    assert (found.text, found.n_tokens, found.n_files) == ("", 0, 0)
    workspace.write({"README.md": "def hello\n"}, language="markdown")
    assert Mapper(workspace.path).map(MapQuery()).text == ""
    workspace.database.close()


def names_of(found) -> list[str]:
    return [place.path for place in found]


@pytest.mark.parametrize(
    ("name", "near", "paths"),
    [
        ("Price", "shop/cart.py", ["shop/price.py", "other/price.py"]),
        ("Price", "other/price.py", ["other/price.py", "shop/price.py"]),
        ("Price", "", ["shop/price.py", "other/price.py"]),
        ("Cart", "tests/test_cart.py", ["shop/cart.py"]),
        ("NoSuch", "shop/cart.py", []),
        ("Cart", "no/such/file.py", ["shop/cart.py"]),
    ],
)
def test_definitions_come_in_the_order_of_the_place(resolver, name, near, paths) -> None:
    found = resolver.definitions(SymbolQuery(name, is_exact=True, near=near))
    assert names_of(found) == paths
    assert all(place.text == f"class {name}:" for place in found)


def test_the_line_says_which_of_one_file_is_meant(workspace, resolver) -> None:
    text = "class A:\n    def get(self):\n        return 1\n    def use(self):\n        return self.get()\n\n"
    workspace.write({"two.py": text + text.replace("class A", "class B")})
    for line, container in ((4, "A"), (10, "B")):
        query = SymbolQuery("get", is_exact=True, near="two.py", near_line=line, limit=1)
        assert [place.symbol.line for place in resolver.definitions(query)] == [
            1 if container == "A" else 7
        ]


GO = {
    "context.go": "import net/http\nimport hub.com/gin/render\nclass Context:\n    def JSON(c):\n    def SetCookie(c):\n",
    "render/json.go": "class JSON:\n",
}


@pytest.mark.parametrize(
    ("name", "behind", "paths"),
    [
        ("SetCookie", "http", []),
        ("SetCookie", "c", ["context.go"]),
        ("JSON", "render", ["render/json.go"]),
        ("JSON", "", ["context.go", "render/json.go"]),
    ],
)
def test_what_stands_behind_an_import_is_where_it_leads(
    workspace, resolver, name, behind, paths
) -> None:
    workspace.write(GO, language="go")
    query = SymbolQuery(name, is_exact=True, near="context.go", near_line=9, behind=behind)
    assert names_of(resolver.definitions(query)) == paths


def test_a_limit_is_kept(resolver) -> None:
    assert len(resolver.definitions(SymbolQuery("Price", is_exact=True, limit=1))) == 1
    assert resolver.definitions(SymbolQuery("Price", is_exact=True, limit=-3)) == []
    assert len(resolver.uses("Price", "shop/cart.py", 1)) == 1
    assert resolver.uses("Price", "shop/cart.py", 0) == []


def test_uses_belong_to_what_the_place_means(resolver, mapper) -> None:
    mapper.map(MapQuery())  # with it the importers are known
    found = resolver.uses("Cart", "tests/test_cart.py")
    assert [(use.path, use.line, use.inside) for use in found] == [
        ("tests/test_cart.py", 3, "make_cart"),
        ("shop/page.py", 3, "render_page"),
    ]
    assert found[1].text.strip() == "return Cart().add_line(Price())"
    assert resolver.uses("no_such_name", "shop/cart.py") == []


def test_several_threads_may_ask_while_files_change(workspace, mapper, resolver) -> None:
    trouble: list[BaseException] = []

    def ask() -> None:
        try:
            for _ in range(20):
                assert mapper.map(MapQuery("cart")).n_tokens <= 1_024
                assert resolver.definitions(SymbolQuery("Cart", is_exact=True, near="shop/page.py"))
        except (AssertionError, apsw.Error) as error:
            trouble.append(error)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(20):
        workspace.write({"moving.py": f"def moving_{number}():\n    return {number}\n"})
    for thread in threads:
        thread.join()
    assert trouble == []
