import json

import pytest
from PIL import Image

from custom.datasets.formats.samples import SampleBox
from custom.utils.errors import InputError
from tests.helpers.importing import importer

read = importer('labelme')


def write_image(path, size=(60, 40), orientation=1):
    """An image, not the same bytes for two names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    exif[0x0112] = orientation
    gray = (sum(str(path).encode()) % 256, ) * 3
    Image.new('RGB', size, gray).save(path, exif=exif)


def shape(*points, label='cat', kind='rectangle', **further):
    return dict(
        label=label,
        points=[*map(list, points)],
        shape_type=kind,
        group_id=None,
        flags={},
        **further)


CAT = shape((10, 20), (40, 30))


def write(path, *shapes, image='', size=(60, 40), **further):
    data = dict(
        version='5.4.1',
        flags={},
        shapes=[*shapes],
        imagePath=image or f'{path.stem}.jpg',
        imageData=None,
        imageHeight=size[1],
        imageWidth=size[0])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**data, **further}))
    return path


@pytest.fixture
def one(tmp_path):
    """A function: reads a folder of one image, a.jpg, with shapes."""

    def read_one(*shapes, orientation=1, pixels=(60, 40), **further):
        write_image(tmp_path / 'a.jpg', pixels, orientation)
        write(tmp_path / 'a.json', *shapes, **further)
        splits, _, notes, _ = read(tmp_path, 0, 0)
        record, = splits['train']
        return record, notes

    return read_one


def message(*args, **options):
    with pytest.raises(InputError) as caught:
        read(*args, **options)
    return str(caught.value)


def test_empty_folder(tmp_path):
    assert message(tmp_path).startswith(
        f'{tmp_path}: no JSON file of LabelMe.')


def test_other_json(tmp_path):
    (tmp_path / 'a.json').write_text('{"things": []}')
    assert 'no JSON file of LabelMe' in message(tmp_path)


def test_record(one, tmp_path):
    record, notes = one(CAT, shape((0, 0), (60, 40), label=' dog '))
    assert record.image == tmp_path / 'a.jpg'
    assert (record.width, record.height) == (60, 40)
    assert record.boxes == [
        SampleBox('cat', [10, 20, 30, 10]),
        SampleBox('dog', [0, 0, 60, 40])
    ]
    assert notes == {}


@pytest.mark.parametrize('corners',
                         [((10, 20), (40, 30)), ((40, 30), (10, 20)),
                          ((10, 30), (40, 20)),
                          ((10, 20), (40, 20), (40, 30), (10, 30))])
def test_corners_in_any_order(one, corners):
    record, _ = one(shape(*corners))
    assert record.boxes == [SampleBox('cat', [10, 20, 30, 10])]


@pytest.mark.parametrize('kind', ['polygon', 'rotation', None])
def test_polygon(one, kind):
    record, _ = one(shape((10, 10), (50, 20), (30, 35), kind=kind))
    assert record.boxes == [
        SampleBox(
            'cat', [10, 10, 40, 25],
            extra=dict(segmentation=[[10, 10, 50, 20, 30, 35]]))
    ]


def test_circle(one):
    record, _ = one(shape((20, 20), (23, 24), kind='circle'))
    assert record.boxes == [SampleBox('cat', [15, 15, 10, 10])]


def test_mask_includes_its_last_pixel(one):
    record, _ = one(shape((3, 4), (7, 9), kind='mask', mask='iVBORw0KGgo='))
    assert record.boxes == [SampleBox('cat', [3, 4, 5, 6])]


def test_lines_and_points_are_left_out(one):
    kinds = dict(line=2, linestrip=3, point=1, points=3)
    record, notes = one(
        CAT,
        *(shape(*[(5, 5)] * count, kind=kind)
          for kind, count in kinds.items()))
    assert len(record.boxes) == 1
    assert notes == {'lines and points, which have no area, left out': 4}


def test_what_else_is_known_is_kept(one):
    marks = dict(CAT, group_id=0, flags=dict(old=True, new=False))
    record, _ = one(
        dict(marks, description='left', difficult=True, score=0.5),
        dict(CAT, description='', difficult=False, score=None),
        dict(CAT, flags=dict(iscrowd=True)))
    assert [(box.crowd, box.extra)
            for box in record.boxes] == [(False,
                                          dict(
                                              group_id=0,
                                              description='left',
                                              difficult=1,
                                              score=0.5,
                                              flags=dict(old=True))),
                                         (False, {}), (True, {})]


@pytest.mark.parametrize('bad, words', [
    (7, 'shape 2 is 7, not an object'),
    (shape((1, 1), (9, 9), label=''), 'shape 2 has no "label"'),
    (dict(label='cat'), 'shape 2 ("cat", polygon) has no list of points'),
    (shape((1, 1), (9, 9), kind='polygon'), 'has 2 points, and needs 3'),
    (shape((1, 1)), 'shape 2 ("cat", rectangle) has one point alone'),
    (shape((1, 1), ('x', 9)), "has 'x' where a number must be"),
    (shape((5, 5), (5, 9)), 'shape 2: the box of "cat", 5, 5, 5, 9 (x1, y1, '),
    (shape((70, 5), (90, 9)), 'is outside the image'),
])
def test_bad_shapes(one, tmp_path, bad, words):
    with pytest.raises(InputError) as caught:
        one(CAT, bad)
    assert str(caught.value).startswith(f'{tmp_path}/a.json: shape 2')
    assert words in str(caught.value)


@pytest.mark.parametrize('name', [
    'a.jpg', '../images/a.jpg', '..\\images\\a.jpg', 'C:\\me\\a.jpg',
    'stale.jpg', '', None
])
def test_names_of_images(tmp_path, name):
    write_image(tmp_path / 'images' / 'a.jpg')
    write(tmp_path / 'labels' / 'a.json', CAT, imagePath=name)
    record, = read(tmp_path, 0, 0).splits['train']
    assert record.image == tmp_path / 'images' / 'a.jpg'


def test_one_file(tmp_path):
    write_image(tmp_path / 'a.jpg')
    record, = read(write(tmp_path / 'a.json', CAT), 0, 0).splits['train']
    assert record.image == tmp_path / 'a.jpg'


def test_image_missing(tmp_path):
    write_image(tmp_path / 'b.jpg')
    path = write(tmp_path / 'a.json', CAT)
    assert message(tmp_path).startswith(
        f'{path}: the image "a.jpg" is not in {tmp_path}. Put it there')
    write(path, CAT, imageData='/9j/4AAQSkZJRg==')
    assert ('The file has its picture inside ("imageData"): LabelMe\'s '
            'labelme_export_json writes it out.') in message(tmp_path)


def test_image_without_shapes_is_background(tmp_path):
    for name in 'ab':
        write_image(tmp_path / f'{name}.jpg')
        write(tmp_path / f'{name}.json', *[CAT] * (name == 'a'))
    _, _, notes, _ = read(tmp_path, 0, 0)
    assert notes == {'images without a box, kept as background': 1}


@pytest.mark.parametrize('size', [(None, None), (0, 0), ('60', 40)])
def test_unknown_size(one, size):
    record, _ = one(CAT, size=size)
    assert (record.width, record.height) == (60, 40)


def test_other_size(one):
    with pytest.raises(InputError, match='is for an image of 600 x 400'):
        one(CAT, size=(600, 400))


def test_photo_annotated_as_shown(one):
    record, notes = one(CAT, pixels=(40, 60), orientation=6)
    assert record.boxes == [SampleBox('cat', [10, 20, 30, 10])]
    assert notes == {}


def test_folders_named_by_split(tmp_path):
    for split in ('train', 'valid', 'test'):
        write_image(tmp_path / split / '1.jpg')
        write(tmp_path / split / '1.json', CAT)
    splits = read(tmp_path).splits
    assert {
        s: [r.name for r in rs]
        for s, rs in splits.items()
    } == dict(
        train=['train/1.jpg'], val=['valid/1.jpg'], test=['test/1.jpg'])


def test_files_that_are_cut_off_or_of_another_kind(tmp_path):
    for name in 'abcd':
        write_image(tmp_path / f'{name}.jpg')
    content = write(tmp_path / 'a.json', CAT).read_text()
    (tmp_path / 'b.json').write_text(content[:-9])
    (tmp_path / 'c.json').write_text(content[:20])
    write(tmp_path / 'd.json', CAT, shapes=3)
    (tmp_path / 'labels.json').write_text('{"cat": 1}')
    *texts, count = message(tmp_path).splitlines()
    assert [text.partition(': not LabelMe JSON')[0] for text in texts
            ] == [f'{tmp_path}/{name}.json' for name in 'bcd']
    assert '3 annotation files that cannot be read' in count
    _, _, notes, _ = read(tmp_path, 0, 0, skip_bad=True)
    assert notes['JSON files that are not LabelMe, passed over'] == 1


def test_files_of_macos(one, tmp_path):
    (tmp_path / '._a.json').write_bytes(b'none')
    _, notes = one(CAT)
    assert notes == {}


def test_named_coco(tmp_path):
    write_image(tmp_path / 'a.jpg')
    write(tmp_path / 'a.json', CAT)
    splits, _, notes, _ = importer('coco')(tmp_path, 0, 0)
    assert splits['train'][0].boxes == [SampleBox('cat', [10, 20, 30, 10])]
    assert notes == {'JSON files are LabelMe, read as such': 1}
