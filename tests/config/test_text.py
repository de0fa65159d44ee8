import glob

import pytest
from mmengine.config import Config

from custom.config.config import load_config
from custom.config.text import config_text


def test_empty_config():
    assert config_text(Config({})).strip() == ''


def test_order_and_form():
    cfg = Config(
        dict(
            model=dict(type='A', b=[1, 2.5], c=(1, )),
            a=dict([('0', None), ('x', True)])))

    assert config_text(cfg) == ("model = dict(type='A', b=[1, 2.5], c=(1, ))\n"
                                "a = {'0': None, 'x': True}\n")


@pytest.mark.parametrize('path', glob.glob('configs/faster_rcnn/*.py'))
def test_reads_as_the_same_config(path, tmp_path):
    cfg = load_config(path)
    copy = tmp_path / 'copy.py'
    copy.write_text(config_text(cfg))

    again = load_config(str(copy))
    assert again.to_dict() == cfg.to_dict()
    assert [*again] == [*cfg]
