"""Open documents: each connection has its own text, and the one typed in last is the overlay."""

from agentxd.workspace.documents import Documents

PATH = "src/a.py"


def two_editors() -> Documents:
    documents = Documents()
    documents.opened("left", PATH, 1, "disk\n")
    documents.opened("right", PATH, 1, "disk\n")
    for name in ("left", "right"):
        documents.same_as_disk(name, PATH, 1)
    return documents


def unsaved(documents: Documents) -> dict[str, str]:
    return {path: document.text for path, document in documents.unsaved().items()}


def test_two_editors_with_different_unsaved_text_are_both_known():
    documents = two_editors()
    documents.changed("left", PATH, 2, "left\n")
    documents.changed("right", PATH, 5, "right\n")
    found = {document.connection: document for document in documents.of(PATH)}
    assert {name: document.text for name, document in found.items()} == {
        "left": "left\n",
        "right": "right\n",
    }
    assert (found["left"].version, found["right"].version) == (2, 5)


def test_the_overlay_is_the_text_that_was_typed_in_last():
    documents = two_editors()
    documents.changed("right", PATH, 2, "right\n")
    documents.changed("left", PATH, 2, "left\n")
    assert unsaved(documents) == {PATH: "left\n"}
    documents.changed("right", PATH, 3, "right again\n")
    assert unsaved(documents) == {PATH: "right again\n"}


def test_what_nobody_changed_is_not_in_the_overlay():
    assert unsaved(two_editors()) == {}


def test_what_an_editor_opens_is_unsaved_until_it_is_found_on_disk():
    documents = Documents()
    documents.opened("left", PATH, 1, "restored\n")
    assert unsaved(documents) == {PATH: "restored\n"}
    documents.changed("left", PATH, 2, "typed\n")
    documents.same_as_disk("left", PATH, 1)
    assert unsaved(documents) == {PATH: "typed\n"}, "the comparison was of an older version"
    documents.same_as_disk("left", PATH, 2)
    assert unsaved(documents) == {}


def test_a_saved_text_leaves_the_overlay_and_stays_open():
    documents = two_editors()
    documents.changed("left", PATH, 2, "left\n")
    documents.saved("left", PATH)
    assert unsaved(documents) == {}
    assert documents.of(PATH)[-1].text == "left\n"
    documents.changed("left", PATH, 3, "more\n")
    assert unsaved(documents) == {PATH: "more\n"}


def test_unsaved_text_of_the_other_editor_outlives_a_save():
    documents = two_editors()
    documents.changed("left", PATH, 2, "left\n")
    documents.changed("right", PATH, 2, "right\n")
    documents.saved("right", PATH)
    assert unsaved(documents) == {PATH: "left\n"}


def test_a_connection_that_goes_takes_only_its_own_texts():
    documents = two_editors()
    documents.changed("left", PATH, 2, "left\n")
    documents.changed("left", "b.py", 1, "b\n")
    documents.dropped("left")
    assert [document.connection for document in documents.of(PATH)] == ["right"]
    assert documents.paths() == [PATH]
    documents.closed("right", PATH)
    assert documents.paths() == []


def test_what_is_not_open_can_be_saved_and_closed_without_harm():
    documents = Documents()
    documents.saved("left", PATH)
    documents.closed("left", PATH)
    documents.dropped("left")
    assert documents.of(PATH) == []
