import cv2
import numpy as np
import pytest

from custom.datasets.formats.importers.error_collector import ImportProblems
from custom.datasets.formats.samples import SampleBox
from custom.utils.errors import InputError
from tests.helpers.importing import importer

read = importer('csv')

HEADER = 'filename,class,xmin,ymin,xmax,ymax'
CAT = SampleBox('cat', [10, 20, 30, 10])


@pytest.fixture
def folder(tmp_path):
    for name in 'ab':
        cv2.imwrite(
            str(tmp_path / f'{name}.png'),
            np.full((40, 60, 3), ord(name), np.uint8))
    return tmp_path


def write(folder, *lines, name='boxes.csv'):
    (folder / name).write_text('\n'.join(lines) + '\n', encoding='utf-8')
    return folder / name


def boxes(src):
    return {
        record.image.stem: record.boxes
        for records in read(src, 0, 0).splits.values()
        for record in records
    }


@pytest.mark.parametrize('lines', [
    (HEADER, 'a.png,cat,10,20,40,30'),
    ('Image Name,X_Min,X_Max,Y_Min,Y_Max,Label,color',
     'a.png,10,40,20,30,cat,red'),
    ('left,top,right,bottom,category,path', '10,20,40,30,cat,some/a.png'),
    ('a.png,10,20,40,30,cat', ),
])
def test_columns_go_by_name(folder, lines):
    path = write(folder, *lines)
    assert boxes(folder) == boxes(path) == dict(a=[CAT])


def test_images_without_a_box(folder):
    write(folder, 'a.png,10,20,40,30,cat', 'a.png,0,0,10,10,dog', 'b.png,,,,,')
    assert boxes(folder) == dict(
        a=[CAT, SampleBox('dog', [0, 0, 10, 10])], b=[])


def test_splits_by_names(folder):
    write(folder, HEADER, 'a.png,cat,10,20,40,30', name='train_labels.csv')
    write(folder, HEADER, 'b.png,cat,10,20,40,30', name='valid_labels.csv')
    splits = read(folder).splits
    assert [r.image.name for r in splits['val']] == ['b.png']


@pytest.mark.parametrize('line, words', [
    ('a.png,cat,10,20,40', 'has 5 values, fewer than there are columns'),
    ('a.png,cat,10,20,x,30', 'class "cat" and corners 10, 20, x, 30 are not'),
    ('a.png,,10,20,40,30', 'class "" and corners 10, 20, 40, 30 are not'),
    ('c.png,cat,10,20,40,30', 'the image "c.png" is not in'),
])
def test_bad_lines(folder, line, words):
    path = write(folder, HEADER, 'a.png,cat,10,20,40,30', line)
    with pytest.raises(ImportProblems, match=words) as caught:
        read(folder)
    assert f'{path}:3' in str(caught.value)


def test_a_table_of_something_else(folder):
    write(folder, 'name,price', 'cat,5')
    (folder / 'list.csv').write_bytes('이름,값\n'.encode('cp949'))
    with pytest.raises(InputError, match='no CSV file .* such as filename, '):
        read(folder)
