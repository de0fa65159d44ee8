import pytest
from PIL import Image

from custom.datasets.formats.samples import SampleBox
from custom.utils.errors import InputError
from tests.helpers.importing import importer

read = importer('cvat')

META = '''<meta><task><labels>
<label><name>dog</name><attributes><attribute><name>age</name></attribute>
</attributes></label><label><name>cat</name></label>
<label><name>ear</name><parent>dog</parent></label></labels></task></meta>'''


def write_image(path, size=(60, 40)):
    """An image, not the same bytes for two names."""
    path.parent.mkdir(parents=True, exist_ok=True)
    gray = (sum(str(path).encode()) % 256, ) * 3
    Image.new('RGB', size, gray).save(path)


def node(tag, content='', **attributes):
    words = ''.join(f' {key}="{value}"' for key, value in attributes.items())
    return f'<{tag}{words}>{content}</{tag}>'


def box(*corners, label='cat', content='', **further):
    edges = dict(zip(('xtl', 'ytl', 'xbr', 'ybr'), corners))
    return node(
        'box', content, label=label, source='manual', **edges, **further)


CAT = box(10, 20, 40, 30)
BOX = SampleBox('cat', [10, 20, 30, 10])


def image(name, *shapes, size=(60, 40), **further):
    width, height = size
    return node(
        'image',
        ''.join(shapes),
        id=3,
        name=name,
        width=width,
        height=height,
        **further)


def write(path, *children, meta=META):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('<?xml version="1.0" encoding="utf-8"?>\n<annotations>'
                    f'<version>1.1</version>{meta}{"".join(children)}'
                    '</annotations>')
    return path


@pytest.fixture
def one(tmp_path):
    """A function: reads the shapes of one image, a.jpg."""

    def read_one(*shapes, **further):
        write_image(tmp_path / 'a.jpg')
        write(tmp_path / 'annotations.xml', image('a.jpg', *shapes, **further))
        splits, _, notes, _ = read(tmp_path, 0, 0)
        record, = splits['train']
        return [*record.boxes], notes

    return read_one


def message(*args, **options):
    with pytest.raises(InputError) as caught:
        read(*args, **options)
    return str(caught.value)


def names(splits):
    return {s: [r.name for r in records] for s, records in splits.items()}


def test_empty_folder(tmp_path):
    assert f'{tmp_path}: no XML file of CVAT' in message(tmp_path)


def test_record(one):
    boxes, notes = one(CAT, box(0, 0, 60, 40, label=' dog '))
    assert boxes == [BOX, SampleBox('dog', [0, 0, 60, 40])]
    assert notes == {}


@pytest.mark.parametrize('meta, classes', [(META, ('dog', 'cat')),
                                           ('', ('cat', ))])
def test_labels_in_their_order(tmp_path, meta, classes):
    write_image(tmp_path / 'images' / 'a.jpg')
    path = write(tmp_path / 'annotations.xml', image('a.jpg', CAT), meta=meta)
    assert read(path, 0, 0).classes == classes


@pytest.mark.parametrize('shape, expected', [
    (box(20, 10, 40, 20, rotation=90), [25, 5, 10, 20]),
    (node('ellipse', label='cat', cx=20, cy=20, rx=10, ry=5), [10, 15, 20, 10
                                                               ]),
    (node('ellipse', label='cat', cx=20, cy=20, rx=10, ry=5,
          rotation=270), [15, 10, 10, 20]),
    (node('mask', label='cat', rle='1, 2', left=3, top=4, width=5,
          height=6), [3, 4, 5, 6]),
])
def test_shapes(one, shape, expected):
    boxes, notes = one(shape)
    assert boxes == [SampleBox('cat', expected)]
    assert sum(notes.values()) == ('rotation' in shape)


def test_polygon(one):
    boxes, _ = one(
        node('polygon', label='cat', points='10.5,10.0;50.0,20.0;30.0,35.0'))
    assert boxes == [
        SampleBox(
            'cat', [10.5, 10, 39.5, 25],
            extra=dict(segmentation=[[10.5, 10, 50, 20, 30, 35]]))
    ]


def test_what_has_no_box_is_left_out(one):
    boxes, notes = one(
        CAT,
        *(node(tag, label='cat', points='1,1')
          for tag in ('polyline', 'points', 'tag', 'cuboid')))
    assert boxes == [BOX]
    assert notes == {
        'polylines, points, tags, cuboids and skeletons, left out': 4
    }


def test_what_else_is_known_is_kept(one):
    boxes, _ = one(
        box(10,
            20,
            40,
            30,
            occluded=1,
            content='<attribute name="age">4</attribute>'
            '<attribute name="note"></attribute>'),
        box(10, 20, 40, 30, occluded=0))
    assert boxes == [
        BOX._replace(extra=dict(occluded=1, attributes=dict(age='4'))), BOX
    ]


def test_splits_are_the_subsets(tmp_path):
    subsets = dict(Train='a', Validation='b', test='c')
    for name in 'abc':
        write_image(tmp_path / 'images' / f'{name}.jpg')
    write(
        tmp_path / 'annotations.xml',
        *(image(f'{name}.jpg', CAT, subset=subset)
          for subset, name in subsets.items()))
    assert names(read(tmp_path).splits) == dict(
        train=['a.jpg'], val=['b.jpg'], test=['c.jpg'])


def test_a_subset_that_is_no_split(tmp_path):
    for name in 'abc':
        write_image(tmp_path / f'{name}.jpg')
    write(tmp_path / 'annotations.xml', image('a.jpg', CAT, subset='train'),
          image('b.jpg', CAT, subset='default'), image('c.jpg', CAT))
    assert len(read(tmp_path, 0, 0).splits['train']) == 3


def test_one_name_in_two_subsets(tmp_path):
    for subset in ('train', 'val'):
        write_image(tmp_path / 'images' / subset / '1.jpg')
    write(tmp_path / 'annotations.xml',
          *(image('1.jpg', CAT, subset=subset) for subset in ('train', 'val')))
    assert names(read(tmp_path).splits) == dict(
        train=['train/1.jpg'], val=['val/1.jpg'])


@pytest.mark.parametrize('bad, words', [
    (box(1, 1, 9, 9, label=''), ' has no label.'),
    (box(1, 1, 9), ' ("cat") has None where a number must be'),
    (box(1, 1, 'x', 9), ' ("cat") has \'x\' where a number must be'),
    (box(9, 1, 9, 9), ': the box of "cat", 9, 1, 9, 9 (x1, y1, x2, y2), on'),
    (box(70, 1, 80, 9), 'is outside the image'),
])
def test_bad_boxes(one, tmp_path, bad, words):
    with pytest.raises(InputError) as caught:
        one(CAT, bad)
    start = f'{tmp_path}/annotations.xml: image "a.jpg", box 2'
    assert str(caught.value).startswith(start)
    assert words in str(caught.value)


@pytest.mark.parametrize('points', ['', '1,2', '1;2', 'a,b;c,d'])
def test_bad_polygons(one, points):
    with pytest.raises(InputError, match='polygon 1 .*Draw it again'):
        one(node('polygon', label='cat', points=points))


def test_bad_images(tmp_path):
    write_image(tmp_path / 'a.jpg')
    path = write(tmp_path / 'a.xml', image('a.jpg', CAT), image(''),
                 image('zebra.jpg', CAT))
    text = message(tmp_path)
    assert f'{path}: image "3" has no name' in text
    assert f'{path}: image "zebra.jpg": the image "zebra.jpg" is not' in text


@pytest.mark.parametrize('size', [('', ''), (0, 0)])
def test_unknown_size(one, size):
    assert one(CAT, size=size)[0] == [BOX]


def test_other_size(one):
    with pytest.raises(InputError, match='is for an image of 600 x 400'):
        one(CAT, size=(600, 400))


def test_video(tmp_path):
    path = write(tmp_path / 'a.xml', node('track', CAT, id=0, label='cat'))
    assert message(path) == (
        f'{path}: is "CVAT for video", with tracks. Export the task as "CVAT '
        'for images 1.1".')


def test_pascal_voc(tmp_path):
    (tmp_path / 'a.xml').write_text('<annotation></annotation>')
    assert message(
        tmp_path) == f'{tmp_path}: is Pascal VOC; import it with "voc".'


def test_cut_off(tmp_path):
    write_image(tmp_path / 'a.jpg')
    path = write(tmp_path / 'a.xml', image('a.jpg', CAT))
    path.write_text(path.read_text()[:-20])
    assert message(tmp_path).startswith(f'{path}: not XML (')


def test_other_xml_is_counted(one, tmp_path):
    (tmp_path / 'other.xml').write_text('<config/>')
    _, notes = one(CAT)
    assert notes == {'XML files that are not CVAT, passed over': 1}
