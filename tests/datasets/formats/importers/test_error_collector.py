import pytest

from custom.datasets.formats.importers.error_collector import (ErrorCollector,
                                                               ImportProblems)


def test_nothing_is_wrong():
    problems = ErrorCollector()
    problems.stop('src')
    assert len(problems) == 0 and [*problems] == []


def test_one_is_told_as_it_is():
    problems = ErrorCollector()
    problems.add('record', 'a.txt:3: is odd.')
    with pytest.raises(ImportProblems) as caught:
        problems.stop('src')
    assert str(
        caught.value) == ('a.txt:3: is odd. Or leave it out: --skip-bad.')
    assert caught.value.problems is problems


def test_of_many_there_are_examples_of_each_kind_and_a_count():
    problems = ErrorCollector()
    for number in range(9):
        problems.add('empty', f'a.txt:{number}: is empty.')
    problems.add('outside', 'b.txt:1: is outside.')
    with pytest.raises(ImportProblems) as caught:
        problems.stop('src')
    assert str(caught.value).splitlines() == [
        'a.txt:0: is empty.', 'a.txt:1: is empty.', 'a.txt:2: is empty.',
        'b.txt:1: is outside.',
        'src: 10 problems: 9 boxes without area, 1 boxes outside their image. '
        '--skip-bad leaves these records out and goes on.'
    ]
    assert len([*problems]) == 10


@pytest.mark.parametrize('count, told', [
    (1, ['0: is odd.']),
    (2, [
        '0: is odd.', '1: is odd.',
        'src: 2 problems: 2 boxes whose corners are exchanged.'
    ]),
])
def test_without_flags(count, told):
    problems = ErrorCollector(flags=False)
    for number in range(count):
        problems.mend('exchanged', f'{number}: is odd.', 'it is even')
    with pytest.raises(ImportProblems) as caught:
        problems.stop('src')
    assert str(caught.value).splitlines() == told


@pytest.mark.parametrize('mend', [False, True])
def test_what_can_be_mended(mend):
    problems = ErrorCollector(skip_bad=True, mend=mend)
    assert problems.mend('exchanged', 'a: is odd.', 'it is even') is mend
    problems.stop('src')
    how = 'Mended: it is even.' if mend else 'With --mend it is even.'
    assert [*problems] == [f'a: is odd. {how}']
    word = 'mended' if mend else 'left out'
    assert [*problems.summary()
            ] == [f'{word}: 1 boxes whose corners are exchanged']
