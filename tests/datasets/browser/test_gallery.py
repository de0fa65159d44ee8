from custom.datasets.annotations.issues import Issue
from custom.datasets.annotations.reader import read_table
from custom.datasets.browser.gallery import Finder, make_gallery
from .conftest import EVIL, read_gallery, write_coco


def test_no_boxes(tmp_path):
    for split in ('train', 'val'):
        write_coco(tmp_path / 'annotations' / f'{split}.json',
                   [('a.png', 8, 6)], ['cat'], [])
    gallery = read_gallery(tmp_path)

    assert gallery.boxes.shape == (0, 4)
    assert gallery.first.tolist() == [0, 0, 0]
    assert gallery.sizes.tolist() == [[8, 6], [8, 6]]


def test_splits_are_joined_and_labels_go_by_name(gallery):
    assert gallery.splits == ['train', 'val']
    assert gallery.classes == ('고양이', EVIL)
    assert gallery.names == ['red.png', 'gone.png', '고양이 #1.png']
    assert gallery.split_of.tolist() == [0, 0, 1]
    assert gallery.first.tolist() == [0, 2, 3, 4]
    # In the file's order within an image; category 2 of val is class 0.
    assert gallery.labels.tolist() == [0, 1, 1, 0]
    assert gallery.crowd.tolist() == [False, True, False, False]
    assert gallery.boxes[gallery.rows(1)].tolist() == [[1, 2, 3, 4]]
    assert gallery.path(2).name == '고양이 #1.png'


def test_known_classes_come_first(folder):
    table = read_table(folder / 'annotations' / 'val.json')
    gallery = make_gallery(folder, [table], ['dog', '고양이'])

    assert gallery.classes == ('dog', '고양이', EVIL)
    assert gallery.labels.tolist() == [1]


def test_what_cannot_be_drawn_is_left_out(folder):
    write_coco(folder / 'annotations' / 'val.json', [('a.png', 30, 60)],
               ['고양이'], [(7, 1, [1, 1, 1, 1], 0), (1, 9, [2, 2, 2, 2], 0),
                         (1, 1, [None, 1, 1, 1], 0)])
    gallery = read_gallery(folder)

    assert gallery.boxes[gallery.rows(2)].tolist() == [[2, 2, 2, 2]]
    assert gallery.labels[gallery.rows(2)].tolist() == [-1]


def test_finder_prefers_the_split_of_the_problem(gallery):
    both = gallery._replace(names=['a.png', 'b.png', 'a.png'])
    find = Finder(both)

    assert find.images(Issue('image-size', 'val', '', '')) == []
    assert find.images(Issue('image-size', 'val', '', '',
                             ['a.png', 'x.png'])) == [2]
    # Of no split: all that have the name, each once.
    assert find.images(
        Issue('copy-across-splits', '', '', '',
              ['a.png', 'b.png', 'a.png'])) == [0, 2, 1]
