from custom.datasets.equal import equal_rows


def test_none():
    assert equal_rows([]) == []
    assert equal_rows([1, 2, 'a', 'b']) == []


def test_groups_are_in_the_order_of_their_first_row():
    assert equal_rows(['b', 'a', 'c', 'a', 'b', 'a']) == [[0, 4], [1, 3, 5]]


def test_what_is_empty_is_not_equal():
    assert equal_rows([None, '', b'', None, '', b'']) == []
    assert equal_rows([0, 0]) == [[0, 1]]


def test_key():
    assert equal_rows(['a', 'B', 'A'], str.lower) == [[0, 2]]
    assert equal_rows(range(4), lambda row: row % 2) == [[0, 2], [1, 3]]


def test_values_of_one_hash_are_not_equal():
    assert hash(-1) == hash(-2)
    assert equal_rows([-1, -2]) == []
    assert equal_rows([-1, -2, -1]) == [[0, 2]]
