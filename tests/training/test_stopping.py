"""Signals that ask to stop are noted while a run listens, and go their old ways before and after."""

import os
import signal
import threading

import pytest

from kernelkit.training.stopping import listening

ASKING = [signal.SIGINT, signal.SIGTERM]


def handlers():
    return [signal.getsignal(number) for number in ASKING]


@pytest.mark.parametrize("number", ASKING)
def test_a_signal_is_noted_and_interrupts_nothing(number):
    with listening() as stop:
        assert not stop.asked
        os.kill(os.getpid(), number)
        assert stop.asked


def test_the_second_ctrl_c_interrupts_at_once():
    with listening() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.asked
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_a_scheduler_may_repeat_itself():
    """SIGTERM comes again while the state is saved, and must not tear that apart."""
    with listening() as stop:
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGTERM)
    assert stop.asked


def test_a_ctrl_c_after_a_scheduler_s_signal_interrupts():
    with listening():
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("ending", [None, ValueError])
def test_afterwards_signals_go_their_old_ways(ending):
    heard = []
    former = {number: signal.signal(number, lambda number, _frame: heard.append(number)) for number in ASKING}
    try:
        if ending is None:
            with listening():
                os.kill(os.getpid(), signal.SIGTERM)
        else:
            with pytest.raises(ending), listening():
                raise ending
        assert heard == []
        for number in ASKING:
            os.kill(os.getpid(), number)
        assert heard == ASKING
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def test_a_thread_that_gets_no_signals_leaves_them_alone():
    before, seen = handlers(), []

    def run():
        with listening() as stop:
            seen.append((stop.asked, handlers()))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [(False, before)]
