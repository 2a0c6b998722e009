"""What many use matters; rare names, imports and nearness say what a use means."""

import numpy as np
import pytest
from agentxd.index.edges import Facts, edges_of
from agentxd.index.graph import CodeGraph, Wanted
from agentxd.index.weighing import is_beside, name_weight
from unit.index.graphs import Known, facts_of, graph_of, ids

ANY = Wanted()
SHOP: Known = {
    "shop/cart.py": ("Cart add_line total | Price Money", ["shop/price.py"]),
    "shop/price.py": ("Price Money round_up | ", []),
    "shop/page.py": ("render_page | Cart add_line Price", ["shop/cart.py", "shop/price.py"]),
    "shop/mail.py": ("send_mail | render_page", ["shop/page.py"]),
    "tests/test_cart.py": ("make_cart | Cart total add_line send_mail", ["shop/cart.py"]),
    "lonely.py": ("Lonely | ", []),
}


def ranked(known: Known, wanted: Wanted = ANY, languages=None) -> list[str]:
    ranks = graph_of(known, languages).ranks(wanted)
    return [list(known)[at] for at in np.argsort(-ranks.files, kind="stable")]


def best_names(known: Known, wanted: Wanted = ANY) -> list[str]:
    facts = facts_of(known)
    ranks = graph_of(known).ranks(wanted)
    order = np.argsort(-ranks.definitions, kind="stable")
    return [facts.names[facts.defined_name[at]] for at in order]


def test_what_many_use_comes_first_and_what_nobody_uses_last() -> None:
    assert ranked(SHOP)[0] == "shop/price.py"
    assert set(ranked(SHOP)[-2:]) == {"lonely.py", "tests/test_cart.py"}
    assert best_names(SHOP)[:3] == ["render_page", "add_line", "Price"]


def test_ranks_of_files_sum_up_to_one() -> None:
    for wanted in (Wanted(), Wanted("render a page"), Wanted(paths=("shop/mail.py",))):
        ranks = graph_of(SHOP).ranks(wanted)
        assert ranks.files.sum() == pytest.approx(1.0)
        assert (ranks.files >= 0).all()
        assert (ranks.definitions >= 0).all()


def test_the_same_question_has_the_same_answer() -> None:
    wanted = Wanted("round prices up", ("shop/page.py",))
    first, again = graph_of(SHOP).ranks(wanted), graph_of(SHOP).ranks(wanted)
    assert (first.files == again.files).all()
    assert (first.definitions == again.definitions).all()


TASKS = [
    ("send a mail when the cart is full", "send_mail"),
    ("`round_up` goes wrong", "round_up"),
    ("Lonely should have friends", "Lonely"),
    ("rendering in shop/mail.py", "send_mail"),
]


@pytest.mark.parametrize(("task", "name"), TASKS)
def test_what_the_task_mentions_moves_up(task, name) -> None:
    assert best_names(SHOP, Wanted(task)).index(name) < best_names(SHOP).index(name)


def test_words_that_say_nothing_change_nothing() -> None:
    plain, empty = (
        graph_of(SHOP).ranks(Wanted()),
        graph_of(SHOP).ranks(Wanted("fix the bug, add a test")),
    )
    assert (plain.definitions == empty.definitions).all()


def test_what_files_under_work_use_moves_up() -> None:
    names = best_names(SHOP, Wanted(paths=("shop/cart.py",)))
    assert names.index("Money") < best_names(SHOP).index("Money")


def test_a_path_that_is_unknown_changes_nothing() -> None:
    plain, other = (
        graph_of(SHOP).ranks(Wanted()),
        graph_of(SHOP).ranks(Wanted(paths=("no/such.py",))),
    )
    assert (plain.files == other.files).all()


TWO = ("Parser | ", [])


def weights(known: Known, languages=None) -> dict[tuple[str, str], float]:
    """Source and target to the weight of uses."""
    edges, paths = edges_of(facts_of(known, languages)), list(known)
    found: dict[tuple[str, str], float] = {}
    for source, target, name, weight in zip(
        edges.source, edges.target, edges.name, edges.weight, strict=True
    ):
        if name >= 0:
            pair = (paths[source], paths[target])
            found[pair] = found.get(pair, 0.0) + float(weight)
    return found


def test_an_imported_definition_is_meant_rather_than_another() -> None:
    found = weights({"a/one.py": TWO, "b/two.py": TWO, "c/use.py": ("x_y | Parser", ["b/two.py"])})
    assert found["c/use.py", "b/two.py"] > 5 * found["c/use.py", "a/one.py"]


def test_a_definition_in_the_same_folder_is_meant_rather_than_another() -> None:
    found = weights({"a/one.py": TWO, "b/two.py": TWO, "b/use.py": ("x_y | Parser", [])})
    assert found["b/use.py", "b/two.py"] > 2 * found["b/use.py", "a/one.py"]


def test_a_file_that_defines_the_name_means_its_own() -> None:
    alone = weights({"a/one.py": TWO, "b/use.py": ("other | Parser", [])})
    own = weights({"a/one.py": TWO, "b/use.py": ("Parser | Parser", [])})
    assert own["b/use.py", "a/one.py"] < alone["b/use.py", "a/one.py"] / 5


def test_several_definitions_share_the_weight() -> None:
    one = weights({"a/1.py": TWO, "u/u.py": ("x_y | Parser", [])})
    many = weights({"a/1.py": TWO, "b/2.py": TWO, "c/3.py": TWO, "u/u.py": ("x_y | Parser", [])})
    assert sum(many.values()) < 2.5 * sum(one.values())
    assert many["u/u.py", "a/1.py"] < one["u/u.py", "a/1.py"]


def test_languages_do_not_mean_each_other() -> None:
    known: Known = {
        "a.py": ("Parser | ", []),
        "b.js": ("x_y | Parser", []),
        "c.ts": ("z_z | Parser", []),
    }
    languages = {"b.js": "javascript", "c.ts": "typescript"}
    assert weights(known, languages) == {}
    assert ("c.ts", "a.py") in weights(
        known, {"b.js": "javascript", "c.ts": "typescript", "a.py": "javascript"}
    )


def test_a_name_that_everybody_defines_tells_nothing() -> None:
    known = {f"d{at}/f.py": ("handle_event | ", []) for at in range(60)}
    assert weights({**known, "u.py": ("x_y | handle_event", [])}) == {}


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("parse_header", "parse"),
        ("parseHeader", "get"),
        ("Parser", "_Parser"),
        ("Parser", "x"),
        ("url", "i"),
        ("reader", "read"),
        ("run", "__init__"),
        ("socket", "#socket"),
    ],
)
def test_names_that_tell_more_weigh_more(more, less) -> None:
    assert name_weight(more) > name_weight(less)


@pytest.mark.parametrize("name", ["", "_", "__", "$", "名前", "x" * 10_000])
def test_odd_names_have_a_weight(name) -> None:
    assert name_weight(name) >= 0


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("tests/test_a.py", True),
        ("src/app/core.py", False),
        ("src/app/testing.py", False),
        ("pkg/handler_test.go", True),
        ("src/a.spec.ts", True),
        ("src/test/java/FooTest.java", True),
        ("examples/hello/main.rs", True),
        ("server/plugins/tools/read.py", False),
        ("django/contrib/auth/models.py", False),
        ("vendor/github.com/x/y.go", True),
        ("lib/latest/contest.py", False),
        ("static/jquery.min.js", True),
    ],
)
def test_tests_examples_and_foreign_work_are_told_apart(path, expected) -> None:
    assert is_beside(path) is expected


def test_an_empty_workspace_and_one_without_definitions_have_ranks() -> None:
    for known in ({}, {"a.md": ("", [])}, {"a.py": ("| x", []), "b.py": ("", ["a.py"])}):
        ranks = graph_of(known).ranks(Wanted("anything", ("a.py",)))
        assert len(ranks.files) == len(known)
        assert len(ranks.definitions) == 0


def test_imports_are_told_in_both_directions() -> None:
    graph = graph_of(SHOP)
    assert graph.imported_by("shop/page.py") == {"shop/cart.py", "shop/price.py"}
    assert graph.importers_of(["shop/cart.py"]) == {"shop/page.py", "tests/test_cart.py"}
    assert graph.imported_by("no/such.py") == frozenset()


def test_a_large_workspace_is_no_trouble() -> None:
    n_files, n_names = 500, 5_000
    random = np.random.default_rng(7)
    facts = Facts(
        paths=[f"p{at % 20}/f{at}.py" for at in range(n_files)],
        languages=["python"] * n_files,
        names=[f"some_name_{at}" for at in range(n_names)],
        defined_name=ids(range(n_names)),
        defined_file=random.integers(0, n_files, n_names),
        used_name=random.integers(0, n_names, 40_000),
        used_file=random.integers(0, n_files, 40_000),
        importing=random.integers(0, n_files, 3_000),
        imported=random.integers(0, n_files, 3_000),
    )
    graph = CodeGraph(facts, np.ones(n_names))
    ranks = graph.ranks(Wanted("name 17"))
    assert ranks.files.sum() == pytest.approx(1.0)
    assert graph.n_edges > 30_000
