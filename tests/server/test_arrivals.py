"""Admission of requests that come at random, simulated in time of its own."""
import contextlib
import heapq
import random

import pytest

from custom.server.admission import AdmissionController
from custom.server.http_errors import ServiceError

IMAGE_S = 0.05


def refused(clock, load, seconds=1000):
    """Share that is refused of requests that bring ``load`` times the work
    that one worker can do."""
    rng = random.Random(0)
    control = AdmissionController(capacity=64, short=4, calm=.25)
    control.expect_rate(IMAGE_S)
    in_work, free, count, no = [], clock.now, 0, 0
    end = clock.now + seconds
    while clock.now < end:
        arrival = clock.now + rng.expovariate(load / IMAGE_S)
        while in_work and in_work[0][0] <= arrival:
            clock.now, _, held = heapq.heappop(in_work)
            held.close()
        clock.now = arrival
        count += 1
        held = contextlib.ExitStack()
        try:
            held.enter_context(control.admit())
        except ServiceError:
            no += 1
            continue
        held.enter_context(control.in_flight())
        free = max(free, arrival) + IMAGE_S
        heapq.heappush(in_work, (free, count, held))
    return no / count


def test_few_are_refused_while_there_is_time_for_all(clock):
    assert refused(clock, .5) == 0
    assert refused(clock, .7, 2000) < .005


def test_of_twice_what_can_be_done_half_is_refused(clock):
    assert refused(clock, 2.) == pytest.approx(.5, abs=.02)
