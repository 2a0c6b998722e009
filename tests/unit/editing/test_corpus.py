"""Every case of the corpus: the right bytes at the right level, or a refusal that changes nothing."""

import pytest
from unit.editing.corpus import cases, content, name, run

LEVELS = {
    "exact": "",
    "line ends": "apart from line ends and trailing space",
    "indentation": "apart from indentation",
    "anchor": "by a unique anchor",
}


@pytest.mark.parametrize(("format_", "case"), cases(), ids=name)
async def test_an_edit_lands_as_it_should_or_not_at_all(format_, case):
    words, is_error, copy = await run(format_, case)
    if "refused" in case:
        assert is_error, words
        assert case["refused"] in words
        assert copy.n_writes == 0
        return
    assert not is_error, words
    encoding = case.get("encoding", "utf-8")
    after = {path: content(text, encoding) for path, text in case["after"].items()}
    assert copy.files == after
    assert copy.n_writes == (0 if copy.base == after else 1)
    assert ("already" in words) == bool(case.get("already"))
    if level := LEVELS.get(case.get("level")):
        assert level in words
    if case.get("level") == "exact":
        assert "found" not in words
    assert case.get("words", "") in words


def test_the_corpus_is_large_and_no_two_cases_share_a_name():
    names = [(format_, case["name"]) for format_, case in cases()]
    assert len(names) >= 200
    assert len(set(names)) == len(names)
