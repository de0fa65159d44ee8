"""The detector that comes with the project."""
import re
import sys
from pathlib import Path

import pytest
import torch

from custom.checkpoint.dataset_meta import (checkpoint_classes,
                                            checkpoint_thresholds)
from custom.checkpoint.loading import load_whole
from custom.classes import NAMES
from custom.inference import default_checkpoint as module
from custom.inference.default_checkpoint import (DEFAULT_CHECKPOINT,
                                                 default_checkpoint)
from custom.inference.load_predictor import load_predictor
from custom.inference.torch_predictor import TorchPredictor
from custom.utils.errors import InputError
from tests.helpers.drawn_sun import SUN_BOX, draw_sun
from tests.helpers.run_tool import ROOT


@pytest.fixture
def stored():
    return load_whole(DEFAULT_CHECKPOINT)


def test_it_is_found_from_everywhere(tmp_path, monkeypatch):
    assert default_checkpoint() == DEFAULT_CHECKPOINT
    monkeypatch.chdir(tmp_path)
    assert default_checkpoint() == str(ROOT / DEFAULT_CHECKPOINT)


def test_a_package_apart_from_its_clone_takes_that_of_the_working_directory(
        tmp_path, monkeypatch):
    monkeypatch.setattr(module, 'DEFAULT_CHECKPOINT', 'checkpoints/other.pth')
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r'other\.pth: no such checkpoint'):
        default_checkpoint()

    Path('checkpoints').mkdir()
    Path('checkpoints/other.onnx').touch()
    assert default_checkpoint() == 'checkpoints/other.onnx'

    Path('checkpoints/other.pth').touch()
    assert default_checkpoint() == 'checkpoints/other.pth'


def test_without_torch_the_export_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(module, 'DEFAULT_CHECKPOINT', 'checkpoints/other.pth')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, 'torch', None)  # as if not installed
    Path('checkpoints').mkdir()
    Path('checkpoints/other.pth').touch()
    assert default_checkpoint() == 'checkpoints/other.pth'

    Path('checkpoints/other.onnx').touch()
    assert default_checkpoint() == 'checkpoints/other.onnx'


def test_an_export_alone_is_no_checkpoint(tmp_path, monkeypatch):
    monkeypatch.setattr(module, 'DEFAULT_CHECKPOINT', 'checkpoints/other.pth')
    monkeypatch.chdir(tmp_path)
    Path('checkpoints').mkdir()
    Path('checkpoints/other.onnx').touch()
    with pytest.raises(InputError, match=r'other\.onnx: is an exported det'):
        TorchPredictor()


@pytest.mark.parametrize('load', [TorchPredictor, load_predictor])
def test_it_finds_the_sun(load):
    best = load(device='cpu')(draw_sun())[0]

    assert best.label == 'sun' and best.score > .5
    assert best.box == pytest.approx(SUN_BOX, abs=20)


def test_it_is_small_and_says_what_it_is(stored):
    assert (ROOT / DEFAULT_CHECKPOINT).stat().st_size <= 15e6
    assert {*stored} == {'state_dict', 'meta'}
    classes = checkpoint_classes(stored, DEFAULT_CHECKPOINT)
    assert len(classes) == 22 and {*classes} <= {*NAMES}
    assert {*checkpoint_thresholds(stored, DEFAULT_CHECKPOINT)} == {*classes}
    for results in stored['meta']['results'].values():
        assert 0 < results['scores']['coco/bbox_mAP'] < 1
        assert [row['class'] for row in results['per_class']] == [*classes]
    assert {
        weight.dtype
        for weight in stored['state_dict'].values() if weight.ndim > 1
    } == {torch.half}


def test_its_config_names_no_place_on_another_machine(stored):
    assert re.findall(r"'(?:/|~|\w:\\)[^']*'", stored['meta']['cfg']) == []
