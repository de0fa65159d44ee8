import pytest

from custom.classes import CLASSES, KOREAN, NAMES, match_class, nearest_class


def test_the_22_classes_in_order():
    assert NAMES == ('airplane', 'animal', 'bird', 'boat', 'building', 'car',
                     'cat', 'cloud', 'dog', 'elephant', 'fish', 'flower',
                     'fruit', 'heart', 'moon', 'person', 'play', 'rainbow',
                     'rocket', 'star', 'sun', 'tree')
    assert ' '.join(KOREAN[name] for name in NAMES) == (
        '비행기 동물 새 배 건물 자동차 고양이 구름 강아지 코끼리 물고기 꽃 과일 하트 달 사람 '
        '놀이 무지개 로켓 별 해 나무')


def test_nothing_means_two_classes():
    spellings = [
        spelling.casefold() for c in CLASSES
        for spelling in (c.name, c.korean, *c.aliases)
    ]
    assert len(set(spellings)) == len(spellings)
    assert len({one.color for one in CLASSES}) == len(CLASSES)


@pytest.mark.parametrize('name, expected', [
    ('rocket', 'rocket'),
    ('roket', 'rocket'),
    ('ship', 'boat'),
    ('해', 'sun'),
    (' Cat ', 'cat'),
    ('SHIP', 'boat'),
    ('cta', None),
    ('', None),
])
def test_match(name, expected):
    assert match_class(name) == expected


def test_an_alias_counts_only_for_its_own_class():
    assert match_class('ship', ('ship', 'boat')) == 'ship'
    assert match_class('ship', ('car', 'plane')) is None


def test_nearest():
    assert nearest_class('rokket') == 'rocket'
    assert nearest_class('elefant') == 'elephant'
    assert nearest_class('xxxxxxxx') is None
