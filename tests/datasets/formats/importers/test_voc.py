from unicodedata import normalize

import pytest
from PIL import Image

from custom.datasets.formats.samples import SampleBox
from custom.utils.errors import InputError
from tests.helpers.importing import importer

read = importer('voc')


def message(*args):
    with pytest.raises(InputError) as caught:
        read(*args)
    return str(caught.value)


def read_one(voc):
    """The one image of a folder, and the notes."""
    splits, _, notes, _ = read(voc.root, 0, 0)
    record, = splits['train']
    return record, notes


def cat(voc, *corners, **options):
    return voc.object('cat', *(corners or (1, 1, 10, 10)), **options)


def test_no_folder(tmp_path):
    assert 'none: no such file or folder' in message(tmp_path / 'none')


def test_empty_folder(tmp_path):
    assert f'{tmp_path}: the folder is empty' in message(tmp_path)


def test_folder_without_xml(tmp_path):
    (tmp_path / 'a.jpg').write_bytes(b'')
    assert f'{tmp_path}: no .xml file' in message(tmp_path)


def test_no_object_anywhere(voc):
    voc.write('a')
    assert 'no image has a box' in message(voc.root, 0, 0)


def test_record(voc):
    voc.write('a', cat(voc, 11, 21, 30, 40, difficult=1))
    record, notes = read_one(voc)
    assert record.image == voc.images / 'a.png'
    assert (record.width, record.height) == (60, 40)
    assert record.boxes == [
        SampleBox('cat', [10, 20, 20, 20], extra=dict(difficult=1))
    ]
    assert notes == {'boxes marked difficult, kept as any other': 1}


@pytest.mark.parametrize('annotations, images', [('annotations', 'images'),
                                                 ('.', '.'),
                                                 ('Annotations', '.')])
def test_layouts(voc, annotations, images):
    voc.write('a', cat(voc))
    for folder, new in ((voc.annotations, annotations), (voc.images, images)):
        (voc.root / new).mkdir(exist_ok=True)
        for path in list(folder.iterdir()):
            path.rename(voc.root / new / path.name)
        if not any(folder.iterdir()):
            folder.rmdir()
    record, _ = read_one(voc)
    assert record.image.name == 'a.png'


def test_random_splits_by_default(voc):
    for name in 'abcdefghij':
        voc.write(name, cat(voc))
    splits, _, notes, _ = read(voc.root)
    assert {
        s: len(records)
        for s, records in splits.items()
    } == {
        'train': 7,
        'val': 2,
        'test': 1
    }
    assert notes == {}


def test_copies_stay_in_one_split(voc):
    for name in 'abcdef':
        voc.write(name, cat(voc))
    content = (voc.images / 'a.png').read_bytes()
    for name in 'bcd':
        (voc.images / f'{name}.png').write_bytes(content)
    splits, _, notes, _ = read(voc.root, 0.2, 0)
    where = {
        split
        for split, records in splits.items()
        for record in records if record.image.stem in 'abcd'
    }
    assert len(where) == 1
    assert notes == {'images look like another, and are in its split': 3}


def in_sub_folders(voc, **names):
    """Moves images and annotations into sub-folders."""
    for sub, stems in names.items():
        for stem in stems:
            for folder in (voc.annotations, voc.images):
                (folder / sub).mkdir(exist_ok=True)
                path, = folder.glob(f'{stem}.*')
                path.rename(folder / sub / path.name)


def test_sub_folders(voc):
    voc.write('a', cat(voc))
    voc.write('b', cat(voc))
    in_sub_folders(voc, one='a')
    (voc.images / 'one' / 'a.png').rename(voc.images / 'one' / 'b.png')
    (voc.annotations / 'one' / 'a.xml').rename(voc.annotations / 'one' /
                                               'b.xml')
    splits, _, notes, _ = read(voc.root, 0, 0)
    names = [record.name for record in splits['train']]
    assert names == ['b.png', 'one/b.png']
    assert notes == {}


def test_folders_named_by_split(voc):
    for name in 'abc':
        voc.write(name, cat(voc))
    in_sub_folders(voc, train='a', valid='b', test='c')
    splits, *_ = read(voc.root)
    names = {s: [r.name for r in rs] for s, rs in splits.items()}
    assert names == dict(
        train=['train/a.png'], val=['valid/b.png'], test=['test/c.png'])


def write_lists(voc, **lists):
    folder = voc.root / 'ImageSets' / 'Main'
    folder.mkdir(parents=True)
    for split, names in lists.items():
        (folder / f'{split}.txt').write_text('\n'.join(names) + '\n')


def test_split_files(voc):
    for name in ('a', 'b', 'c', 'd'):
        voc.write(name, cat(voc))
    write_lists(voc, train=['c', 'a'], val=['b'])
    splits, _, notes, _ = read(voc.root)
    names = {s: [r.image.stem for r in rs] for s, rs in splits.items()}
    assert names == dict(train=['a', 'c'], val=['b'])
    assert notes['annotations in no split file, left out'] == 1


def test_fractions_overrule_split_files(voc):
    for name in 'abcd':
        voc.write(name, cat(voc))
    write_lists(voc, train=['a'], val=['b'])
    splits, *_ = read(voc.root, 0.25, 0.25)
    assert {
        s: len(records)
        for s, records in splits.items()
    } == {
        'train': 2,
        'val': 1,
        'test': 1
    }


def test_split_files_without_val(voc):
    for name in 'abcdefgh':
        voc.write(name, cat(voc))
    write_lists(voc, train=[*'abcde'], test=['f', 'g'])
    splits, _, notes, _ = read(voc.root)
    assert {
        s: len(rs)
        for s, rs in splits.items()
    } == dict(
        train=4, val=1, test=2)
    assert [r.image.stem for r in splits['test']] == ['f', 'g']
    assert notes == {
        'annotations in no split file, left out': 1,
        'images without annotation, left out': 1,
        'images of train split anew, since there is no val': 5
    }


@pytest.mark.parametrize('lists, expected', [
    (dict(trainval=[*'abcdef'], test=['g']), dict(train=5, val=1, test=1)),
    (dict(train=['a'], val=['b'], trainval=['a', 'b'],
          test=['c']), dict(train=1, val=1, test=1)),
])
def test_trainval(voc, lists, expected):
    for name in 'abcdefg':
        voc.write(name, cat(voc))
    write_lists(voc, **lists)
    splits, *_ = read(voc.root)
    assert {s: len(records) for s, records in splits.items()} == expected


def test_split_file_in_another_encoding(voc):
    voc.write('a', cat(voc))
    write_lists(voc, val=['a'])
    path = voc.root / 'ImageSets' / 'Main' / 'train.txt'
    path.write_bytes('그림'.encode('cp949'))
    assert message(voc.root).startswith(f'{path}: not UTF-8 text')


def test_split_file_empty(voc):
    voc.write('a', cat(voc))
    write_lists(voc, train=['a'], val=[])
    assert 'val.txt: is empty' in message(voc.root)


def test_split_file_names_an_unknown_image(voc):
    voc.write('a', cat(voc))
    write_lists(voc, train=['a'], val=['b'])
    assert 'val.txt:1: "b" has no annotation b.xml' in message(voc.root)


def test_image_in_two_splits(voc):
    voc.write('a', cat(voc))
    write_lists(voc, train=['a'], val=['a'])
    text = message(voc.root)
    assert 'val.txt:1: "a" is in ' in text
    assert 'train.txt:1 already' in text


def test_image_of_the_same_name_before_that_of_filename(voc):
    # "a" was copied to "b", annotation and all, and b.xml still says a.png.
    voc.write('a', cat(voc))
    voc.write('b', cat(voc), filename='a.png')
    splits, *_ = read(voc.root, 0, 0)
    assert [r.image.name for r in splits['train']] == ['a.png', 'b.png']


@pytest.mark.parametrize('filename',
                         ['photo.png', 'photo.jpg', 'C:\\photos\\photo.png'])
def test_image_by_filename(voc, filename):
    voc.write('photo')
    (voc.annotations / 'photo.xml').rename(voc.annotations / 'b.xml')
    path = voc.write('a', cat(voc), filename=filename)
    (voc.images / 'a.png').unlink()
    (voc.annotations / 'b.xml').unlink()
    record, _ = read_one(voc)
    assert path.stem == 'a'
    assert record.image.name == 'photo.png'


@pytest.mark.parametrize('filename', ['../JPEGImages/b.png', '{}/b.png'])
def test_image_outside_of_the_folder(voc, filename):
    voc.write('b').unlink()
    voc.write('a', cat(voc), filename=filename.format(voc.images))
    (voc.images / 'a.png').unlink()
    splits, *_ = read(voc.annotations, 0, 0)
    record, = splits['train']
    assert (record.image, record.name) == (voc.images / 'b.png', 'b.png')


def test_other_xml_below_a_folder_called_labels(voc, tmp_path):
    voc.write('a', cat(voc))
    (voc.root / 'project.xml').write_text('<project/>')
    (tmp_path / 'labels').mkdir()
    voc.root = voc.root.rename(tmp_path / 'labels/voc')
    record, _ = read_one(voc)
    assert record.name == 'a.png'


def test_image_missing(voc):
    path = voc.write('a', cat(voc), filename='b.jpg')
    (voc.images / 'a.png').unlink()
    assert (f'{path}: the image "b.jpg" is not in {voc.root}. Put it there'
            in message(voc.root))


def test_image_missing_and_no_filename(voc):
    path = voc.write('a', cat(voc), filename=' ')
    (voc.images / 'a.png').unlink()
    assert f'{path}: the image "a" is not in {voc.root}' in message(voc.root)


@pytest.mark.parametrize('folders', [('VOC2007', 'VOC2012'),
                                     ('train', 'valid')])
def test_folders_that_have_the_two_each(voc, folders):
    """The folder one level too high, and one for each split."""
    for name, folder in zip('ab', folders):
        voc.write(name, cat(voc))
        (voc.root / folder).mkdir()
        voc.annotations.rename(voc.root / folder / 'Annotations')
        voc.images.rename(voc.root / folder / 'JPEGImages')
        # Masks are no images that somebody forgot.
        masks = voc.root / folder / 'SegmentationClass'
        masks.mkdir()
        (masks / f'{name}.png').write_bytes(b'mask')
        voc.annotations.mkdir()
        voc.images.mkdir()
    voc.annotations.rmdir()
    voc.images.rmdir()
    if 'train' not in folders:
        for split, name, folder in zip(('train', 'val'), 'ab', folders):
            main = voc.root / folder / 'ImageSets' / 'Main'
            main.mkdir(parents=True)
            (main / f'{split}.txt').write_text(name)
    splits, _, notes, _ = read(voc.root)
    assert {
        s: [r.name for r in rs]
        for s, rs in splits.items()
    } == dict(
        train=[f'{folders[0]}/a.png'], val=[f'{folders[1]}/b.png'])
    assert notes == {}


def test_linked_sub_folder(voc, tmp_path):
    voc.write('a', cat(voc))
    in_sub_folders(voc, one='a')
    (voc.images / 'one').rename(tmp_path / 'disk')
    (voc.images / 'one').symlink_to(tmp_path / 'disk')
    record, _ = read_one(voc)
    assert record.name == 'one/a.png'


@pytest.mark.parametrize('on_disk, in_file', [('NFD', 'NFC'), ('NFC', 'NFD')])
def test_spelling_of_the_other_computer(voc, on_disk, in_file):
    for name in ('새', '해'):
        voc.write(normalize(in_file, name), cat(voc))
        (voc.images / normalize(in_file, f'{name}.png')).rename(
            voc.images / normalize(on_disk, f'{name}.png'))
    write_lists(
        voc, train=[normalize(on_disk, '새')], val=[normalize(in_file, '해')])
    splits, _, notes, _ = read(voc.root)
    assert [len(records) for records in splits.values()] == [1, 1]
    assert notes == {}


def test_files_of_macos(voc):
    voc.write('a', cat(voc))
    (voc.root / '__MACOSX').mkdir()
    for folder in (voc.annotations, voc.images, voc.root / '__MACOSX'):
        for name in ('._a.xml', '._a.png'):
            (folder / name).write_bytes(b'none')
    record, notes = read_one(voc)
    assert len(record.boxes) == 1
    assert notes == {}


def test_two_images_of_one_name(voc):
    path = voc.write('a', cat(voc), filename='a')
    (voc.images / 'a.jpg').write_bytes((voc.images / 'a.png').read_bytes())
    text = message(voc.root)
    assert (f'{path}: the image "a" could be any of {voc.images / "a.jpg"}, '
            f'{voc.images / "a.png"}. ') in text


def test_image_undecodable(voc):
    path = voc.write('a', cat(voc))
    (voc.images / 'a.png').write_bytes(b'no image')
    text = message(voc.root)
    assert f'{path}: {voc.images / "a.png"}: cannot be decoded' in text


def test_images_without_annotation_are_counted(voc):
    voc.write('a', cat(voc))
    voc.write('b').unlink()
    _, notes = read_one(voc)
    assert notes == {'images without annotation, left out': 1}


def test_image_without_objects_is_kept(voc):
    voc.write('a', cat(voc))
    voc.write('b')
    splits, _, notes, _ = read(voc.root, 0, 0)
    assert [len(record.boxes) for record in splits['train']] == [1, 0]
    assert notes == {'images without a box, kept as background': 1}


def test_all_bad_files_are_counted(voc):
    first = voc.write('a', cat(voc, 5, 5, 4, 5))
    voc.write('b', cat(voc))
    third = voc.write('c', cat(voc, 100, 100, 200, 200))
    *texts, count = message(voc.root).splitlines()
    assert [text.partition(': the box')[0]
            for text in texts] == [f'{first}: object 1', f'{third}: object 1']
    assert count == (
        f'{voc.root}: 2 problems: 1 boxes without area, 1 boxes outside their '
        'image. --skip-bad leaves these records out and goes on.')


def test_box_partly_outside_is_clipped(voc):
    voc.write('a', cat(voc, 41, 31, 80, 60))
    record, notes = read_one(voc)
    assert record.boxes[0].xywh == [40, 30, 20, 10]
    assert notes == {'boxes clipped to their image': 1}


def test_tools_that_count_from_zero_are_one_pixel_out(voc):
    voc.write('a', cat(voc, 0, 0, 60, 40))
    record, notes = read_one(voc)
    assert record.boxes[0].xywh == [0, 0, 60, 40]
    assert notes == {}


def test_box_outside(voc):
    path = voc.write('a', cat(voc, 100, 1, 120, 9))
    text = message(voc.root)
    assert (f'{path}: object 1: the box of "cat", 99, 0 to 120, 9, on '
            f'{voc.images / "a.png"} of 60 x 40 pixels, is outside') in text


def test_other_size(voc):
    path = voc.write('a', cat(voc), size=(600, 400))
    text = message(voc.root)
    assert f'{path}: is for an image of 600 x 400' in text
    assert '60 x 40' in text


def test_unknown_size(voc):
    voc.write('a', cat(voc), size=(0, 0))
    record, _ = read_one(voc)
    assert (record.width, record.height) == (60, 40)


def rotate(voc, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new('RGB', (60, 40)).save(voc.images / 'a.png', exif=exif)


def test_boxes_on_the_unrotated_photo_are_rotated(voc):
    voc.write('a', cat(voc, 1, 1, 20, 10), size=(60, 40))
    rotate(voc, 6)  # a quarter turn clockwise
    record, notes = read_one(voc)
    assert (record.width, record.height) == (40, 60)
    assert record.boxes[0].xywh == [30, 0, 10, 20]
    assert notes == {'photos whose boxes were rotated as their EXIF says': 1}


def test_boxes_on_the_photo_as_shown_stay(voc):
    voc.write('a', cat(voc, 1, 1, 20, 10), size=(40, 60))
    rotate(voc, 6)
    record, notes = read_one(voc)
    assert record.boxes[0].xywh == [0, 0, 20, 10]
    assert notes == {}


def test_upside_down_photo_is_noted(voc):
    voc.write('a', cat(voc, 1, 1, 20, 10))
    rotate(voc, 3)
    record, notes = read_one(voc)
    assert record.boxes[0].xywh == [0, 0, 20, 10]
    note, = notes
    assert 'turned by EXIF to the same size' in note


def test_annotations_beside_images_as_well_as_in_their_folder(voc):
    """All count, but XML of other kinds."""
    voc.write('a', cat(voc))
    beside = voc.root / 'test' / 'b.xml'
    beside.parent.mkdir()
    written = voc.write('b', cat(voc))
    written.rename(beside)
    (voc.images / 'b.png').rename(beside.parent / 'b.png')
    (voc.root / 'project.xml').write_text('<project/>')
    splits, *_ = read(voc.root, 0, 0)
    assert sorted(record.image.name for records in splits.values()
                  for record in records) == ['a.png', 'b.png']
