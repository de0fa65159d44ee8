import pytest

from custom.config.literal import config_from_checkpoint
from custom.utils.errors import InputError

MODEL = "model = dict(type='FasterRCNN', data_preprocessor=dict(x=(1, -2.5)))"
TEST = ("test_dataloader = dict(dataset=dict(pipeline=["
        "dict(type='LoadImageOnWhite')]))")


def checkpoint(text):
    return dict(meta=dict(cfg=text))


def test_reads_model_and_test_pipeline_alone():
    cfg = config_from_checkpoint(
        checkpoint(f"{MODEL}\n{TEST}\n"
                   "custom_imports = dict(imports=['antigravity'])"), 'a.pth')

    assert [*cfg.keys()] == ['model', 'test_dataloader']
    assert cfg.model.data_preprocessor.x == (1, -2.5)
    assert cfg.test_dataloader.dataset.pipeline[0].type == 'LoadImageOnWhite'


def test_fetches_nothing():
    model = "model = dict(b=[dict(init_cfg=dict(checkpoint='x'), depth=18)])"
    cfg = config_from_checkpoint(checkpoint(f'{model}\n{TEST}'), 'a.pth')

    assert cfg.model.b == [dict(depth=18)]


@pytest.mark.parametrize('text', [
    "import os\nos.mkdir('trace')",
    "a = __import__('os').mkdir('trace')",
    "a = dict(b=dict(c=open('trace', 'w')))",
    "a = [__import__('os').mkdir('trace') for _ in (1, )]",
    'a = dict(**b)',
    'a = 1 +',
    "a = f'{1}'",
    'a = {{}: 1}',
    'a = ' + '(' * 100000,
])
def test_refuses_code(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(InputError, match='a.pth: its config is refused'):
        config_from_checkpoint(checkpoint(f'{MODEL}\n{TEST}\n{text}'), 'a.pth')

    assert not (tmp_path / 'trace').exists()


@pytest.mark.parametrize(
    'part',
    [
        "type='os.system'",
        "type='this'",
        "type='mmdet.os.system'",
        "type='nms or exit'",
        'type=3',
        # Distilled detectors execute the config that they are given.
        "type='LAD', teacher_config='evil.py'",
        "type='LAD', teacher_ckpt='/etc/passwd'",
        "pretrained='http://example.com/evil.pth'",
    ])
def test_refuses_parts_that_would_be_imported_or_read(part, capsys):
    # MMEngine's registries import any other name and call it, and MMCV's
    # batched_nms evaluates the type of its NMS.
    model = f'model = dict(b=[dict({part})])'
    with pytest.raises(InputError, match='a.pth: its config is refused'):
        config_from_checkpoint(checkpoint(f'{model}\n{TEST}'), 'a.pth')
    assert 'Zen of Python' not in capsys.readouterr().out


@pytest.mark.parametrize('text', ['a = 1', MODEL, 'model = 3\n' + TEST, TEST])
def test_refuses_what_is_no_detector(text):
    with pytest.raises(InputError, match='a.pth: '):
        config_from_checkpoint(checkpoint(text), 'a.pth')


def test_says_that_there_is_none():
    with pytest.raises(InputError, match='a.pth: carries no config'):
        config_from_checkpoint(dict(meta={}), 'a.pth')
