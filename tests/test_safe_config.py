import pytest

from custom.errors import InputError
from custom.safe_config import config_from_checkpoint


def checkpoint(text):
    return dict(meta=dict(cfg=text))


def test_reads_literals_and_dict_calls():
    cfg = config_from_checkpoint(
        checkpoint("a = dict(b=[1, -2.5, None], c=(3, ), d={'e f': True})"),
        'a.pth')

    assert cfg.a.b == [1, -2.5, None]
    assert cfg.a.c == (3, )
    assert cfg.a.d == {'e f': True}


def test_fetches_and_imports_nothing():
    cfg = config_from_checkpoint(
        checkpoint("custom_imports = dict(imports=['antigravity'])\n"
                   "m = dict(b=dict(init_cfg=dict(type='Pretrained')))"),
        'a.pth')

    assert cfg.custom_imports.imports == ['custom']
    assert cfg.m.b == {}


@pytest.mark.parametrize('text', [
    "import os\nos.mkdir('trace')",
    "a = __import__('os').mkdir('trace')",
    "a = dict(b=dict(c=open('trace', 'w')))",
    "a = [__import__('os').mkdir('trace') for _ in (1, )]",
    'a = dict(**b)',
    'a = 1 +',
    "a = f'{1}'",
    'a = ' + '(' * 100000,
])
def test_refuses_code(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InputError, match='a.pth: its config is refused'):
        config_from_checkpoint(checkpoint(text), 'a.pth')

    assert not (tmp_path / 'trace').exists()


@pytest.mark.parametrize(
    'name',
    ['os.system', "__import__('os').system", 'mmdet.os.system', 'nms or exit'])
def test_refuses_a_type_that_is_no_registered_name(name):
    # MMEngine's registries import a dotted name and call it, and MMCV's
    # batched_nms evaluates the type of its NMS.
    with pytest.raises(InputError, match='its config is refused: type'):
        config_from_checkpoint(
            checkpoint(f'a = dict(b=[dict(type={name!r})])'), 'a.pth')


def test_says_that_there_is_none():
    with pytest.raises(InputError, match='a.pth: carries no config'):
        config_from_checkpoint(dict(meta={}), 'a.pth')
