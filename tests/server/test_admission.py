"""Who is let in, with four places of which two are a short line."""
import contextlib
import time

import pytest

from custom.server.admission import AdmissionController
from custom.server.errors import ServiceError


@pytest.fixture
def held():
    """Holds what is entered until the test ends."""
    with contextlib.ExitStack() as stack:
        yield stack


def places(calm=60.):
    return AdmissionController(most=4, short=2, calm=calm)


def refused(line):
    with pytest.raises(ServiceError) as error, line.take():
        pass
    return error.value.code == 'queue_full'


def overload(line):
    """A refusal, after which all places are free."""
    with line.take(), line.take(), line.take(), line.take():
        assert refused(line)


def test_a_burst_fills_all_places(held):
    line = places()
    for _ in range(4):
        held.enter_context(line.take())
        held.enter_context(line.received())

    assert line.taken == 4
    assert refused(line)


def test_a_refusal_makes_the_line_short(held):
    line = places()
    overload(line)
    assert line.taken == 0

    for _ in range(2):
        held.enter_context(line.take())
        held.enter_context(line.received())

    assert refused(line)
    # Further files of a request that was let in are not turned away.
    with line.take_more(2):
        assert line.taken == 4


def test_pictures_on_their_way_do_not_make_a_short_line_full(held):
    line = places()
    overload(line)

    for _ in range(4):
        held.enter_context(line.take())

    assert refused(line)  # but there are no more than four places


def test_all_places_are_open_again_when_it_is_calm(held):
    line = places(calm=0.01)
    overload(line)
    for _ in range(2):
        held.enter_context(line.take())
        held.enter_context(line.received())

    time.sleep(0.02)

    with line.take(), line.take():
        assert line.taken == 4


def test_places_for_all_files_of_a_request_or_for_none():
    line = places()
    with line.take(), line.take():
        with pytest.raises(ServiceError), line.take_more(3):
            pass
        assert line.taken == 2
        with line.take_more(2):
            assert line.taken == 4
