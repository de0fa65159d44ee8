import asyncio
import time

from custom.server.batching import BatchRequest, DynamicBatcher


def request(name, key='square', seconds=10.):
    return BatchRequest(name, key, time.monotonic() + seconds)


def taken(*names_and_keys, max_batch=8):
    """Names of the batches in which requests leave."""

    async def run():
        batcher = DynamicBatcher(max_batch, 0.)
        for name, key in names_and_keys:
            batcher.put(request(name, key))
        done = []
        while len(batcher):
            done.append([one.item for one in await batcher.take(60)])
        return done

    return asyncio.run(run())


def test_none():
    assert taken() == []


def test_those_of_one_shape_leave_together_first_come_first_served():
    assert taken(('a', 1), ('b', 2), ('c', 1), ('d', 2),
                 ('e', 3)) == [['a', 'c'], ['b', 'd'], ['e']]


def test_a_batch_is_not_too_large():
    assert taken(
        *((n, 1) for n in range(5)), max_batch=2) == [[0, 1], [2, 3], [4]]


def test_late_and_unwanted_ones_are_dropped():

    async def run():
        batcher = DynamicBatcher(8, 0.)
        late, unwanted, good = request(
            'late', seconds=0), request('u'), request('good')
        for one in (late, unwanted, good):
            batcher.put(one)
        unwanted.future.cancel()
        return [one.item for one in await batcher.take(60)], len(batcher)

    assert asyncio.run(run()) == (['good'], 0)


def test_those_that_are_put_back_go_first_and_alone():

    async def run():
        batcher = DynamicBatcher(8, 0.)
        for name in 'abc':
            batcher.put(request(name))
        batch = await batcher.take(60)
        batcher.put(request('d'))
        batcher.put_back(batch[:2])
        return [[one.item for one in await batcher.take(60)] for _ in range(3)]

    assert asyncio.run(run()) == [['a'], ['b'], ['d']]


def test_none_in_time():

    async def run():
        return await DynamicBatcher(8, 0.).take(0.01)

    assert asyncio.run(run()) == []


def test_waits_for_one_that_is_coming():

    async def run():
        batcher = DynamicBatcher(8, max_wait=60.)
        batcher.put(request('first'))
        with batcher.expect():
            taking = asyncio.create_task(batcher.take(60))
            await asyncio.sleep(0.01)
            assert not taking.done()
            batcher.put(request('second'))
        return [one.item for one in await taking]

    assert asyncio.run(run()) == ['first', 'second']


def test_does_not_wait_when_nothing_is_coming():

    async def run():
        batcher = DynamicBatcher(8, max_wait=60.)
        batcher.put(request('only'))
        return [one.item for one in await batcher.take(60)]

    assert asyncio.run(run()) == ['only']


def test_does_not_wait_longer_than_it_may():

    async def run():
        batcher = DynamicBatcher(8, max_wait=0.01)
        batcher.put(request('first'))
        with batcher.expect():
            return [one.item for one in await batcher.take(60)]

    assert asyncio.run(run()) == ['first']


def test_two_takers_share():

    async def run():
        batcher = DynamicBatcher(1, 0.)
        takers = [asyncio.create_task(batcher.take(60)) for _ in range(2)]
        await asyncio.sleep(0)
        batcher.put(request('a'))
        batcher.put(request('b'))
        return [(await taker)[0].item for taker in takers]

    assert sorted(asyncio.run(run())) == ['a', 'b']
