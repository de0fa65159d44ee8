from custom.utils.progress import rate_line, track, track_rate


def test_passes_on_and_tells_every_tenth(capsys):
    assert [*track([], 'read', 0)] == []
    assert [*track(range(20), 'read', 20)] == [*range(20)]

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == 'read: 2/20'
    assert lines[-1] == 'read: 20/20'
    assert len(lines) == 10


def test_closes_its_source_when_stopped_early():
    closed = []

    def source():
        try:
            yield 1
            yield 2
        finally:
            closed.append(True)

    items = track(source(), 'read', 2)
    next(items)
    items.close()

    assert closed == [True]


def test_rate_and_time_left():
    assert rate_line('tag', 30, 7230, 'pictures',
                     10) == ('tag: 30/7230, 3.0 pictures/s, 0:40:00 left')


def test_a_short_work_with_its_rate_tells_one_line(capsys):
    assert [*track_rate(iter('abc'), 'tag', 3, 'letters')] == [*'abc']

    line, = capsys.readouterr().out.splitlines()
    assert line.startswith('tag: 3/3, ')
    assert line.endswith(' letters/s, 0:00:00 left')
