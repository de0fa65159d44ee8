from custom.datasets.images.exact_duplicates import group_duplicates


def test_none():
    assert group_duplicates([]) == []
    assert group_duplicates([1, 2, 'a', 'b']) == []


def test_groups_are_in_the_order_of_their_first_row():
    assert group_duplicates(['b', 'a', 'c', 'a', 'b', 'a']) == [[0, 4],
                                                                [1, 3, 5]]


def test_what_is_empty_is_not_equal():
    assert group_duplicates([None, '', b'', None, '', b'']) == []
    assert group_duplicates([0, 0]) == [[0, 1]]


def test_key():
    assert group_duplicates(['a', 'B', 'A'], str.lower) == [[0, 2]]
    assert group_duplicates(range(4), lambda row: row % 2) == [[0, 2], [1, 3]]


def test_values_of_one_hash_are_not_equal():
    assert hash(-1) == hash(-2)
    assert group_duplicates([-1, -2]) == []
    assert group_duplicates([-1, -2, -1]) == [[0, 2]]
