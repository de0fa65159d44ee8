import json
from unicodedata import normalize

import pytest
from PIL import Image

from custom.datasets.formats.samples import SampleBox
from custom.utils.errors import InputError
from tests.helpers.importing import importer

read = importer('coco')

# Ids in no order and with gaps, as exports have them.
CATEGORIES = [
    dict(id=18, name='dog', supercategory='animal'),
    dict(id=3, name='cat')
]
NOTHING = 'no image has a box'


def write_image(path, size=(60, 40), orientation=1):
    """An image, not the same bytes for two names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    exif[0x0112] = orientation
    gray = (sum(str(path).encode()) % 256, ) * 3
    Image.new('RGB', size, gray).save(path, exif=exif)


def write(path, *images, categories=CATEGORIES, **further):
    """A COCO file; each image is its name and its annotations.

    An annotation is [category id, x, y, w, h] or further keys with it.
    """
    data = dict(images=[], annotations=[], categories=categories)
    for image_id, (name, *annotations) in enumerate(images, 70):
        data['images'].append(
            dict(id=image_id, file_name=name, width=60, height=40, **further))
        for annotation in annotations:
            (category, *bbox), extra = (
                annotation if isinstance(annotation, tuple) else
                (annotation, {}))
            data['annotations'].append({
                'id': len(data['annotations']) + 500,
                'image_id': image_id,
                'category_id': category,
                'bbox': bbox,
                **extra
            })
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))
    return path


def edit(path, change):
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data))


@pytest.fixture
def one(tmp_path):
    """A function: reads a folder of one image, a.jpg, with annotations."""

    def read_one(*annotations, orientation=1, size=(60, 40), **further):
        write_image(tmp_path / 'a.jpg', size, orientation)
        write(tmp_path / 'a.json', ('a.jpg', *annotations), **further)
        splits, _, notes, _ = read(tmp_path, 0, 0)
        record, = splits['train']
        return record, notes

    return read_one


def names(splits):
    return {s: [r.name for r in records] for s, records in splits.items()}


def message(*args, **options):
    with pytest.raises(InputError) as caught:
        read(*args, **options)
    return str(caught.value)


def test_no_folder(tmp_path):
    text = message(tmp_path / 'none')
    assert 'none: no such file or folder' in text


def test_folder_without_json(tmp_path):
    (tmp_path / 'a.jpg').write_bytes(b'')
    assert f'{tmp_path}: no JSON file' in message(tmp_path)


def test_no_annotation_anywhere(one):
    with pytest.raises(InputError, match=NOTHING):
        one()


def test_not_coco(tmp_path):
    path = tmp_path / 'a.json'
    path.write_text('{"things": []}')
    assert f'{path}: has no list "images"' in message(path)


def test_record(one, tmp_path):
    record, notes = one([18, 10, 20, 30, 10], [3, 0.5, 0, 1.5, 1], license=4)
    assert record.image == tmp_path / 'a.jpg'
    assert (record.width, record.height) == (60, 40)
    assert record.boxes == [
        SampleBox('dog', [10, 20, 30, 10]),
        SampleBox('cat', [0.5, 0, 1.5, 1])
    ]
    assert record.extra == dict(license=4)
    assert notes == {}


def test_classes_by_name_in_the_order_of_the_ids(tmp_path):
    write_image(tmp_path / 'a.jpg')
    write(tmp_path / 'a.json', ('a.jpg', [18, 0, 0, 9, 9]))
    assert read(tmp_path, 0, 0).classes == ('cat', 'dog')


def test_what_else_is_known_is_kept(one):
    mask = dict(size=[40, 60], counts='abc')
    record, notes = one(
        ([3, 0, 0, 9, 9], dict(segmentation=[[0, 0, 9, 0, 9, 9]], area=40.5)),
        ([3, 0, 0, 9, 9], dict(segmentation=mask, iscrowd=1, area=0)),
        ([3, 0, 0, 9, 9], dict(ignore=1, score=0.5)))
    box = [0, 0, 9, 9]
    assert record.boxes == [
        SampleBox('cat', box, False,
                  dict(segmentation=[[0, 0, 9, 0, 9, 9]], area=40.5)),
        SampleBox('cat', box, True, dict(segmentation=mask)),
        SampleBox('cat', box, True, dict(score=0.5))
    ]
    assert notes == {
        'boxes marked iscrowd or ignore, neither object nor background': 2
    }


def test_boxes_are_clipped_and_empty_ones_left_out(one):
    record, notes = one([3, 50, 30, 20, 20], [3, 5, 5, 0, 9], [3, 5, 5, 9, 0])
    assert record.boxes == [SampleBox('cat', [50, 30, 10, 10])]
    assert notes == {
        'boxes clipped to their image': 1,
        'boxes without area, left out': 2
    }


@pytest.mark.parametrize('box, words', [
    ([60, 0, 9, 9], ': the box of "cat", 60, 0 to 69, 9, on {image} of 60 x '
     '40 pixels, is outside the image.'),
    ([9, 0, -9, 9],
     ': the box of "cat", 9, 0, -9, 9 (x, y, width, height), on {image}, has '
     'its corners exchanged'),
])
def test_bad_boxes(one, tmp_path, box, words):
    with pytest.raises(InputError) as caught:
        one([3, 0, 0, 9, 9], [3, *box], [18, *box])
    text = str(caught.value)
    words = words.format(image=tmp_path / 'a.jpg')
    assert f'a.json: annotation id 501{words}' in text
    assert f'{tmp_path}: 2 problems: 2 boxes ' in text


def test_dangling_category(one):
    with pytest.raises(InputError, match='category_id 5, which is not in'):
        one([5, 0, 0, 9, 9])


def test_photo_annotated_as_stored(one):
    # Stored 60 x 40, a quarter turn clockwise when shown.
    polygon = [0, 0, 20, 0, 20, 10]
    record, notes = one(
        ([3, 0, 0, 20, 10], dict(segmentation=[polygon], area=100)),
        ([3, 0, 0, 20, 10], dict(segmentation=dict(counts='abc'))),
        ([3, 0, 0, 20, 10
          ], dict(segmentation=[], keypoints=[1, 1, 2], num_keypoints=1)),
        orientation=6)
    assert (record.width, record.height) == (40, 60)
    assert [box.xywh for box in record.boxes] == [[30, 0, 10, 20]] * 3
    assert [box.extra for box in record.boxes] == [
        dict(segmentation=[[40, 0, 40, 20, 30, 20]], area=100), {},
        dict(segmentation=[])
    ]
    assert notes == {
        'photos whose boxes were rotated as their EXIF says': 1,
        'masks of rotated or scaled photos, left out': 1,
        'keypoints of rotated or scaled photos, left out': 1
    }


def test_photo_annotated_as_shown(one):
    # Stored 40 x 60, shown 60 x 40, as the file says.
    polygon = [[0, 0, 20, 0, 20, 10]]
    record, notes = one(([3, 0, 0, 20, 10], dict(segmentation=polygon)),
                        orientation=6,
                        size=(40, 60))
    assert (record.width, record.height) == (60, 40)
    assert record.boxes == [
        SampleBox('cat', [0, 0, 20, 10], extra=dict(segmentation=polygon))
    ]
    assert notes == {}


def test_other_size(one, tmp_path):
    with pytest.raises(InputError) as caught:
        one([3, 0, 0, 9, 9], size=(600, 400))
    assert (f'a.json: image id 70: is for an image of 60 x 40 pixels, but '
            f'{tmp_path / "a.jpg"} has 600 x 400. The boxes would be elsewhere'
            ) in str(caught.value)


def test_images_that_are_not_there(tmp_path):
    write_image(tmp_path / 'a.jpg')
    path = write(tmp_path / 'a.json', ('b.jpg', ), ('a.jpg', ), ('c.jpg', ))
    text = message(tmp_path)
    for position, name in ((70, 'b.jpg'), (72, 'c.jpg')):
        assert (f'{path}: image id {position}: the image "{name}" is not in '
                f'{tmp_path}.') in text
    assert f'{tmp_path}: 2 problems: 2 images that are not there.' in text


def test_no_image_there(tmp_path):
    path = write(tmp_path / 'annotations' / 'a.json', ('a.jpg', ))
    text = message(tmp_path)
    assert (f'{path}: none of its images is there; the image "a.jpg" is not '
            f'in {tmp_path}.') in text
    assert '--images' in text


def test_image_undecodable(tmp_path):
    (tmp_path / 'a.jpg').write_bytes(b'no image')
    write(tmp_path / 'a.json', ('a.jpg', ))
    text = message(tmp_path)
    assert 'a.json: image id 70: ' in text
    assert 'a.jpg: cannot be decoded' in text


def test_images_without_a_record_are_counted(one, tmp_path):
    write_image(tmp_path / 'b.jpg')
    _, notes = one([3, 0, 0, 9, 9])
    assert notes == {'images without annotation, left out': 1}


BOX = [3, 0, 0, 9, 9]


def test_official_folder(tmp_path):
    for split in ('train2017', 'val2017'):
        write_image(tmp_path / split / '1.jpg')
        for kind in ('instances', 'captions', 'person_keypoints'):
            write(tmp_path / 'annotations' / f'{kind}_{split}.json',
                  ('1.jpg', BOX))
    splits, classes, *_ = read(tmp_path)
    assert names(splits) == dict(
        train=['train2017/1.jpg'], val=['val2017/1.jpg'])
    assert classes == ('cat', 'dog')


def test_roboflow_folder(tmp_path):
    for split in ('train', 'valid', 'test'):
        write_image(tmp_path / split / '1.jpg')
        write(tmp_path / split / '_annotations.coco.json', ('1.jpg', BOX))
    splits, *_ = read(tmp_path)
    assert names(splits) == dict(
        train=['train/1.jpg'], val=['valid/1.jpg'], test=['test/1.jpg'])


def test_our_own_folder(tmp_path):
    for split in ('train', 'val'):
        write_image(tmp_path / 'images' / 'sub' / f'{split}.jpg')
        write(tmp_path / 'annotations' / f'{split}.json',
              (f'sub/{split}.jpg', BOX))
    splits, _, notes, _ = read(tmp_path)
    assert names(splits) == dict(train=['sub/train.jpg'], val=['sub/val.jpg'])
    assert notes == {}


@pytest.mark.parametrize('name', [
    'a.jpg', 'images/a.jpg', './a.jpg', 'images\\a.jpg', '/home/me/a.jpg',
    'C:\\photos\\a.jpg', '../../a.jpg'
])
def test_names_of_images(tmp_path, name):
    write_image(tmp_path / 'images' / 'a.jpg')
    path = write(tmp_path / 'result.json', (name, BOX))
    record, = read(path, 0, 0).splits['train']
    assert record.image == tmp_path / 'images' / 'a.jpg'
    assert record.name.rpartition('/')[2] == 'a.jpg'
    assert '..' not in record.name


def test_images_elsewhere(tmp_path):
    write_image(tmp_path / 'photos' / 'a.jpg')
    path = write(tmp_path / 'json' / 'a.json', ('a.jpg', BOX))
    splits, *_ = read(path, 0, 0, images=tmp_path / 'photos')
    assert names(splits) == dict(train=['a.jpg'])


def lone_file(tmp_path, name, num=10):
    for number in range(num):
        write_image(tmp_path / f'{number}.jpg')
    return write(tmp_path / name, *((f'{i}.jpg', BOX) for i in range(num)))


@pytest.mark.parametrize('name', ['all.json', 'train.json', 'val.json'])
def test_lone_file_is_split(tmp_path, name):
    path = lone_file(tmp_path, name)
    for src in (path, tmp_path):
        splits, *_ = read(src)
        assert {
            s: len(rs)
            for s, rs in splits.items()
        } == dict(
            train=7, val=2, test=1)


def test_fractions_overrule_files(tmp_path):
    lone_file(tmp_path, 'train.json', 8)
    write_image(tmp_path / 'v.jpg')
    write_image(tmp_path / 'w.jpg')
    write(tmp_path / 'val.json', ('v.jpg', BOX), ('w.jpg', BOX))
    splits, *_ = read(tmp_path, 0.3, 0)
    assert {s: len(rs) for s, rs in splits.items()} == dict(train=7, val=3)


def test_two_files_of_one_split(tmp_path):
    write_image(tmp_path / 'a.jpg')
    write(tmp_path / 'train2014.json', ('a.jpg', BOX))
    write(tmp_path / 'train2017.json', ('a.jpg', BOX))
    text = message(tmp_path)
    assert 'train2017.json: is of the same split as ' in text


def test_file_of_no_split_beside_others(tmp_path):
    write_image(tmp_path / 'a.jpg')
    write(tmp_path / 'train.json', ('a.jpg', BOX))
    write(tmp_path / 'more.json', ('a.jpg', BOX))
    assert 'more.json: which split is it?' in message(tmp_path)


def test_categories_differ_between_splits(tmp_path):
    for name, cls in (('train', 'cat'), ('val', 'Cat'), ('test', 'cta')):
        write_image(tmp_path / f'{name}.jpg')
        write(
            tmp_path / f'{name}.json', (f'{name}.jpg', BOX),
            categories=[dict(id=3, name=cls)])
    _, classes, notes, _ = read(tmp_path)
    assert classes == ('cat', 'cta')
    assert notes == {"classes that are not in every split's file": 2}


@pytest.mark.parametrize('other, missing', [('boat', 2), ('Ship', 0)])
def test_aliases_are_classes_of_their_own(tmp_path, other, missing):
    for name, cls in (('train', 'ship'), ('val', other)):
        write_image(tmp_path / f'{name}.jpg')
        write(
            tmp_path / f'{name}.json', (f'{name}.jpg', BOX),
            categories=[dict(id=3, name=cls)])
    _, classes, notes, _ = read(tmp_path)
    assert classes == (('ship', 'boat') if missing else ('ship', ))
    assert notes.get("classes that are not in every split's file",
                     0) == missing


def test_cvat_folder(tmp_path):
    for split in ('Train', 'Validation'):
        write_image(tmp_path / 'images' / split / '1.jpg')
        write(tmp_path / 'annotations' / f'instances_{split}.json',
              ('1.jpg', BOX))
    splits, *_ = read(tmp_path)
    assert names(splits) == dict(
        train=['Train/1.jpg'], val=['Validation/1.jpg'])


@pytest.mark.parametrize('name',
                         ['x' * 300 + '.jpg', 'n\0ul.jpg', '\ud800.jpg'])
def test_names_that_no_disk_takes(tmp_path, name):
    write_image(tmp_path / 'a.jpg')
    write(tmp_path / 'a.json', ('a.jpg', BOX), (name, BOX))
    assert 'a.json: image id 71: the image "' in message(tmp_path)


@pytest.mark.parametrize('on_disk, in_file', [('NFD', 'NFC'), ('NFC', 'NFD')])
def test_spelling_of_the_other_computer(tmp_path, on_disk, in_file):
    write_image(tmp_path / normalize(on_disk, 'images/그림/새.jpg'))
    write(tmp_path / 'a.json', (normalize(in_file, '그림/새.jpg'), BOX))
    splits, _, notes, _ = read(tmp_path, 0, 0)
    assert names(splits) == dict(train=[normalize(on_disk, '그림/새.jpg')])
    assert notes == {}


def test_files_of_macos(one, tmp_path):
    (tmp_path / '__MACOSX').mkdir()
    for name in ('._a.json', '._a.jpg', '__MACOSX/a.json', '__MACOSX/a.jpg'):
        (tmp_path / name).write_bytes(b'none')
    record, notes = one(BOX)
    assert len(record.boxes) == 1
    assert notes == {}


def test_results_are_boxes_of_the_images_of_the_file_beside(tmp_path):
    write_image(tmp_path / 'a.jpg')
    path = write(tmp_path / 'image_info.json', ('a.jpg', ))
    results = tmp_path / 'results.json'
    results.write_text(
        json.dumps([
            dict(image_id=70, category_id=3, bbox=[1, 2, 3, 4], score=0.5),
            dict(image_id=71, category_id=3, bbox=[1, 2, 3, 4], score=0.5)
        ]))
    splits, classes, _, problems = read(results, 0, 0, skip_bad=True)
    record, = splits['train']
    assert record.boxes == [
        SampleBox('cat', [1, 2, 3, 4], False, dict(score=0.5))
    ]
    assert classes == ('cat', 'dog')
    text, = problems
    assert text.startswith(f'{results}: [1] has image_id 71, which is not in')
    path.unlink()
    assert 'Put the COCO file that they are of beside it' in message(results)


def test_another_kind_of_json_is_named(tmp_path):
    path = tmp_path / 'a.json'
    path.write_text('{"info": {}, "categories": {}, "items": []}')
    assert f'{path}: is a Datumaro file' in message(path)


def test_sizes_and_boxes_that_are_missing(tmp_path):
    """The size is measured, and the box is that of the polygon or mask."""
    write_image(tmp_path / 'a.jpg')
    polygon = [[2, 3, 12, 3, 12, 23]]
    runs = dict(size=[40, 60], counts=[5 * 40 + 10, 8, 32, 8, 40 * 53 + 22])
    path = write(tmp_path / 'a.json',
                 ('a.jpg', ([3, 0], dict(segmentation=polygon)),
                  ([3], dict(segmentation=polygon)),
                  ([3], dict(segmentation=runs)), [3, 1, 1, 5, 5]))

    def change(data):
        del data['images'][0]['width']
        data['images'][0]['height'] = 0
        del data['annotations'][0]['bbox']

    edit(path, change)
    splits, _, notes, _ = read(tmp_path, 0, 0)
    record, = splits['train']
    assert (record.width, record.height) == (60, 40)
    assert [box.xywh for box in record.boxes] == [[2, 3, 10,
                                                   20], [2, 3, 10, 20],
                                                  [5, 10, 2, 8], [1, 1, 5, 5]]
    assert notes == {
        'images without width and height, measured': 1,
        'boxes made of their polygon or mask': 3
    }


def test_ids_as_text_and_as_numbers(tmp_path):
    write_image(tmp_path / 'a.jpg')
    path = write(tmp_path / 'a.json', ('a.jpg', BOX))

    def change(data):
        data['annotations'][0].update(image_id='70', category_id='3')

    edit(path, change)
    splits, *_ = read(tmp_path, 0, 0)
    assert [box.name for box in splits['train'][0].boxes] == ['cat']


def test_the_root_category_of_roboflow_is_left_out(tmp_path):
    write_image(tmp_path / 'a.jpg')
    categories = [
        dict(id=0, name='animals', supercategory='none'),
        dict(id=1, name='cat', supercategory='animals'),
        dict(id=2, name='dog', supercategory='animals')
    ]
    write(
        tmp_path / 'a.json', ('a.jpg', [1, 0, 0, 9, 9]), categories=categories)
    _, classes, notes, _ = read(tmp_path, 0, 0)
    assert classes == ('cat', 'dog')
    assert notes == {
        'category without a box, the parent of all others, left out: animals':
        1
    }
    write(
        tmp_path / 'a.json', ('a.jpg', [0, 0, 0, 9, 9]), categories=categories)
    assert read(tmp_path, 0, 0).classes == ('animals', 'cat', 'dog')


def test_one_file_in_two_splits_names_both(tmp_path):
    write_image(tmp_path / 'images' / 'a.jpg')
    paths = [
        write(tmp_path / 'annotations' / f'{split}.json', ('a.jpg', BOX))
        for split in ('train', 'val')
    ]
    assert message(tmp_path).startswith(
        f'{paths[1]}: image id 70: {tmp_path / "images" / "a.jpg"} is in val, '
        f'and in train by {paths[0]}: image id 70.')


def test_bad_records_are_left_out(tmp_path):
    """An image without a name, two of one id, a box of an image and one of a
    category that is not there, a box of three numbers: the last is good."""
    for name in 'abcd':
        write_image(tmp_path / f'{name}.jpg')
    path = write(tmp_path / 'a.json', ('a.jpg', BOX), ('b.jpg', BOX),
                 ('c.jpg', BOX), ('d.jpg', [9, 0, 0, 9, 9], [3, 0, 0, 9], BOX))

    def change(data):
        data['images'][0]['file_name'] = ''
        data['images'][2]['id'] = 71

    edit(path, change)
    *_, count = message(tmp_path).splitlines()
    assert count.startswith(f'{tmp_path}: 6 problems: 6 records that are not '
                            'whole. ')
    splits, _, _, problems = read(tmp_path, 0, 0, skip_bad=True)
    assert names(splits) == dict(train=['d.jpg'])
    assert [len(record.boxes) for record in splits['train']] == [1]
    assert [*problems.left_out.items()] == [('record', 6)]


def test_two_records_of_one_image_are_joined(tmp_path):
    """The box that both have is one."""
    write_image(tmp_path / 'a.jpg')
    write(tmp_path / 'a.json', ('a.jpg', BOX), ('a.jpg', BOX, [18, *BOX[1:]]))
    assert 'is recorded at' in message(tmp_path)
    splits, *_ = read(tmp_path, 0, 0, mend=True)
    record, = splits['train']
    assert [box.name for box in record.boxes] == ['cat', 'dog']


@pytest.mark.parametrize('flag', ['0', 'false', 'False', False, 0.0, None])
def test_flags_that_say_no(one, flag):
    record, _ = one(([3, 0, 0, 9, 9], dict(iscrowd=flag, ignore=flag)))
    assert not record.boxes[0].crowd


def test_a_flag_that_says_neither(one):
    with pytest.raises(InputError, match="has 'perhaps' for a flag"):
        one(([3, 0, 0, 9, 9], dict(iscrowd='perhaps')))


def test_boxes_as_text(one):
    record, _ = one([3, '10', '20.5', '9', '8'])
    assert record.boxes == [SampleBox('cat', [10, 20.5, 9, 8])]


def test_ids_that_pandas_made_floats(one, tmp_path):
    one([3, 0, 0, 9, 9])

    def change(data):
        data['images'][0]['id'] = 70.0
        data['annotations'][0].update(image_id=70.0, category_id=3.0)

    edit(tmp_path / 'a.json', change)
    assert len(read(tmp_path, 0, 0).splits['train'][0].boxes) == 1


def test_a_category_id_of_two_names(one):
    twice = [dict(id=3, name='cat'), dict(id=3, name='dog')]
    with pytest.raises(InputError, match='id 3 is of "cat" and of "dog"'):
        one([3, 0, 0, 9, 9], categories=twice)


@pytest.mark.parametrize('key', ['path', 'filename', 'coco_url'])
def test_other_keys_of_the_file_name(one, tmp_path, key):
    one([3, 0, 0, 9, 9])

    def change(data):
        data['images'][0][key] = '/data/' + data['images'][0].pop('file_name')

    edit(tmp_path / 'a.json', change)
    assert names(read(tmp_path, 0, 0).splits) == dict(train=['a.jpg'])


def test_no_record_of_an_image_is_whole(one, tmp_path):
    one([3, 0, 0, 9, 9])
    edit(tmp_path / 'a.json', lambda data: data['images'][0].pop('file_name'))
    assert 'image id 70 has no "file_name"' in message(tmp_path)
    assert 'no record of an image is whole' in message(tmp_path, skip_bad=True)


@pytest.mark.parametrize('text', ['', '[]', '{"root": {}}', "{'images': []}"])
def test_the_only_json_is_told(tmp_path, text):
    path = tmp_path / 'labels.JSON'
    path.write_text(text)
    assert str(path) in message(tmp_path)


def test_a_split_that_is_cut_off(tmp_path):
    write_image(tmp_path / 'a.jpg')
    write(tmp_path / 'train.json', ('a.jpg', [3, 0, 0, 9, 9]))
    (tmp_path / 'val.json').write_text('{"info": ')
    assert f'{tmp_path}/val.json: not JSON' in message(tmp_path)


def test_a_box_beyond_any_float(tmp_path):
    write_image(tmp_path / 'a.jpg')
    path = write(tmp_path / 'a.json',
                 ('a.jpg', [3, 0, 0, 9, 9], [3] + [1e308] * 4))
    assert f'{path}: annotation id 501: the box' in message(tmp_path)


def test_json_some_folders_deeper(tmp_path):
    write_image(tmp_path / 'project/ds/img/a.jpg')
    write(tmp_path / 'project/ds/annotations/instances.json',
          ('a.jpg', [3, 0, 0, 9, 9]))
    assert names(read(tmp_path, 0, 0).splits) == dict(train=['a.jpg'])


def test_other_json_beside_that_has_annotations_as_no_list(tmp_path):
    """As the drawn sample data set has it, of checksums."""
    for split in ('train', 'val'):
        write_image(tmp_path / 'images' / f'{split}.jpg')
        write(tmp_path / 'annotations' / f'{split}.json',
              (f'{split}.jpg', BOX))
    (tmp_path / 'source.json').write_text('{"annotations": {"train": "15ab"}}')
    splits, _, notes, _ = read(tmp_path)
    assert names(splits) == dict(train=['train.jpg'], val=['val.jpg'])
    assert notes == {'JSON files that are not COCO, passed over': 1}


def test_instances_of_one_split_and_another_file_of_the_other(tmp_path):
    for split, name in (('train', 'instances_train'), ('val', 'val')):
        write_image(tmp_path / split / '1.jpg')
        write(tmp_path / 'annotations' / f'{name}.json', ('1.jpg', BOX))
    splits, *_ = read(tmp_path)
    assert names(splits) == dict(train=['train/1.jpg'], val=['val/1.jpg'])


def test_lone_file_of_stuff(tmp_path):
    write_image(tmp_path / '1.jpg')
    write(tmp_path / 'my_stuff.json', ('1.jpg', BOX))
    assert names(read(tmp_path, 0, 0)[0]) == dict(train=['1.jpg'])


def test_area_in_fractions_is_made_anew(tmp_path):
    write_image(tmp_path / '1.jpg')
    write(tmp_path / 'a.json',
          ('1.jpg', ([3, .1, .2, .3, .4], dict(area=.12))))
    splits, *_ = read(tmp_path, 0, 0, unit='fractions')
    box, = splits['train'][0].boxes
    assert box.xywh == pytest.approx([6, 8, 18, 16])
    assert 'area' not in box.extra
