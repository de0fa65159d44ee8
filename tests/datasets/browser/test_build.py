import json
import re

import pytest

from custom.config.config import load_config
from custom.datasets.browser.build import browse_dataset
from custom.utils.errors import InputError
from tests.helpers.image_files import write_image
from .conftest import silent, write_coco

CONFIG = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'


def page_data(made):
    text = made.page.read_text(encoding='utf-8')
    return json.loads(re.search('id="data">(.*?)</script>', text)[1])


def test_no_data_set(tmp_path):
    with pytest.raises(InputError, match='none: no such folder'):
        browse_dataset(tmp_path / 'none', tmp_path / 'out', None, silent)

    assert not (tmp_path / 'out').exists()


def test_a_broken_data_set_is_shown_with_its_problems(folder, tmp_path):
    made = browse_dataset(folder, tmp_path / 'out', None, silent)
    data = page_data(made)
    found = {(data['codes'][code]['code'], *images)
             for code, _, _, _, images, _ in data['problems']}

    assert (made.images, made.boxes, made.stops) == (3, 4, '')
    assert made.problems == len(data['problems'])
    assert ('image-missing', 1) in found
    assert [p.name for p in made.sheets][:2] == ['train.png', 'val.png']


def test_training_would_stop(folder, tmp_path):
    made = browse_dataset(folder, tmp_path / 'out', load_config(CONFIG),
                          silent)

    assert 'gone.png: cannot be read' in made.stops
    assert page_data(made)['pipeline']['error'] == made.stops


def test_sheets_of_an_earlier_run_go_and_other_files_stay(folder, tmp_path):
    sheets = tmp_path / 'out' / 'sheets'
    sheets.mkdir(parents=True)
    for name in ('class-07-dog.png', 'test.png', 'pipeline.png', 'mine.png'):
        (sheets / name).write_text('')
    write_coco(folder / 'annotations' / 'train.json', [('red.png', 40, 20)],
               ['cat'], [(1, 1, [1, 2, 3, 4], 0)])
    (folder / 'annotations' / 'val.json').unlink()
    browse_dataset(folder, tmp_path / 'out', None, silent)

    assert {p.name
            for p in sheets.iterdir()
            } == {'train.png', 'class-00-cat.png', 'mine.png'}


def test_config_without_a_pipeline(folder, tmp_path):
    cfg = load_config('configs/_base_/default_runtime.py')
    with pytest.raises(InputError, match='has no train_dataloader'):
        browse_dataset(folder, tmp_path / 'out', cfg, silent)

    assert not (tmp_path / 'out').exists()


def test_the_page_of_somebody_else_stays(folder, tmp_path):
    out = tmp_path / 'site'
    (out / 'sheets').mkdir(parents=True)
    page, photo = out / 'index.html', out / 'sheets' / 'class-photo.png'
    page.write_text('mine')
    photo.write_bytes(b'mine')
    with pytest.raises(InputError, match='not made by this tool'):
        browse_dataset(folder, out, None, silent)
    page.unlink()
    browse_dataset(folder, out, None, silent)
    browse_dataset(folder, out, None, silent)

    assert photo.read_bytes() == b'mine'


def test_images_from_elsewhere_are_not_shown(folder, tmp_path):
    """The image would be in a page that is handed on."""
    write_image(tmp_path / 'secret.png', 30, 30, (0, 255, 0))
    write_coco(folder / 'annotations' / 'train.json',
               [('../../../secret.png', 30, 30)], ['cat'], [])
    (folder / 'annotations' / 'val.json').unlink()
    made = browse_dataset(folder, tmp_path / 'out', None, silent)

    text = made.page.read_text(encoding='utf-8')
    thumbs = re.findall(r'id="thumbs-\d+">(.*?)</script>', text, re.DOTALL)
    assert [thumb.strip() for thumb in thumbs] == ['']
    assert 'image-elsewhere' in text
