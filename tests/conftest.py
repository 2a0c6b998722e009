"""Fixtures for all tests."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(Path(__file__).parent))

from daemons import DaemonHouse, daemon_house  # the path above is what finds it

settings.register_profile("no clock", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("no clock")  # a test says what is right, not how fast this machine is


@pytest.fixture
def house(tmp_path: Path) -> Iterator[DaemonHouse]:
    """A sample workspace with a real daemon of its own."""
    with daemon_house(tmp_path) as found:
        yield found


@pytest.fixture(scope="module")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaemonHouse]:
    """The same for a whole file."""
    with daemon_house(tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Say what was measured: it stands below the run, also where workers run the tests."""
    return lambda text: record_property("measured", text)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """All that was measured; a worker's own output goes nowhere."""
    reports = [one for found in terminalreporter.stats.values() for one in found]
    told = [
        str(value)
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == "measured"
    ]
    if told:
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(told))
