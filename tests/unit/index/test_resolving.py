"""Of several definitions the one comes first that the asking place means; of uses, those of it."""

import random

import pytest
from agentxd.index.resolving import Place, nearness, ordered_definitions, ordered_uses, place_of
from agentxd.kernel.index import Symbol, SymbolKind, SymbolPlace

CLASS, METHOD, FUNCTION, FIELD = (
    SymbolKind.CLASS,
    SymbolKind.METHOD,
    SymbolKind.FUNCTION,
    SymbolKind.FIELD,
)


def at(path, line=0, container="", kind=METHOD, language="python") -> SymbolPlace:
    return SymbolPlace(path, language, Symbol("get", kind, line, 4, line, line + 5, container))


PLACE = Place(
    "app/core/store.py",
    "python",
    ("Store", "put"),
    taken=frozenset({"lib/names.py"}),
    imported=frozenset({"lib/names.py", "lib/tools.py"}),
)

BETTER = [
    (at("app/core/store.py", 10, "Store"), at("app/core/store.py", 90, "Other")),
    (at("app/core/store.py", 10, "Store"), at("lib/names.py")),
    (at("app/core/store.py", 10, "Store.put"), at("app/core/store.py", 50, "Store")),
    (at("app/core/store.py", 10, "Store"), at("app/core/store.py", 50)),
    (at("app/core/store.py", 50), at("app/core/store.py", 10, "Other")),
    (at("lib/names.py"), at("app/core/store.py", 90, "Other")),
    (at("lib/names.py"), at("lib/tools.py")),
    (at("lib/tools.py"), at("app/core/cache.py")),
    (at("app/core/cache.py"), at("elsewhere/cache.py")),
    (at("app/other/cache.py"), at("elsewhere/cache.py")),
    (at("elsewhere/zzz.py"), at("tests/core/aaa.py")),
    (at("elsewhere/zzz.py"), at("elsewhere/aaa.py", kind=FIELD)),
    (at("elsewhere/zzz.py"), at("app/core/cache.js", language="javascript")),
]


@pytest.mark.parametrize(("meant", "other"), BETTER)
def test_the_definition_that_is_meant_comes_first(meant, other) -> None:
    assert ordered_definitions([other, meant], PLACE) == [meant, other]
    assert ordered_definitions([meant, other], PLACE) == [meant, other]


def test_the_better_known_file_comes_first_where_nothing_else_tells() -> None:
    known, other = at("zzz/known.py"), at("aaa/other.py")
    assert ordered_definitions([known, other], PLACE) == [other, known]
    assert ordered_definitions(
        [known, other], PLACE, {"zzz/known.py": 0.2, "aaa/other.py": 0.001}
    ) == [known, other]
    assert ordered_definitions(
        [known, other], PLACE, {"zzz/known.py": 0.2, "aaa/other.py": 0.19}
    ) == [other, known]


def test_a_test_means_the_helper_of_tests_as_well() -> None:
    place = Place("tests/core/test_store.py", "python")
    near, far = at("tests/core/aaa.py"), at("elsewhere/zzz.py")
    assert ordered_definitions([far, near], place) == [near, far]


def test_order_does_not_depend_on_the_order_of_candidates() -> None:
    places = [one for pair in BETTER for one in pair]
    expected = ordered_definitions(places, PLACE)
    for seed in range(5):
        shuffled = random.Random(seed).sample(places, len(places))
        assert ordered_definitions(shuffled, PLACE) == expected


def test_a_place_that_is_not_known_has_an_order_as_well() -> None:
    found = ordered_definitions([at("b.py"), at("tests/a.py"), at("a.py")], Place(""))
    assert [one.path for one in found] == ["a.py", "b.py", "tests/a.py"]


OUTLINE = [
    Symbol("Store", CLASS, 0, 0, 0, 50),
    Symbol("put", METHOD, 10, 0, 10, 20, "Store"),
    Symbol("size", FIELD, 12, 0, 12, 13, "Store"),
    Symbol("inner", FUNCTION, 15, 0, 14, 18, "Store.put"),
    Symbol("other", FUNCTION, 60, 0, 60, 70),
]


@pytest.mark.parametrize(
    ("line", "scopes"),
    [
        (0, ["Store"]),
        (12, ["Store", "put"]),
        (15, ["Store", "put", "inner"]),
        (19, ["Store", "put"]),
        (55, []),
        (65, ["other"]),
        (-1, []),
    ],
)
def test_a_line_is_inside_of_what_is_around_it(line, scopes) -> None:
    place = place_of("a.py", "python", reversed(OUTLINE), line)
    assert list(place.scopes) == scopes


def test_c_and_cpp_mean_each_other() -> None:
    place = Place("a.cpp", "cpp")
    assert nearness(at("b/a.h", language="c"), place) < nearness(at("b/a.py"), place)


def used(*paths, language="python"):
    return [SymbolPlace(path, language, Symbol("get", METHOD, 0, 0, 0, 1)) for path in paths]


def test_uses_of_what_is_meant_come_first() -> None:
    files = used(
        "z/far.py", "tests/test_names.py", "lib/other.py", "app/uses.py", "lib/names.py", PLACE.path
    )
    files += used("app/page.js", language="javascript")
    random.Random(3).shuffle(files)
    found = ordered_uses(files, PLACE, frozenset({"lib/names.py"}), frozenset({"app/uses.py"}))
    assert [one.path for one in found] == [
        "app/core/store.py",
        "lib/names.py",
        "app/uses.py",
        "lib/other.py",
        "z/far.py",
        "tests/test_names.py",
        "app/page.js",
    ]


def test_uses_have_an_order_where_nobody_asks_from_a_file() -> None:
    found = ordered_uses(used("tests/a.py", "b.py", "a.py"), Place(""), frozenset())
    assert [one.path for one in found] == ["a.py", "b.py", "tests/a.py"]
