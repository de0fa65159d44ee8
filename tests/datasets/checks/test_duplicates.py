from custom.datasets.checks.duplicates import check_copies
from custom.datasets.images.hash_table import ImageHashes
from custom.datasets.images.perceptual_hash import hash_image
from custom.datasets.images.scan import ImageScan
from tests.helpers.annotation_tables import make_table
from tests.helpers.image_files import blots


def table(split, *names, boxes=True):
    """A box on every image, or on none."""
    rows = range(len(names) * boxes)
    return make_table([[1, 2, 3, 4] for _ in rows],
                      image_of=[*rows],
                      sizes=[(60, 40)] * len(names),
                      file_names=[*names],
                      split=split)


def make_scan(name, digest, seed=None):
    scan = ImageScan(name, 60, 40, digest=digest)
    if seed is None:
        return scan
    phash, thumb = hash_image(blots(seed)[..., 1])
    return scan._replace(phash=phash, thumb=thumb)


def check(tables, *scans):
    names = [scan.name for scan in scans]
    return [(p.code, p.split, p.record, p.images)
            for p in check_copies(tables, names, ImageHashes(scans))]


def test_none():
    assert check([]) == []
    assert check([table('train')]) == []


def test_nothing_wrong():
    assert check([table('train', 'a'), table('val', 'b')],
                 make_scan('a', b'1', 0), make_scan('b', b'2', 1)) == []


def test_copy_in_split():
    assert check([table('train', 'a', 'b', 'c', 'd')], make_scan('a', b'1'),
                 make_scan('b', b'2'), make_scan('c', b'1'),
                 make_scan('d', b'1')) == [
                     ('copy-in-split', 'train', 'image 1, image 3', ['a',
                                                                     'c']),
                     ('copy-in-split', 'train', 'image 1, image 4', ['a',
                                                                     'd']),
                 ]


def test_copy_is_kept_where_it_measures():
    tables = [table('train', 'a'), table('val', 'b'), table('test', 'c')]
    scans = [make_scan(name, b'1') for name in 'abc']
    assert check(tables, *scans) == [
        ('copy-across-splits', 'train', 'image 1, image 1', ['a', 'c']),
        ('copy-across-splits', 'val', 'image 1, image 1', ['b', 'c']),
    ]
    assert check(tables[:2], *scans) == [
        ('copy-across-splits', 'train', 'image 1, image 1', ['a', 'b']),
    ]


def test_detail():
    problem, = check_copies(
        [table('train', 'a'), table('val', 'b')], ['a', 'b'],
        ImageHashes([make_scan('a', b'1'),
                     make_scan('b', b'1')]))
    assert problem.detail == '"a" is the same file as "b" of val'


def test_one_file_in_two_splits():
    """Also where its bytes were not read."""
    for digest in (b'1', b''):
        assert check(
            [table('train', 'a'), table('val', './a')], make_scan('a', digest),
            make_scan('./a', digest)) == [('copy-across-splits', 'train',
                                           'image 1, image 1', ['a', './a'])]


def test_one_file_twice_in_a_split_is_another_problem():
    assert check([table('train', 'a', './a', 'a')], make_scan('a', b'1'),
                 make_scan('./a', b'1')) == []


def test_similar():
    tables = [table('train', 'a', 'b'), table('val', 'c')]
    scans = [make_scan('a', b'1', 0), make_scan('b', b'2', 0)]
    assert check(tables, *scans, make_scan('c', b'3', 0)) == [
        ('similar-across-splits', 'train', 'image 1, image 1', ['a', 'c']),
        ('similar-across-splits', 'train', 'image 2, image 1', ['b', 'c']),
        ('similar-in-split', 'train', 'image 1, image 2', ['a', 'b']),
    ]


def test_a_copy_is_not_told_as_similar_too():
    tables = [table('train', 'a', 'b'), table('val', 'c')]
    assert check(tables, make_scan('a', b'1', 0), make_scan(
        'b', b'2', 0), make_scan('c', b'2', 0)) == [
            ('copy-across-splits', 'train', 'image 2, image 1', ['b', 'c']),
            ('similar-across-splits', 'train', 'image 1, image 1', ['a', 'c']),
            ('similar-in-split', 'train', 'image 1, image 2', ['a', 'b']),
        ]


def test_split_of_another_name_is_trained_on():
    tables = [table('train_small', 'a'), table('val', 'b')]
    assert check(tables, make_scan('a', b'1'), make_scan('b', b'1')) == [
        ('copy-across-splits', 'train_small', 'image 1, image 1', ['a', 'b'])
    ]


def test_images_without_a_box_may_be_the_same():
    """Empty pages, as background."""
    scans = [make_scan(name, b'1') for name in 'abc']
    tables = [table('train', 'a', 'b', boxes=False)]
    val = table('val', 'c', boxes=False)
    assert check([*tables, val], *scans) == []
    # One of them has been drawn on, or has boxes that the others lack.
    assert [code for code, *_ in check([*tables, table('val', 'c')], *scans)
            ] == ['copy-across-splits', 'copy-across-splits', 'copy-in-split']
