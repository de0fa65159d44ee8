"""Growth of a line of which two are short."""
import time

from custom.server.admission import OverloadDetector


def grown(growth, *lengths):
    """Of each length that one who arrives finds, whether growth goes on."""
    return [growth.is_overloaded(length) for length in lengths]


def test_a_burst():
    assert not any(grown(OverloadDetector(2, 60.), *range(64)))


def test_a_line_that_grows_after_its_burst():
    growth = OverloadDetector(2, .05)
    length = 2
    while not growth.is_overloaded(length):
        time.sleep(.01)
        length += 1

    # As long as it was, and one more.
    assert grown(growth, length - 1, length, length,
                 3) == [False, True, True, False]


def test_a_line_that_was_short_may_grow_anew():
    growth = OverloadDetector(2, .1)
    for _ in range(2):
        assert not any(grown(growth, 2, 3, 4))
        time.sleep(.06)
        assert not growth.is_overloaded(1)


def test_slow_growth_is_none():
    growth = OverloadDetector(2, 1e-3)
    for length in range(2, 9):
        time.sleep(2e-3)
        assert not growth.is_overloaded(length)
