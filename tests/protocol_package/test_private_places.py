"""Folders of the daemon: its own are the owner's alone, one that was there is never changed."""

import pytest
from agentxd_protocol import places


def mode_of(folder):
    return folder.stat().st_mode & 0o777


def test_a_new_folder_is_the_owners_alone(tmp_path):
    places.make_private(str(tmp_path / "new" / "deep"))
    assert mode_of(tmp_path / "new" / "deep") == 0o700


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o750])
def test_a_folder_that_was_there_keeps_its_mode(tmp_path, mode):
    tmp_path.chmod(mode)
    places.make_private(str(tmp_path))
    assert mode_of(tmp_path) == mode


@pytest.mark.parametrize("mode", [0o777, 0o770, 0o1777])
def test_a_folder_that_others_may_write_to_is_refused_and_not_changed(tmp_path, mode):
    tmp_path.chmod(mode)
    with pytest.raises(PermissionError, match="other users"):
        places.make_private(str(tmp_path))
    assert mode_of(tmp_path) == mode & 0o777
