from unicodedata import normalize

import cv2
import numpy as np
import pytest
from PIL import Image

from custom.datasets.formats.samples import SampleBox
from custom.utils.errors import InputError
from tests.helpers.importing import importer

read = importer('openimages')

HEADER = 'ImageID,LabelName,XMin,XMax,YMin,YMax'
FULL = ('ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax,IsOccluded,'
        'IsTruncated,IsGroupOf,IsDepiction,IsInside')
CAT = 'a,cat,0.1,0.3,0.2,0.6'


class Folder:
    """An Open Images folder under construction; images are 100 x 50."""

    def __init__(self, root):
        self.root = root

    def images(self, *names):
        for name in names:
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            image = np.full((50, 100, 3), sum(name.encode()) % 256, np.uint8)
            cv2.imwrite(str(path), image)

    def csv(self, name, *lines):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('\n'.join(lines) + '\n', encoding='utf-8')
        return path


@pytest.fixture
def folder(tmp_path):
    (tmp_path / 'oi').mkdir()
    return Folder(tmp_path / 'oi')


def message(folder, *args):
    with pytest.raises(InputError) as caught:
        read(folder.root, *args)
    return str(caught.value)


def read_one(folder, *lines, **options):
    """The record of image a, and the notes."""
    folder.csv('boxes.csv', *lines)
    folder.images('images/a.jpg')
    splits, _, notes, _ = read(folder.root, 0, 0, **options)
    record, = splits['train']
    return record, notes


def test_no_folder(folder):
    folder.root = folder.root / 'none'
    assert 'none: no such file or folder' in message(folder)


def test_empty_folder(folder):
    assert 'with the columns ImageID, LabelName' in message(folder)


def test_no_image(folder):
    folder.csv('boxes.csv', HEADER, CAT)
    assert 'no image of the CSV files is there' in message(folder)


def test_no_row(folder):
    folder.csv('boxes.csv', HEADER)
    folder.images('a.jpg')
    assert 'no image of the CSV files is there' in message(folder)


def test_least_columns(folder):
    record, notes = read_one(folder, HEADER, CAT)
    assert record.image == folder.root / 'images' / 'a.jpg'
    assert (record.width, record.height) == (100, 50)
    box, = record.boxes
    assert box.name == 'cat'
    assert box.xywh == pytest.approx([10, 10, 20, 20])
    assert (box.crowd, dict(box.extra)) == (False, {})
    assert notes == {}


def test_all_columns(folder):
    record, _ = read_one(
        folder, f'{FULL},XClick1X,XClick2X,XClick3X,XClick4X,'
        'XClick1Y,XClick2Y,XClick3Y,XClick4Y',
        'a,xclick,cat,1,0,1,0,1,0,1,1,-1,-1,0,.5,1,.5,.5,0,.5,1',
        'a,,cat,1,0,.5,0,1,-1,-1,0,-1,-1' + ',-1' * 8)
    assert record.boxes == [
        SampleBox(
            'cat', [0, 0, 100, 50], True,
            dict(
                source='xclick',
                occluded=0,
                truncated=1,
                clicks=[[0, 25], [50, 0], [100, 25], [50, 50]])),
        SampleBox('cat', [0, 0, 50, 50])
    ]


def test_only_crowds(folder):
    folder.csv('boxes.csv', HEADER + ',IsGroupOf', CAT + ',1')
    folder.images('a.jpg')
    assert message(folder, 0, 0) == (
        f'{folder.root}: all 1 boxes are marked iscrowd, ignore or group-of: '
        'neither object nor background, so that nothing is learned or scored. '
        'Give --crowd-as-objects to take them for objects.')
    splits, *_ = read(folder.root, 0, 0, crowd_as_objects=True)
    assert [box.crowd for box in splits['train'][0].boxes] == [False]


def test_unknown_flags_are_no_crowd(folder):
    record, _ = read_one(
        folder, f'{FULL},XClick1X,XClick2X,XClick3X,XClick4X,'
        'XClick1Y,XClick2Y,XClick3Y,XClick4Y',
        'a,,cat,,0,1,0,1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1,-1')
    assert record.boxes == [SampleBox('cat', [0, 0, 100, 50], False, {})]


def test_confidence(folder):
    # 0: a person looked and said that it isn't there.
    record, notes = read_one(folder, 'Confidence,' + HEADER, '0,' + CAT,
                             '0.5,' + CAT, '1,' + CAT)
    assert [box.extra for box in record.boxes] == [dict(confidence=0.5), {}]
    assert notes == {'rows of confidence 0, left out': 1}


@pytest.mark.parametrize('header', [[], ['LabelName,DisplayName']])
def test_class_descriptions(folder, header):
    folder.csv('oidv7-class-descriptions.csv', *header, '/m/0bt9lr,Dog',
               '/m/01yrx,"Cat, small"', '/m/0199g,Bicycle')
    folder.csv('boxes.csv', HEADER, 'a,/m/01yrx,0,1,0,1', 'a,sun,0,1,0,1',
               'a,/m/0bt9lr,0,1,0,1')
    folder.images('a.jpg')
    splits, classes, *_ = read(folder.root, 0, 0)
    assert [box.name for box in splits['train'][0].boxes
            ] == ['Cat, small', 'sun', 'Dog']
    # In their order; the hundreds that have no box are left out.
    assert classes == ['Dog', 'Cat, small', 'sun']


def test_class_descriptions_elsewhere(folder, tmp_path):
    path = tmp_path / 'names.csv'
    path.write_text('/m/01yrx,Cat\n')
    record, _ = read_one(
        folder, HEADER, 'a,/m/01yrx,0,1,0,1', descriptions=path)
    assert record.boxes[0].name == 'Cat'


def test_id_without_descriptions(folder):
    record, notes = read_one(folder, HEADER, 'a,/m/01yrx,0,1,0,1')
    assert record.boxes[0].name == '/m/01yrx'
    note, = notes
    assert 'no file of class descriptions' in note


def test_id_that_is_not_described(folder):
    folder.csv('class-descriptions.csv', '/m/0bt9lr,Dog')
    path = folder.csv('boxes.csv', HEADER, CAT, 'a,/m/01yrx,0,1,0,1')
    folder.images('a.jpg')
    assert message(folder).startswith(
        f'{path}:3: LabelName "/m/01yrx" is not in the class descriptions')


def test_bad_class_descriptions(folder):
    folder.csv('boxes.csv', HEADER, CAT)
    path = folder.csv('class-descriptions.csv', '/m/0bt9lr,Dog', '/m/01yrx')
    assert f'{path}:2: has 1 values' in message(folder)


@pytest.mark.parametrize('names', [
    ('train-annotations-bbox.csv', 'validation-annotations-bbox.csv',
     'test-annotations-bbox.csv'),
    ('oidv6-train-annotations-bbox.csv', 'sub/val_boxes.csv', 'Test.csv'),
])
def test_splits_of_the_file_names(folder, names):
    for name, image in zip(names, 'abc'):
        folder.csv(name, HEADER, f'{image},cat,0,1,0,1')
    folder.images('a.jpg', 'images/deep/b.png', 'test/c.jpeg')
    splits, _, notes, _ = read(folder.root)
    assert {
        s: [r.name for r in records]
        for s, records in splits.items()
    } == dict(
        train=['a.jpg'], val=['b.png'], test=['c.jpeg'])
    assert notes == {}


def test_val_is_made_where_there_is_none(folder):
    folder.csv('train.csv', HEADER,
               *(f'{image},cat,0,1,0,1' for image in 'abcdefgh'))
    folder.csv('test.csv', HEADER, 'z,cat,0,1,0,1')
    folder.images(*(f'{image}.png' for image in 'abcdefghz'))
    splits, *_ = read(folder.root)
    assert {
        s: len(records)
        for s, records in splits.items()
    } == dict(
        train=7, val=1, test=1)
    assert splits['test'][0].name == 'z.png'


def test_fractions_overrule_the_file_names(folder):
    folder.csv('train.csv', HEADER, *(f'{i},cat,0,1,0,1' for i in 'abc'))
    folder.csv('val.csv', HEADER, 'z,cat,0,1,0,1')
    folder.images(*(f'{image}.png' for image in 'abcz'))
    splits, *_ = read(folder.root, 0.5, 0)
    assert {s: len(r) for s, r in splits.items()} == dict(train=2, val=2)


def test_two_files_for_a_split(folder):
    folder.csv('train-a.csv', HEADER, CAT)
    folder.csv('train-b.csv', HEADER, CAT)
    assert 'train-b.csv: is for the same split as' in message(folder)


def test_image_in_two_splits(folder):
    folder.csv('train.csv', HEADER, CAT)
    path = folder.csv('val.csv', HEADER, CAT)
    folder.images('a.jpg')
    text = message(folder)
    assert text.startswith(f'{path}: {folder.root / "a.jpg"} is in val, and '
                           f'in train by {folder.root / "train.csv"}. ')


def test_one_name_in_two_splits(folder):
    folder.csv('train.csv', HEADER, CAT)
    folder.csv('val.csv', HEADER, CAT)
    folder.images('train/a.jpg', 'validation/a.jpg')
    splits, *_ = read(folder.root)
    assert splits['train'][0].name == 'train/a.jpg'
    assert splits['val'][0].name == 'validation/a.jpg'


def test_image_of_two_files(folder):
    folder.csv('boxes.csv', HEADER, CAT)
    folder.images('x/a.jpg', 'y/a.png')
    text = message(folder)
    assert 'boxes.csv:2: the image "a" could be any of' in text
    assert 'a.jpg' in text and 'a.png' in text


def test_rows_of_absent_images_are_left_out(folder):
    record, notes = read_one(folder, HEADER, CAT, 'b,cat,0,1,0,1')
    assert record.name == 'a.jpg'
    assert notes == {'rows of images that are not there, left out': 1}


def test_image_without_rows_is_left_out(folder):
    folder.images('b.jpg')
    _, notes = read_one(folder, HEADER, CAT)
    assert notes == {'images without annotation, left out': 1}


def test_listed_image_without_rows_is_background(folder):
    folder.images('b.jpg')
    folder.csv('train-images-with-rotation.csv', 'ImageID,Subset,Rotation',
               'a,train,0', 'b,train,0', 'c,train,0')
    folder.csv('train-annotations-bbox.csv', HEADER, CAT)
    folder.images('a.jpg')
    splits, _, notes, _ = read(folder.root, 0, 0)
    assert [len(record.boxes) for record in splits['train']] == [1, 0]
    assert notes == {'images without a box, kept as background': 1}


@pytest.mark.parametrize('line, words', [
    ('a,cat,0.1,0.3,0.2', 'has 5 values for 6 columns'),
    ('a,cat,0.1,0.3,0.2,0.6,1', 'has 7 values for 6 columns'),
    ('a,cat,0.1,0.3,x,0.6', 'YMin is "x", not a number'),
    ('a,cat,0.1,nan,0.2,0.6', 'XMax is "nan", not a number'),
    ('a,cat,0.3,0.1,0.2,0.6',
     'the box of "cat", 0.3, 0.2, 0.1, 0.6 (x1, y1, '),
    ('a,cat,0.3,0.3,0.2,0.6',
     'the box of "cat", 0.3, 0.2, 0.3, 0.6 (x1, y1, '),
    ('a,cat,10,30,10,30', 'the box of "cat", 1000, 500 to 3000, 1500, on'),
    ('a,cat,1.0001,1.0009,0.2,0.6', 'the box of "cat", 100.01, 10 to 100.09, '
     '30, on'),
    ('a,,0.1,0.3,0.2,0.6', 'has no LabelName'),
])
def test_bad_lines_are_counted(folder, line, words):
    path = folder.csv('boxes.csv', HEADER, CAT, line, line)
    folder.images('a.jpg')
    text = message(folder, 0, 0)
    assert text.startswith(f'{path}:3: {words}')
    assert f'{folder.root}: 2 problems: 2 ' in text


def test_bad_flag(folder):
    folder.csv('boxes.csv', HEADER + ',IsGroupOf', CAT + ',yes')
    folder.images('a.jpg')
    assert 'IsGroupOf is "yes". It must be 1' in message(folder)


def test_not_a_csv_file(folder):
    (folder.root / 'train.csv').write_bytes(f'{HEADER}\n고양이'.encode('cp949'))
    assert 'train.csv: not a CSV file' in message(folder)


@pytest.mark.parametrize('separator', [';', '\t'])
def test_other_separators(folder, separator):
    path = folder.csv('boxes.csv', HEADER.replace(',', separator),
                      CAT.replace(',', separator))
    folder.images('a.jpg')
    text = message(folder)
    assert text.startswith(f'{path}: has {separator!r} between its values')


@pytest.mark.parametrize(
    'content', ['이름,값\n'.encode('cp949'), b'\xff\xfe\0\0', b'', b'a' * 200000])
def test_unrelated_csv_file(folder, content):
    (folder.root / 'notes.csv').write_bytes(content)
    record, notes = read_one(folder, HEADER, CAT)
    assert record.name == 'a.jpg'
    assert notes == {}


def test_lists_of_images_are_joined(folder):
    for split, image in (('train', 'a'), ('validation', 'b')):
        folder.csv(f'{split}-boxes.csv', HEADER, f'{image},cat,0,1,0,1')
    folder.csv('validation-images-1.csv', 'ImageID', 'b', 'c')
    folder.csv('validation-images-2.csv', 'ImageID', 'c', 'd')
    # Those of a split of which no boxes are there may show anything.
    folder.csv('image_ids_and_rotation.csv', 'ImageID,Subset', 'e,train',
               'f,validation', 'g,test')
    folder.images(*(f'{name}.png' for name in 'abcdefg'))
    splits, _, notes, _ = read(folder.root)
    assert {
        s: sorted(r.image.stem for r in records)
        for s, records in splits.items()
    } == dict(
        train=['a', 'e'], val=['b', 'c', 'd', 'f'])
    assert notes == {
        'images without a box, kept as background': 4,
        'images without annotation, left out': 1
    }


@pytest.mark.parametrize('on_disk, in_file', [('NFD', 'NFC'), ('NFC', 'NFD')])
def test_spelling_of_the_other_computer(folder, on_disk, in_file):
    folder.images(normalize(on_disk, '그림.jpg'))
    folder.csv('boxes.csv', HEADER, normalize(in_file, '그림,cat,0,1,0,1'))
    splits, *_ = read(folder.root, 0, 0)
    assert len(splits['train'][0].boxes) == 1


def test_files_of_macos(folder):
    for name in ('._boxes.csv', '._a.jpg', '__MACOSX/a.jpg'):
        folder.csv(name, HEADER)
    _, notes = read_one(folder, HEADER, CAT)
    assert notes == {}


def test_rounding_out_of_the_image_is_clipped(folder):
    record, notes = read_one(folder, HEADER, 'a,cat,-0.0005,1.0005,0,1')
    assert record.boxes[0].xywh == [0, 0, 100, 50]
    assert notes == {}


def test_photo_turned_by_exif(folder):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new('RGB', (60, 40)).save(folder.root / 'a.png', exif=exif)
    folder.csv('boxes.csv', HEADER, 'a,cat,0,0.5,0,0.5')
    splits, _, notes, _ = read(folder.root, 0, 0)
    record, = splits['train']
    assert (record.width, record.height) == (40, 60)
    assert record.boxes[0].xywh == [0, 0, 20, 30]
    note, = notes
    assert note.startswith('photos turned by EXIF')


def test_linked_folder_of_images(folder, tmp_path):
    Folder(tmp_path / 'disk').images('a.jpg')
    (folder.root / 'train').symlink_to(tmp_path / 'disk')
    (folder.root / 'train' / 'up').symlink_to(folder.root)  # a ring
    folder.csv('boxes.csv', HEADER, CAT)
    splits, *_ = read(folder.root, 0, 0)
    assert splits['train'][0].name == 'a.jpg'


def test_some_tell_no_split(folder):
    folder.csv('train.csv', HEADER, CAT)
    folder.csv('val.csv', HEADER, CAT.replace('a,', 'b,'))
    folder.csv('boxes.csv', HEADER, CAT.replace('a,', 'c,'))
    folder.images('a.jpg', 'b.jpg', 'c.jpg')
    assert message(folder).startswith(
        f'{folder.root / "c.jpg"}: is of no split, as 1 images are, while '
        'others are of train and val. ')


@pytest.mark.parametrize('flag, crowd', [('True', True), ('1.0', True),
                                         ('false', False), ('nan', False)])
def test_flags_that_pandas_wrote(folder, flag, crowd):
    record, _ = read_one(folder, HEADER + ',IsGroupOf', f'{CAT},{flag}',
                         f'{CAT},0')
    assert [box.crowd for box in record.boxes] == [crowd, False]


def test_utf_16(folder):
    folder.images('a.jpg')
    (folder.root / 'boxes.csv').write_text(f'{HEADER}\n{CAT}\n', 'utf-16')
    assert len(read(folder.root, 0, 0).splits['train'][0].boxes) == 1
