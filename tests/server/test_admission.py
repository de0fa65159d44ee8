"""Admission control, with four places of which two are a short line."""
import contextlib

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
    try:
        with control.admit():
            return False
    except ServiceError as error:
        return error.code == 'queue_full'


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


def test_a_line_that_goes_on_growing_is_kept_short(held, clock):
    """Long before all its places are taken, for two seconds."""
    control = AdmissionController(capacity=400, short=2, calm=60.)
    with pytest.raises(ServiceError):
        while True:
            held.enter_context(control.admit())
            held.enter_context(control.in_flight())
            clock.now += 5e-3

    assert 2 < control.admitted < 400


def test_a_slow_model_has_longer_bursts(held, clock):
    control = AdmissionController(capacity=64, short=2, calm=60.)
    control.expect_rate(seconds=1.)
    for _ in range(4):
        held.enter_context(control.admit())
        held.enter_context(control.in_flight())
        clock.now += .04

    assert not refused(control)


def test_clients_that_wait_for_their_answers_are_all_let_in(clock):
    """Twelve, more than a short line: each asks anew when it is answered."""
    control = AdmissionController(capacity=64, short=2, calm=60.)
    control.expect_rate(seconds=.1)  # bursts of 0.4 s
    line = []
    for _ in range(100):
        while len(line) < 12:
            line.append(contextlib.ExitStack())
            line[-1].enter_context(control.admit())
            line[-1].enter_context(control.in_flight())
        line.pop(0).close()
        clock.now += 5e-3

    assert control.admitted == 11


def test_images_on_their_way_do_not_make_a_short_line_full(held):
    control = controller()
    overload(control)

    for _ in range(4):
        held.enter_context(control.admit())

    assert refused(control)  # but there are no more than four places


def test_all_places_are_open_again_when_it_is_calm(held, clock):
    control = controller(calm=0.01)
    overload(control)
    for _ in range(2):
        held.enter_context(control.admit())
        held.enter_context(control.in_flight())

    clock.now += .02

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
