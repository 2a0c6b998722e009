"""Ctrl-C while a task is begun: kept until its name is known, and never lost."""

import signal

import pytest
from agentxd_cli.interrupts import HeldInterrupt


def test_the_first_one_is_kept_until_it_is_let_go():
    with HeldInterrupt() as held:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            held.let_go()
        held.let_go()  # it was told once


def test_after_it_is_let_go_nothing_is_kept():
    with HeldInterrupt() as held:
        held.let_go()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_a_second_one_is_not_kept():
    with HeldInterrupt():
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_the_handler_from_before_is_back_afterwards():
    before = signal.getsignal(signal.SIGINT)
    with HeldInterrupt():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
