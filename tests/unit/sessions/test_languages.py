"""Which languages a question may be limited to, by the words that people have for them."""

from pathlib import Path

import pytest
from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.index import Filters, SearchQuery, SymbolQuery
from agentxd.plugins import languages
from agentxd.plugins.indexing.memory import InMemoryCodeIndex
from agentxd.sessions.languages import named
from agentxd.sessions.searching import Searching

WORDS = {
    "py": ("python",), "Python": ("python",), "js": ("javascript",), "ts": ("tsx", "typescript"),
    "tsx": ("tsx",), "golang": ("go",), "c++": ("cpp",), "C#": ("csharp",), "rs": ("rust",),
    "rb": ("ruby",), "sh": ("bash",), "md": ("markdown",), "yml": ("yaml",), "text": ("text",),
}  # fmt: skip
DATA = sorted(file.stem for file in (Path(languages.__file__).parent / "data").glob("*.toml"))


@pytest.mark.parametrize(("word", "wanted"), WORDS.items(), ids=WORDS)
def test_other_words_for_a_language(word, wanted):
    assert named([word]) == wanted


def test_every_language_that_is_parsed_can_be_named():
    assert set(DATA) <= set(named(DATA))


def test_what_the_files_are_in_can_be_named_besides():
    assert named(["cobol", "py"], ["cobol"]) == ("cobol", "python")


@pytest.mark.parametrize(
    ("word", "perhaps"),
    [
        ("pyton", "Did you mean python? Use one of: bash, c, cpp,"),
        ("golan", "Did you mean go? "),
        ("☃", "Use one of: bash, c, cpp,"),
    ],
)
def test_an_unknown_language_is_an_error_that_helps(word, perhaps):
    with pytest.raises(InvalidRequestError, match="there is no language") as caught:
        named(["python", word])
    assert caught.value.next_step.startswith(perhaps)


async def test_every_question_takes_them():
    files = {"a.py": b"def weigh(): pass\n", "b.go": b"func weigh() {}\n"}
    index, searching = InMemoryCodeIndex(files), Searching()
    searching.equip(index, index)
    limited = Filters(languages=("py",))
    found = await searching.search(SearchQuery("weigh", filters=limited))
    assert [hit.path for hit in found.hits] == ["a.py"]
    places = await searching.symbols(SymbolQuery("weigh", filters=Filters(languages=("golang",))))
    assert [place.path for place in places] == ["b.go"]
    wrong = Filters(languages=("klingon",))
    with pytest.raises(InvalidRequestError):
        await searching.search(SearchQuery("weigh", filters=wrong))
    with pytest.raises(InvalidRequestError):
        await searching.symbols(SymbolQuery("weigh", filters=wrong))
