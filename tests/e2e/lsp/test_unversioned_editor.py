"""An editor that knows no versions of documents never loses what is typed in it."""

import pytest
import pytest_asyncio

from clients import start_editor

RATES = "parcel/rates.py"


@pytest_asyncio.fixture
async def editor(house, proposal):
    """One editor without `documentChanges`."""
    one = await start_editor(house, is_versioned=False)
    yield one
    await one.leave()


def hunks_of(house):
    return [hunk for hunk in house.json("proposals")[-1]["hunks"] if hunk["path"] == RATES]


async def test_invariant_5_no_edit_is_sent_that_could_land_on_typing(editor, house):
    editor.open(RATES)
    before = editor.text(RATES)
    name = hunks_of(house)[0]["id"]
    editor.before_apply = lambda: editor.type(RATES, "# USER TYPED THIS\n# THIS TOO\n" + before)
    with pytest.raises(Exception, match="cannot check"):
        await editor.command("agentx.accept", name)
    assert editor.before_apply is not None, "an edit without version was sent"
    assert editor.text(RATES) == before
    assert hunks_of(house)[0]["state"] == "proposed"


async def test_saved_and_closed_it_is_accepted_on_disk(editor, house):
    editor.open(RATES)
    editor.type(RATES, editor.text(RATES) + "# typed, then saved\n")
    (house.root / RATES).write_text(editor.text(RATES))
    editor.close(RATES)
    answer = await editor.command("agentx.accept", hunks_of(house)[0]["id"])
    assert set(answer["hunks"].values()) == {"applied"}
    found = (house.root / RATES).read_text()
    assert found.endswith("# typed, then saved\n")
    assert "import sys" not in found
