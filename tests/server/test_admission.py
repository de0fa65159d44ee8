"""Admission control, with four places of which two are a short line."""
import contextlib
import time

import pytest

from custom.server.admission import AdmissionController
from custom.server.http_errors import ServiceError


@pytest.fixture
def held():
    """Holds what is entered until the test ends."""
    with contextlib.ExitStack() as stack:
        yield stack


def controller(calm=60.):
    return AdmissionController(capacity=4, short=2, calm=calm)


def refused(control):
    with pytest.raises(ServiceError) as error, control.admit():
        pass
    return error.value.code == 'queue_full'


def overload(control):
    """A refusal, after which all places are free."""
    with control.admit(), control.admit(), control.admit(), control.admit():
        assert refused(control)


def test_a_burst_fills_all_places(held):
    control = controller()
    for _ in range(4):
        held.enter_context(control.admit())
        held.enter_context(control.in_flight())

    assert control.admitted == 4
    assert refused(control)


def test_a_refusal_makes_the_line_short(held):
    control = controller()
    overload(control)
    assert control.admitted == 0

    for _ in range(2):
        held.enter_context(control.admit())
        held.enter_context(control.in_flight())

    assert refused(control)
    # Further files of a request that was let in are not turned away.
    with control.admit_more(2):
        assert control.admitted == 4


def test_images_on_their_way_do_not_make_a_short_line_full(held):
    control = controller()
    overload(control)

    for _ in range(4):
        held.enter_context(control.admit())

    assert refused(control)  # but there are no more than four places


def test_all_places_are_open_again_when_it_is_calm(held):
    control = controller(calm=0.01)
    overload(control)
    for _ in range(2):
        held.enter_context(control.admit())
        held.enter_context(control.in_flight())

    time.sleep(0.02)

    with control.admit(), control.admit():
        assert control.admitted == 4


def test_places_for_all_files_of_a_request_or_for_none():
    control = controller()
    with control.admit(), control.admit():
        with pytest.raises(ServiceError), control.admit_more(3):
            pass
        assert control.admitted == 2
        with control.admit_more(2):
            assert control.admitted == 4
