"""Growth of a line of which two are short."""
from custom.server.admission import OverloadDetector


def grown(growth, *lengths):
    """Of each length that one who arrives finds, whether growth goes on."""
    return [growth.is_overloaded(length) for length in lengths]


def test_a_burst(clock):
    assert not any(grown(OverloadDetector(2, 60.), *range(64)))


def test_a_line_that_grows_after_its_burst(clock):
    growth = OverloadDetector(2, .05)
    for length in range(2, 8):  # 0.05 s
        assert not growth.is_overloaded(length)
        clock.now += .01
    # As long as it was, and one more.
    assert grown(growth, 7, 8, 8, 3) == [False, True, True, False]


def test_a_line_that_was_short_may_grow_anew(clock):
    growth = OverloadDetector(2, .1)
    for _ in range(2):
        assert not any(grown(growth, 2, 3, 4))
        clock.now += .06
        assert not growth.is_overloaded(1)


def test_a_line_that_was_short_is_measured_anew(clock):
    """Not by how long it was before: four are a new growth."""
    growth = OverloadDetector(2, .1)
    assert not any(grown(growth, *range(2, 50)))
    assert not growth.is_overloaded(1)
    for length, overloaded in ((2, False), (3, False), (4, True)):
        assert growth.is_overloaded(length) == overloaded
        clock.now += .06


def test_slow_growth_is_none(clock):
    growth = OverloadDetector(2, 1e-3)
    for length in range(2, 9):
        clock.now += 2e-3
        assert not growth.is_overloaded(length)
