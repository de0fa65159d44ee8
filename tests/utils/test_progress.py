from custom.utils.progress import track


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
