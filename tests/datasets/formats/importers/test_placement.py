"""Boxes judged before they are clipped, and put onto their images."""
import numpy as np
import pytest
from PIL import Image

from custom.datasets.annotations.box_format import (LAYOUTS, BoxFormat,
                                                    swap_axes)
from custom.datasets.formats.importers.image_finder import ImageFinder
from custom.datasets.formats.importers.placement import place_boxes
from custom.datasets.formats.importers.raw_samples import (ImportOptions,
                                                           RawBox, RawImage,
                                                           RawSamples)
from custom.utils.errors import InputError

SIZES = [(60, 40), (40, 60), (50, 30), (30, 50)]
# As x, y, width, height, in each of the images.
BOXES = [[2, 1, 20, 10], [10, 12, 15, 18], [20, 20, 8, 9]]


def write(numbers, layout):
    """A box, x, y, width, height, in a layout."""
    x, y, w, h = numbers
    if layout.startswith(('y', 'cy')):
        x, y, w, h = y, x, h, w
        layout = swap_axes(layout)
    return dict(
        xywh=[x, y, w, h],
        cxcywh=[x + w / 2, y + h / 2, w, h],
        xyxy=[x, y, x + w, y + h],
        xxyy=[x, x + w, y, y + h])[layout]


def place(folder,
          images,
          declared=BoxFormat('xywh'),
          first_pixel=0,
          **options):
    """Places boxes; each image is its size, that which is told, its EXIF
    orientation and its boxes."""
    raw = RawSamples(ImportOptions(**options), ImageFinder(folder))
    for number, (size, told, orientation, boxes) in enumerate(images):
        path = folder / f'{number}.jpg'
        exif = Image.Exif()
        exif[0x0112] = orientation
        Image.new('RGB', size).save(path, exif=exif)
        row = raw.add_image(RawImage(f'image {number}', path, '', told))
        for numbers in boxes:
            raw.add_box(
                row,
                RawBox(
                    f'box of {number}',
                    'cat',
                    numbers,
                    points=dict(segmentation=[[*numbers[:2], 1, 1]])))
    splits = place_boxes(raw, declared, folder, first_pixel)
    raw.problems.stop(folder)
    return [[box.xywh for box in sample.boxes]
            for sample in splits['']], raw.notes


def four(layout='xywh', boxes=BOXES):
    return [(size, None, 1, [write(box, layout) for box in boxes])
            for size in SIZES]


def at_the_end(size):
    """A box at the end of the longer side of an image."""
    w, h = size
    return [w - 10, 5, 10, 14] if w > h else [5, h - 10, 14, 10]


@pytest.mark.parametrize('declared', ['xywh', 'cxcywh', 'xyxy'])
@pytest.mark.parametrize('layout', LAYOUTS)
def test_another_layout(tmp_path, declared, layout):
    right = [[*BOXES, at_the_end(size)] for size in SIZES]
    images = [(size, None, 1, [write(box, layout) for box in boxes])
              for size, boxes in zip(SIZES, right)]
    right = [pytest.approx(np.array(boxes)) for boxes in right]
    if layout == declared:
        found, _ = place(tmp_path, images, BoxFormat(declared))
        assert found == right
        return
    with pytest.raises(InputError) as caught:
        place(tmp_path, images, BoxFormat(declared))
    text = str(caught.value)
    assert f'read as {LAYOUTS[layout]} all fit. For example' in text
    assert f'. --boxes {layout} reads them so; --boxes {declared} if ' in text
    for options in (dict(boxes=layout), dict(mend=True)):
        found, notes = place(tmp_path, images, BoxFormat(declared), **options)
        assert found == right
        assert 'boxes clipped to their image' not in notes


def test_axes_exchanged(tmp_path):
    found, _ = place(tmp_path, four('yxyx'), BoxFormat('xyxy'), boxes='yx')
    assert found == [BOXES] * 4


@pytest.mark.parametrize('unit, whole', [('fractions', 1), ('percent', 100)])
def test_fractions_where_pixels_are_expected(tmp_path, unit, whole):
    images = [(size, None, 1, [[v / s * whole for v, s in zip(box, size * 2)]
                               for box in BOXES]) for size in SIZES]
    found, _ = place(tmp_path, images, unit=unit)
    assert found == [pytest.approx(np.array(BOXES))] * 4
    if unit == 'fractions':
        with pytest.raises(InputError, match='--unit fractions reads them so'):
            place(tmp_path, images)


def test_pixels_where_fractions_are_expected(tmp_path):
    yolo = BoxFormat('cxcywh', 'fractions')
    with pytest.raises(InputError) as caught:
        place(tmp_path, four('cxcywh', [[2, 1, 20, 10], [10, 12, 15, 18]]),
              yolo)
    assert '100% of 8 boxes cannot be fractions' in str(caught.value)
    found, _ = place(tmp_path, four('cxcywh'), yolo, unit='pixels')
    assert found == [BOXES] * 4


def test_many_clipped_boxes(tmp_path):
    images = four(boxes=[[-3, 0, 20, 20], *BOXES * 3])
    with pytest.raises(InputError) as caught:
        place(tmp_path, images)
    first, *examples, last = str(caught.value).splitlines()
    assert first == (
        f'{tmp_path}: 4 of 40 boxes (10%) stick out of their images, which is '
        'more than slips of the hand. For example:')
    assert examples[0] == (f'box of 0: "cat", -3, 0 to 17, 20, on '
                           f'{tmp_path}/0.jpg of 60 x 40 pixels')
    assert '--mend clips them' in last
    found, notes = place(tmp_path, images, mend=True)
    assert found[0][0] == [0, 0, 17, 20]
    assert notes == {'boxes clipped to their image': 4}


def test_a_few_slips_are_clipped(tmp_path):
    images = four(boxes=BOXES * 5)
    images[0][3].append([50, 30, 20, 20])
    found, notes = place(tmp_path, images)
    assert found[0][-1] == [50, 30, 10, 10]
    assert notes == {'boxes clipped to their image': 1}


def test_exchanged_corners(tmp_path):
    images = four('xyxy')
    images[1][3][0] = [22, 11, 2, 1]
    images[2][3][1] = [10, 30, 25, 12]
    voc = BoxFormat('xyxy')
    with pytest.raises(InputError) as caught:
        place(tmp_path, images, voc)
    assert ('box of 1: the box of "cat", 22, 11, 2, 1 (x1, y1, x2, y2), on '
            f'{tmp_path}/1.jpg, has its corners exchanged'
            in str(caught.value))
    found, _ = place(tmp_path, images, voc, mend=True)
    assert found == [BOXES] * 4
    found, _ = place(tmp_path, images, voc, skip_bad=True)
    assert [len(boxes) for boxes in found] == [3, 2, 2, 3]


def test_who_counts_from_one_includes_the_last_pixel(tmp_path):
    voc = BoxFormat('xyxy')
    found, _ = place(tmp_path,
                     [((60, 40), None, 1, [[1, 1, 60, 40], [5, 7, 5, 7]])],
                     voc, 1)
    assert found == [[[0, 0, 60, 40], [4, 6, 1, 1]]]
    found, _ = place(
        tmp_path, [((60, 40), None, 1, [[30, 1, 10, 20]])], voc, 1, mend=True)
    assert found == [[[9, 0, 21, 20]]]
    # From 50 to 70, of which 60 are there.
    found, notes = place(
        tmp_path, [((60, 40), None, 1, [[70, 1, 50, 20]])], voc, 1, mend=True)
    assert found == [[[49, 0, 11, 20]]]
    assert notes['boxes clipped to their image'] == 1


def test_drawn_on_a_copy_of_another_size(tmp_path):
    images = [((w // 2, h // 2), (w, h), 1, BOXES) for w, h in SIZES]
    with pytest.raises(InputError) as caught:
        place(tmp_path, images)
    assert (f'image 0: is for an image of 60 x 40 pixels, but {tmp_path}/0.jpg'
            ' has 30 x 20. The boxes would be elsewhere: they were drawn on a '
            'copy of another size.' in str(caught.value))
    found, _ = place(tmp_path, images, mend=True)
    assert found == [(np.array(BOXES) / 2).tolist()] * 4
    with pytest.raises(KeyError):  # nothing is left
        place(tmp_path, images, skip_bad=True)


def test_width_and_height_exchanged_in_the_record(tmp_path):
    """The boxes fit the file, so that it is the record that is wrong."""
    images = [((60, 40), (40, 60), 1, [[41, 1, 15, 20], *BOXES])] * 4
    with pytest.raises(
            InputError,
            match='Its boxes fit the file: width and '
            'height are wrong'):
        place(tmp_path, images)
    found, _ = place(tmp_path, images, mend=True)
    assert found[0] == [[41, 1, 15, 20], *BOXES]


def test_photos_as_stored_though_nothing_says_so(tmp_path):
    """Stored 60 x 40, shown 40 x 60."""
    images = [((60, 40), None, 6, [[41, 1, 15, 20], *BOXES])] * 4
    with pytest.raises(InputError) as caught:
        place(tmp_path, images)
    assert ('25% of 16 boxes on photos that EXIF turns stick out; on the '
            'photos as stored all fit. --exif stored' in str(caught.value))
    found, _ = place(tmp_path, images, exif='stored')
    # From the left edge of what is stored to the top of what is shown.
    assert found[0][0] == [40 - 1 - 20, 41, 20, 15]


@pytest.mark.parametrize('images', [
    four('xyxy'),
    four(boxes=[[-3, 0, 20, 20], *BOXES * 3]),
    [((60, 40), None, 6, [[41, 1, 15, 20], *BOXES])] * 4,
])
def test_messages_without_flags(tmp_path, images):
    with pytest.raises(InputError) as caught:
        place(tmp_path, images)
    assert ' --' in str(caught.value)
    with pytest.raises(InputError) as caught:
        place(tmp_path, images, flags=False)
    assert ' --' not in str(caught.value)
    assert str(caught.value).endswith('.')


def test_odd_but_right_boxes_are_no_misreading(tmp_path):
    """All at a border, all tiny, all square, of sets of 24 boxes."""
    rng = np.random.default_rng(0)
    for kind in ('right', 'bottom', 'left', 'tiny', 'square', 'whole'):
        images = []
        for size in SIZES:
            w, h = (size * rng.uniform(.1, .5, (6, 2))).T
            x, y = (size * rng.uniform(0, .5, (6, 2))).T
            if kind == 'right':
                x = size[0] - w
            elif kind == 'bottom':
                y = size[1] - h
            elif kind == 'left':
                x = 0 * x
            elif kind == 'tiny':
                w, h = w / w, h / h
            elif kind == 'square':
                w = h = np.minimum(w, h)
            else:
                x, y, w, h = 0 * x, 0 * y, 0 * w + size[0], 0 * h + size[1]
            images.append((size, None, 1, np.stack([x, y, w, h], 1).tolist()))
        found, notes = place(tmp_path, images)
        assert [len(boxes) for boxes in found] == [6] * 4
        assert 'boxes clipped to their image' not in notes


def test_photos_as_shown_though_the_size_is_as_stored(tmp_path):
    """Stored 60 x 40, shown 40 x 60."""
    images = [((60, 40), (60, 40), 6, [[1, 41, 20, 15], *BOXES])] * 4
    with pytest.raises(
            InputError,
            match='on the photos as shown all fit. '
            '--exif shown reads them so; --exif stored if '):
        place(tmp_path, images)
    found, _ = place(tmp_path, images, exif='shown')
    assert found[0] == [[1, 41, 20, 15], *BOXES]


def test_a_stretched_copy_is_not_mended(tmp_path):
    """Boxes on a copy of 60 x 60 fit the file, too, and are elsewhere."""
    images = [((120, 80), (60, 60), 1, BOXES)] * 4
    text = 'is for an image of 60 x 60 pixels, .* 120 x 80. The boxes would be'
    with pytest.raises(InputError, match=text):
        place(tmp_path, images)
    with pytest.raises(KeyError):  # nothing is left
        place(tmp_path, images, mend=True)


def test_boxes_in_the_upper_left_alone_are_counted(tmp_path):
    """Drawn on copies of half the width and height, and not told."""
    images = [((w * 2, h * 2), None, 1, BOXES) for w, h in SIZES * 2]
    _, notes = place(tmp_path, images)
    assert notes == {
        'boxes, all in the upper left quarter of their images: look whether '
        'they are of a smaller copy':
        24
    }
