"""What the system tells of changed files on Linux."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
from agentxd.plugins.indexing.worker.inotify import Inotify

_DEBOUNCE_MS, _STEP_MS, _WAIT_MS = 300, 10, 5_000


@pytest.fixture
def inotify(tmp_path: Path) -> Iterator[Inotify]:
    (tmp_path / "inner").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "other")
    names = ("", "/inner", "/link", "/absent")
    with Inotify([f"{tmp_path}{name}" for name in names]) as made:
        yield made


def told(inotify: Inotify) -> set[str]:
    found = inotify.watch(_DEBOUNCE_MS, _STEP_MS, _WAIT_MS, Event())
    assert isinstance(found, set)
    return {path for _, path in found}


def write(place: Path) -> None:
    place.write_text("text")


def replace(place: Path) -> None:
    place.with_suffix(".new").write_text("text")
    place.with_suffix(".new").rename(place)


def remove(place: Path) -> None:
    place.unlink()


@pytest.mark.parametrize("change", [write, replace, remove, Path.touch, lambda p: p.chmod(0o600)])
def test_each_kind_of_change_is_told(inotify, tmp_path, change):
    place = tmp_path / "inner" / "file.py"
    place.write_text("before")
    told(inotify)
    change(place)
    assert str(place) in told(inotify)


def test_names_that_are_no_utf_8_are_told_like_others(inotify, tmp_path):
    place = tmp_path / os.fsdecode(b"caf\xe9.py")
    place.write_text("text")
    (tmp_path / "next.py").write_text("text")
    assert {str(place), f"{tmp_path}/next.py"} <= told(inotify)


def test_what_a_link_leads_to_and_folders_not_named_are_not_watched(inotify, tmp_path):
    (tmp_path / "other" / "unseen.py").write_text("text")
    assert inotify.watch(_DEBOUNCE_MS, _STEP_MS, 0, Event()) == "timeout"


def test_it_ends_when_it_is_told_to(inotify):
    stop = Event()
    stop.set()
    assert inotify.watch(_DEBOUNCE_MS, _STEP_MS, _WAIT_MS, stop) == "stop"


def test_a_queue_that_ran_over_is_told(inotify, tmp_path):
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    first, second = tmp_path / "a", tmp_path / "b"
    first.touch()
    for _ in range(limit // 2 + 2):
        first.rename(second)
        second.rename(first)
    answers = [inotify.watch(_DEBOUNCE_MS, _STEP_MS, 0, Event()) for _ in range(2)]
    assert "overflow" in answers


def test_what_the_system_refuses_is_an_error(tmp_path):
    with pytest.raises(OSError, match="File name too long"):
        Inotify([f"{tmp_path}/{'x' * 300}"])
