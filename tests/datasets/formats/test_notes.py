from custom.datasets.formats.notes import ImportWarnings


def test_what_counts_nothing_is_not_there():
    notes = ImportWarnings()
    notes['clipped'] += 0
    assert notes == {}
    notes['clipped'] += 2
    assert notes == dict(clipped=2)
    notes['clipped'] = 0
    assert notes == {}
