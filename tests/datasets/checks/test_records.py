import numpy as np

from custom.datasets.annotations.issues import Issue
from custom.datasets.checks.records import check_records
from tests.helpers.annotation_tables import found, make_table

BOX = [1, 2, 3, 4]


def test_nothing_wrong():
    assert list(check_records(make_table([BOX]))) == []


def test_what_was_found_while_reading():
    problem = Issue('record-malformed', 'train', 'images[3]', 'is 5')
    table = make_table([BOX], issues=[problem])
    assert list(check_records(table)) == [problem]


def test_image_without_a_box():
    problem, = check_records(make_table())
    assert problem.code == 'image-empty'
    assert problem.record == 'image 1'
    assert problem.images == ['1.png']


def test_image_without_an_id_is_not_empty():
    assert list(check_records(make_table(image_ids=[None]))) == []


def test_repeated_annotation_id():
    problem, = check_records(
        make_table([BOX, BOX, BOX], annotation_ids=[7, 8, 7]))
    assert problem == Issue('id-repeated', 'train', 'annotation 7',
                            'stands 2 times, at positions 0, 2', (), (),
                            [0, 2])


def test_repeated_image_and_category_id():
    table = make_table([BOX],
                       sizes=[(60, 40)] * 2,
                       image_ids=['a', 'a'],
                       category_ids=[1, 5, 5],
                       image_of=[1])
    repeated = [p for p in check_records(table) if p.code == 'id-repeated']
    assert found(repeated) == [('id-repeated', "image 'a'"),
                               ('id-repeated', 'category 5')]
    assert repeated[0].images == ['1.png', '2.png']


def test_malformed_records_share_no_id():
    table = make_table(
        [BOX] * 2,
        annotation_ids=[None, None],
        malformed=np.array([True, True]))
    assert list(check_records(table)) == []


def test_one_file_in_two_records():
    table = make_table(
        [BOX] * 3,
        image_of=[1, 0, 1],
        sizes=[(60, 40)] * 3,
        file_names=['a/b.png', './a//b.png', 'c.png'])
    repeated, empty = check_records(table)
    assert repeated.code == 'image-repeated'
    assert repeated.record == 'image 1, image 2'
    assert repeated.detail == '"a/b.png" stands 2 times, with 1, 2 boxes'
    assert repeated.annotations == [0, 1, 2]
    assert found([empty]) == [('image-empty', 'image 3')]


def test_many_files_in_two_records():
    """The boxes are sorted once, not looked through for each file."""
    count = 20_000
    table = make_table(
        [BOX] * count,
        image_of=[*range(count)],
        sizes=[(60, 40)] * count,
        file_names=[f'{row // 2}.png' for row in range(count)])
    problems = list(check_records(table))
    assert [p.annotations for p in problems] == [[row, row + 1]
                                                 for row in range(0, count, 2)]
