from unicodedata import normalize

import cv2
import numpy as np
import pytest
from PIL import Image

from custom.datasets.formats.samples import SampleBox
from custom.utils.errors import InputError
from tests.helpers.importing import importer

read = importer('yolo')

CAT = '0 0.25 0.5 0.5 0.2'  # on 100 x 50 pixels: x 0 to 50, y 20 to 30


class Folder:
    """A YOLO folder under construction; images are 100 x 50."""

    def __init__(self, root):
        self.root = root

    def image(self, name, *lines):
        """An image, and its labels unless there are no lines."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        image = np.full((50, 100, 3), sum(name.encode()) % 256, np.uint8)
        cv2.imwrite(str(path), image)
        if lines:
            folder, _, rest = name.rpartition('images/')
            self.text(f'{folder}labels/{rest[:-4]}.txt', *lines)
        return path

    def text(self, name, *lines):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('\n'.join(lines) + '\n', encoding='utf-8')
        return path

    def yaml(self, *lines, names='[cat, dog]'):
        return self.text('data.yaml', *lines, f'names: {names}')


@pytest.fixture
def folder(tmp_path):
    (tmp_path / 'yolo').mkdir()
    return Folder(tmp_path / 'yolo')


def message(folder, *args):
    with pytest.raises(InputError) as caught:
        read(folder.root, *args)
    return str(caught.value)


def read_one(folder, *lines):
    """The record of one image with these labels, and the notes."""
    folder.yaml('train: images')
    folder.image('images/a.png', *lines)
    splits, _, notes, _ = read(folder.root, 0, 0)
    record, = splits['train']
    return record, notes


def names(splits):
    return {s: [r.name for r in records] for s, records in splits.items()}


def test_no_folder(folder):
    folder.root = folder.root / 'none'
    assert 'none: no such file or folder' in message(folder)


def test_no_yaml(folder):
    assert f'{folder.root}: has no data.yaml, and no classes.txt' in message(
        folder)


def test_no_image(folder):
    folder.yaml('train: images')
    (folder.root / 'images').mkdir()
    assert 'data.yaml: "train" has no images' in message(folder)


def test_no_split(folder):
    folder.yaml()
    assert 'data.yaml: has no "train"' in message(folder)


def test_box(folder):
    record, notes = read_one(folder, CAT, '', '1 .5 .5 1 1')
    assert record.image == folder.root / 'images' / 'a.png'
    assert (record.width, record.height) == (100, 50)
    assert record.boxes == [
        SampleBox('cat', [0, 20, 50, 10], False, {}),
        SampleBox('dog', [0, 0, 100, 50], False, {}),
    ]
    assert notes == {}


def test_polygon(folder):
    record, _ = read_one(folder, '1 0.1 0.2 0.5 0.2 0.3 0.6')
    box, = record.boxes
    assert box.xywh == pytest.approx([10, 10, 40, 20])
    polygon, = box.extra['segmentation']
    assert polygon == pytest.approx([10, 10, 50, 10, 30, 30])


@pytest.mark.parametrize(
    'words', ['[cat, dog]', '{0: cat, 1: dog}', '\n- cat\n- dog\nnc: 2'])
def test_names(folder, words):
    folder.yaml('train: images', names=words)
    folder.image('images/a.png', CAT)
    _, classes, *_ = read(folder.root, 0, 0)
    assert classes == ['cat', 'dog']


@pytest.mark.parametrize('names, words', [
    ('[]', 'has no list "names"'),
    ('cat', 'has no list "names"'),
    ('{1: cat, 2: dog}', 'the keys of "names" are not 0, 1, 2'),
    ('[yes, no]', 'the name of class 0 is not text. Put it in quotes'),
    ('[cat, [dog]]', 'the name of class 1 is not text'),
    ('[cat, dog]\nnc: 3', '"nc" is not 2'),
    ("[cat, dog]\nnc: '3'", '"nc" is not 2'),
    ('[cat, dog', 'not YAML'),
    ('[cat]\nkpt_shape: [17, 3]', 'is for keypoints'),
    ('!!python/object/apply:os.getcwd []', 'not YAML'),
])
def test_bad_yaml(folder, names, words):
    path = folder.yaml('train: images', names=names)
    folder.image('images/a.png', CAT)
    assert message(folder).startswith(f'{path}: {words}')


def test_folders_of_other_classes(folder):
    for split, names in (('train', 'cat\ndog'), ('valid', 'dog\ncat')):
        folder.image(f'{split}/a.png')
        folder.text(f'{split}/a.txt', CAT)
        folder.text(f'{split}/_darknet.labels', names)
    assert message(folder).startswith(
        f'{folder.root}/valid/_darknet.labels: has other classes than '
        f'{folder.root}/train/_darknet.labels')


def test_folder_around_two(folder):
    for name in ('one', 'two'):
        folder.text(f'{name}/data.yaml', 'train: images', 'names: [cat]')
    assert f'{folder.root}: has 2 YAML files. Give the one' in message(folder)


def test_yaml_without_keys(folder):
    folder.text('data.yaml', 'cat')
    assert 'data.yaml: holds no keys' in message(folder)


def test_the_yaml_file_itself(folder):
    folder.yaml('train: images')
    folder.image('images/a.png', CAT)
    folder.text('other.yaml', 'train: images', 'names: [sun]')
    splits, classes, *_ = read(folder.root / 'other.yaml', 0, 0)
    assert classes == ['sun']


@pytest.mark.parametrize('key', ['val', 'valid', 'validation'])
def test_splits(folder, key):
    folder.yaml('train: images/train', f'{key}: images/val',
                'test: images/test')
    folder.image('images/train/a.png', CAT)
    folder.image('images/train/deep/b.png', CAT)
    folder.image('images/val/c.png', CAT)
    folder.image('images/test/d.png', CAT)
    splits, _, notes, _ = read(folder.root)
    assert names(splits) == dict(
        train=['a.png', 'b.png'], val=['c.png'], test=['d.png'])
    assert notes == {}


@pytest.mark.parametrize('base, train, val', [
    ('', 'train/images', 'valid/images'),
    ('', '../train/images', '../valid/images'),
    ('', '..\\train\\images', '..\\valid\\images'),
    ('.', 'train/images', 'valid/images'),
    ('../{name}', 'train/images', 'valid/images'),
    ('{root}', 'train/images', 'valid/images'),
    ('/content/elsewhere', 'train/images', 'valid/images'),
    ('', '{root}/train/images', '{root}/valid/images'),
])
def test_paths(folder, base, train, val):
    """Relative, absolute, as Roboflow writes them, of another computer."""
    lines = [f'train: {train}', f'val: {val}'] + [f'path: {base}'] * bool(base)
    folder.yaml(*(line.format(root=folder.root, name=folder.root.name)
                  for line in lines))
    folder.image('train/images/a.png', CAT)
    folder.image('valid/images/b.png', CAT)
    splits, *_ = read(folder.root)
    assert names(splits) == dict(train=['a.png'], val=['b.png'])


@pytest.mark.parametrize('pattern', ['images/*.png', 'images/[ab].png'])
def test_pattern_below_a_folder_in_brackets(folder, pattern):
    folder.root /= 'kids [2024]'
    folder.yaml(f'train: {pattern}')
    folder.image('images/a.png', CAT)
    folder.image('images/b.png', CAT)
    assert names(read(folder.root, 0,
                      0).splits) == dict(train=['a.png', 'b.png'])


def test_path_that_is_not_there(folder):
    folder.yaml('train: pictures')
    assert f'{folder.root}/pictures is not there' in message(folder)


def test_roboflow_names_a_test_folder_that_is_not_there(folder):
    folder.yaml('train: train/images', 'val: val/images',
                'test: ../test/images')
    folder.image('train/images/a.png', CAT)
    folder.image('val/images/b.png', CAT)
    splits, _, notes, _ = read(folder.root)
    assert names(splits) == dict(train=['a.png'], val=['b.png'])
    assert notes == {'split test of data.yaml is not there': 1}


def test_list_of_folders_and_of_images(folder):
    folder.yaml('train: [a/images, b/images]', 'val: val.txt')
    folder.image('a/images/1.png', CAT)
    folder.image('b/images/2.png', CAT)
    folder.image('c/images/3.png', CAT)
    folder.image('c/images/4.png', CAT)
    folder.text('val.txt', './c/images/3.png', '',
                str(folder.root / 'c/images/4.png'))
    splits, *_ = read(folder.root)
    assert names(splits) == dict(
        train=['1.png', '2.png'], val=['3.png', '4.png'])


def test_listed_image_that_is_not_there(folder):
    folder.yaml('train: train.txt')
    folder.text('train.txt', 'images/a.png')
    assert message(folder).startswith(
        f'{folder.root}/train.txt:1: the image "images/a.png" is not in '
        f'{folder.root}.')


def test_one_name_in_two_splits(folder):
    folder.yaml('train: images/train', 'val: images/val')
    folder.image('images/train/1.png', CAT)
    folder.image('images/val/1.png', CAT)
    splits, *_ = read(folder.root)
    assert names(splits) == dict(train=['train/1.png'], val=['val/1.png'])


def test_image_in_two_splits(folder):
    folder.yaml('train: images', 'val: images/sub')
    folder.image('images/a.png', CAT)
    path = folder.image('images/sub/b.png', CAT)
    label = folder.root / 'labels/sub/b.txt'
    assert f'{label}: {path} is in val, and in train by {label}.' in message(
        folder)
    splits, _, notes, _ = read(folder.root, 0.5, 0)
    assert names(splits) == dict(train=['a.png'], val=['b.png'])
    assert notes == {
        'images of several splits, of which the first record counts': 1
    }


def test_val_that_is_train(folder):
    folder.yaml('train: images', 'val: images')
    folder.image('images/a.png', CAT)
    folder.image('images/b.png', CAT)
    text = message(folder)
    assert 'data.yaml: "val" has the very images of "train"' in text
    assert '--val-fraction 0.15' in text
    splits, *_ = read(folder.root, 0.5, 0)
    assert [len(records) for records in splits.values()] == [1, 1]


def test_val_is_made_where_there_is_none(folder):
    folder.yaml('train: images')
    for name in 'abcdefgh':
        folder.image(f'images/{name}.png', CAT)
    splits, *_ = read(folder.root)
    assert {
        s: len(r)
        for s, r in splits.items()
    } == dict(
        train=6, val=1, test=1)


def test_image_without_labels_is_background(folder):
    folder.image('images/b.png')
    folder.image('images/c.png', '')
    folder.yaml('train: images')
    folder.image('images/a.png', CAT)
    splits, _, notes, _ = read(folder.root, 0, 0)
    assert [len(record.boxes) for record in splits['train']] == [1, 0, 0]
    assert notes == {
        'images without a label file': 1,
        'images without a box, kept as background': 2
    }


@pytest.mark.parametrize('val', ['val: images/val', ''])
def test_background_has_not_the_labels_of_another_split(folder, val):
    folder.yaml('train: images/train', val)
    folder.image('images/train/1.png')
    folder.image('images/train/2.png', CAT)
    folder.image('images/val/1.png', CAT)
    boxes = {
        record.image.relative_to(folder.root / 'images').as_posix():
        len(record.boxes)
        for records in read(folder.root, 0, 0).splits.values()
        for record in records
    }
    of_val = {'val/1.png': 1} if val else {}
    assert boxes == {'train/1.png': 0, 'train/2.png': 1, **of_val}


def test_labels_nowhere(folder):
    folder.yaml('train: images')
    folder.image('images/a.png')
    text = message(folder)
    assert 'no image has a label file' in text
    assert f'{folder.root}/labels/a.txt' in text


def test_labels_beside_the_images(folder):
    folder.yaml('train: pictures')
    folder.image('pictures/a.png')
    folder.text('pictures/a.txt', CAT)
    splits, *_ = read(folder.root, 0, 0)
    assert len(splits['train'][0].boxes) == 1


def test_labels_without_an_image_are_counted(folder):
    folder.text('labels/gone.txt', CAT)
    folder.text('labels/classes.txt', 'cat', 'dog')
    _, notes = read_one(folder, CAT)
    assert notes == {'label files without an image, left out': 1}


@pytest.mark.parametrize('line, words', [
    ('0 0.5 0.5 0.5', 'has 4 values'),
    ('0 0.1 0.1 0.2 0.2 0.3 0.3 0.4', 'has 8 values'),
    ('2 0.5 0.5 0.5 0.5', 'class 2 is none of the 2 classes, 0 to 1'),
    ('-1 0.5 0.5 0.5 0.5', 'class -1 is none'),
    ('0.5 0.5 0.5 0.5 0.5', 'class 0.5 is none'),
    ('cat 0.5 0.5 0.5 0.5', '"cat" is not a number'),
    ('0 0.5 nan 0.5 0.5', '"nan" is not a number'),
    ('0 50 20 30 10', 'the box of "cat", 3500, 750 to 6500, 1250, on'),
    ('0 0.5 0.5 0 0.5',
     'the box of "cat", 0.5, 0.5, 0, 0.5 (center x, center y, '),
    ('0 0.1 0.1 0.1 0.2 0.1 0.3',
     'the box of "cat", 0.1, 0.2, 0, 0.2 (center x, center y, '),
])
def test_bad_labels_are_counted(folder, line, words):
    folder.yaml('train: images')
    folder.image('images/a.png', CAT, line, line)
    text = message(folder, 0, 0)
    assert text.startswith(f'{folder.root}/labels/a.txt:2: {words}')
    assert f'{folder.root}: 2 problems: 2 ' in text


def test_a_sixth_value_is_a_confidence(folder):
    record, _ = read_one(folder, CAT + ' 0.75')
    assert record.boxes == [
        SampleBox('cat', [0, 20, 50, 10], False, dict(score=0.75))
    ]


def test_values_a_little_outside_are_clipped(folder):
    record, notes = read_one(folder, CAT, '0 0.5 -0.02 1.06 0.4',
                             '1 0 0.5 1.0021 0.5 1 0.9')
    assert [box.xywh for box in record.boxes] == [
        pytest.approx(box)
        for box in ([0, 20, 50, 10], [0, 0, 100, 9], [0, 25, 100, 20])
    ]
    assert notes == {'boxes clipped to their image': 1}


def test_box_partly_outside_is_clipped(folder):
    record, notes = read_one(folder, '0 0.9 0.5 0.4 0.2')
    assert record.boxes[0].xywh == pytest.approx([70, 20, 30, 10])
    assert notes == {'boxes clipped to their image': 1}


def test_rounding_out_of_the_image_is_no_news(folder):
    record, notes = read_one(folder, '0 0.5 0.5 1.0005 1.0005')
    assert record.boxes[0].xywh == [0, 0, 100, 50]
    assert notes == {}


def test_photo_turned_by_exif(folder):
    exif = Image.Exif()
    exif[0x0112] = 6
    folder.yaml('train: images')
    folder.image('images/a.png', '0 0.25 0.25 0.5 0.5')
    Image.new('RGB', (60, 40)).save(
        folder.root / 'images' / 'a.png', exif=exif)
    splits, _, notes, _ = read(folder.root, 0, 0)
    assert splits['train'][0].boxes[0].xywh == [0, 0, 20, 30]
    note, = notes
    assert note.startswith('photos turned by EXIF')


def test_linked_images_have_their_labels_beside_the_link(folder, tmp_path):
    image = Folder(tmp_path / 'disk').image('a.png')
    folder.yaml('train: images')
    folder.text('labels/a.txt', CAT)
    (folder.root / 'images').mkdir()
    (folder.root / 'images' / 'a.png').symlink_to(image)
    splits, *_ = read(folder.root, 0, 0)
    assert len(splits['train'][0].boxes) == 1


@pytest.mark.parametrize('place', ['labels', 'images/set'])
def test_labels_below_a_folder_called_images(folder, place):
    folder.yaml('train: images/set')
    folder.image('images/set/a.png')
    folder.text(f'{place}/set/a.txt'.replace('set/set', 'set'), CAT)
    splits, *_ = read(folder.root, 0, 0)
    assert len(splits['train'][0].boxes) == 1


def test_two_images_of_one_label_file(folder):
    folder.yaml('train: images')
    folder.image('images/a.png', CAT)
    folder.image('images/a.jpg')
    assert message(folder) == (
        f'{folder.root}/labels/a.txt: is it of {folder.root}/images/a.jpg or '
        f'of {folder.root}/images/a.png? The boxes of one would be on the '
        'other; rename or remove one image. Or leave it out: '
        '--skip-bad.')


@pytest.mark.parametrize('name', ['train.txt', 'labels/a.txt'])
def test_text_in_another_encoding(folder, name):
    folder.yaml('train: train.txt')
    folder.image('images/a.png', CAT)
    folder.text('train.txt', 'images/a.png')
    (folder.root / name).write_bytes('그림'.encode('cp949'))
    assert message(folder).startswith(f'{folder.root}/{name}: not UTF-8 text')


@pytest.mark.parametrize('images, labels', [('NFD', 'NFC'), ('NFC', 'NFD')])
def test_spelling_of_the_other_computer(folder, images, labels):
    folder.yaml('train: train.txt')
    folder.image(normalize(images, 'images/그림/새.png'))
    folder.text(normalize(labels, 'labels/그림/새.txt'), CAT)
    folder.text('train.txt', normalize(labels, 'images/그림/새.png'))
    splits, _, notes, _ = read(folder.root, 0, 0)
    assert len(splits['train'][0].boxes) == 1
    assert notes == {}


def test_files_of_macos(folder):
    for name in ('._data.yaml', 'images/._a.png', 'labels/._a.txt',
                 'images/__MACOSX/a.png'):
        folder.text(name, 'no')
    record, notes = read_one(folder, CAT)
    assert len(record.boxes) == 1
    assert notes == {}


@pytest.mark.parametrize(
    'text',
    [
        'train:\timages\nnc: "2"\nnames:\n\t0: cat\n\t1: dog',
        'train: images/*.png\nnames: [cat, dog]',
        'train: C:\\data\\images\nnames: [cat, dog]',
        'train: images',  # and classes.txt has the names
    ])
@pytest.mark.parametrize('encoding', ['utf-8', 'utf-16'])
def test_yaml_as_it_is_written(folder, text, encoding):
    (folder.root / 'data.yaml').write_text(text, encoding=encoding)
    folder.text('classes.txt', 'cat', 'dog')
    folder.image('images/a.png', CAT)
    splits, classes, *_ = read(folder.root, 0, 0)
    assert classes == ['cat', 'dog'] and len(splits['train'][0].boxes) == 1


def test_the_yaml_that_names_classes(folder):
    folder.text('hyp.yaml', 'lr0: 0.01')
    folder.text('pets.yaml', 'train: images', 'names: [cat, dog]')
    folder.image('images/a.png', CAT)
    assert names(read(folder.root, 0, 0).splits) == dict(train=['a.png'])


def test_a_yaml_of_another_program(folder):
    """The folder of the data set is one below, as in a repository."""
    folder.text('environment.yml', 'name: pets')
    folder.image('data/images/a.png', CAT)
    folder.text('data/data.yaml', 'train: images', 'names: [cat]')
    assert names(read(folder.root, 0, 0).splits) == dict(train=['a.png'])


def test_a_yaml_of_another_program_beside_class_names(folder):
    folder.text('environment.yml', 'name: pets')
    folder.text('classes.txt', 'cat')
    folder.image('images/a.png', CAT)
    assert names(read(folder.root, 0, 0).splits) == dict(train=['a.png'])


@pytest.mark.parametrize('name', ['Classes.txt', 'names.txt'])
@pytest.mark.parametrize('lines', [('cat', 'dog', ''),
                                   ('0 cat', '', '1: dog')])
def test_files_of_class_names(folder, name, lines):
    folder.text(name, *lines)
    folder.image('images/a.png', CAT)
    assert read(folder.root, 0, 0).classes == ['cat', 'dog']


@pytest.mark.parametrize('lines, number', [(('cat', '', 'dog'), 2),
                                           (('', 'cat', 'dog'), 1)])
def test_a_blank_line_among_class_names(folder, lines, number):
    folder.text('classes.txt', *lines)
    folder.image('images/a.png', CAT)
    assert f'{folder.root}/classes.txt:{number}: is blank.' in message(folder)


@pytest.mark.parametrize('name', [
    'labels/a.png.txt', 'annotations/a.txt', 'labels/A.txt',
    'yolo_txt/train/a.txt'
])
def test_labels_of_another_name(folder, name):
    folder.yaml('train: images')
    folder.image('images/a.png')
    folder.text(name, CAT)
    record, = read(folder.root, 0, 0).splits['train']
    assert len(record.boxes) == 1


@pytest.mark.parametrize('line, extra', [
    ('0,0.25,0.5,0.5,0.2', {}),
    ('0, 0.25, 0.5, 0.5, 0.2', {}),
    (f'{CAT} 0.5', dict(score=0.5)),
    (f'{CAT} 17', dict(track_id=17)),
    (f'{CAT} 0.5 1', dict(score=0.5, track_id=1)),
])
def test_lines_as_they_are_written(folder, line, extra):
    record, _ = read_one(folder, line)
    assert record.boxes == [SampleBox('cat', [0, 20, 50, 10], False, extra)]


def test_commas_in_numbers(folder):
    folder.yaml('train: images')
    folder.image('images/a.png', CAT, '0 0,25 0,5 0,5 0,2')
    assert '"0,25" is not a number' in message(folder)


@pytest.mark.parametrize('points', [
    '0.3 0.5 0.4 0.5 0.45 0.55',
    '0.3 0.5 2 0 0 0',
])
def test_keypoints_are_no_polygons(folder, points):
    folder.yaml('train: images')
    folder.image('images/a.png', *[f'{CAT} {points}'] * 10)
    assert 'data.yaml: the lines of the labels are boxes with keypoi' in (
        message(folder))


def test_polygons_of_one_length_are_no_keypoints(folder):
    line = '0 0.1 0.1 0.3 0.1 0.4 0.2 0.3 0.6 0.1 0.5'
    record, _ = read_one(folder, *[line] * 10)
    assert record.boxes[0].xywh == pytest.approx([10, 5, 30, 25])


def test_an_image_listed_twice_has_its_boxes_once(folder):
    folder.yaml('train: train.txt')
    folder.text('train.txt', 'images/a.png', 'images/a.png')
    folder.image('images/a.png', CAT)
    splits, _, notes, _ = read(folder.root, 0, 0)
    assert len(splits['train'][0].boxes) == 1
    assert notes == {'images listed twice': 1}


def darknet(folder, names='data/obj.names', **files):
    """Darknet's layout, and further files at its top."""
    folder.image('data/a.png')
    folder.text('data/a.txt', CAT)
    folder.text('train.txt', 'data/a.png')
    folder.text('obj.data', 'train = data/train.txt', f'names = {names}')
    for name, classes in files.items():
        folder.text(name.replace('_', '.'), *classes)


def test_names_that_darknets_file_tells(folder):
    darknet(folder, obj_names=['raccoon'], coco_names=['person', 'car'])
    splits, classes, *_ = read(folder.root, 0, 0)
    assert classes == ['raccoon']
    assert len(splits['train']) == 1


def test_two_lists_of_names(folder):
    """Labels are numbers: the first by the alphabet is no reason."""
    darknet(folder, 'gone.names', obj_names=['raccoon'], coco_names=['person'])
    assert 'obj.names: has other classes than' in message(folder)
    folder.text('obj.names', 'person')  # two that say the same
    assert read(folder.root, 0, 0)[1] == ['person']


def test_two_data_files_of_darknet(folder):
    darknet(folder, obj_names=['raccoon'], coco_data=['names = coco.names'])
    assert 'which one is of this data set' in message(folder)


def test_classes_that_begin_with_decimals(folder):
    names = ['0.5 l bottle', '1.5 l bottle', '2 l bottle']
    folder.image('images/a.png', CAT)
    folder.text('classes.txt', *names)
    assert read(folder.root, 0, 0)[1] == names


def test_image_whose_labels_cannot_be_read_is_no_background(folder):
    folder.yaml('train: images')
    folder.image('images/a.png', CAT)
    folder.image('images/b.png', CAT)
    (folder.root / 'labels' / 'b.txt').write_bytes(b'\xff\xfe\xe9')
    splits, *_ = read(folder.root, 0, 0, skip_bad=True)
    assert [record.name for record in splits['train']] == ['a.png']


@pytest.mark.parametrize('real', ['JPEGImages', 'originals', 'zoo'])
def test_images_that_are_a_link(folder, real):
    """Whichever of the two the disk lists first."""
    folder.yaml('train: images/train', 'val: images/val')
    for split in ('train', 'val'):
        folder.image(f'{real}/{split}/{split}.png')
        folder.text(f'labels/{split}/{split}.txt', CAT)
    (folder.root / 'images').symlink_to(folder.root / real)
    splits, *_ = read(folder.root)
    assert {
        split: len(records)
        for split, records in splits.items()
    } == dict(
        train=1, val=1)
    assert len(splits['val'][0].boxes) == 1
