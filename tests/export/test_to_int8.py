import json
import os

import cv2
import numpy as np
import onnx
import pytest

from custom.export import to_int8
from custom.export.to_int8 import quantize_onnx
from custom.inference.load_predictor import load_predictor
from custom.inference.onnx_backend import BACKENDS
from custom.inference.onnx_predictor import OnnxPredictor
from custom.inference.predict_split import read_split
from custom.utils.errors import InputError
from tests.helpers.exported_detector import CLASSES

pytestmark = pytest.mark.slow


def write_found(folder, predictor, counts):
    """A data set of noise whose boxes are those that a detector finds in it:
    its mAP is 1 there."""
    rng = np.random.default_rng(0)
    (folder / 'images').mkdir(parents=True)
    (folder / 'annotations').mkdir()
    for split, count in counts.items():
        images, annotations = [], []
        for number in range(count):
            name = f'{split}{number}.png'
            pixels = rng.integers(0, 256, (60, 80, 3), np.uint8)
            cv2.imwrite(str(folder / 'images' / name), pixels)
            images.append(dict(id=number, file_name=name, width=80, height=60))
            for label, _, (x1, y1, x2, y2) in predictor(pixels):
                annotations.append(
                    dict(
                        id=len(annotations),
                        image_id=number,
                        category_id=CLASSES.index(label),
                        bbox=[x1, y1, x2 - x1, y2 - y1]))
        (folder / 'annotations' / f'{split}.json').write_text(
            json.dumps(
                dict(
                    images=images,
                    annotations=annotations,
                    categories=[
                        dict(id=i, name=name) for i, name in enumerate(CLASSES)
                    ])))
    return str(folder)


@pytest.fixture(scope='module')
def found(r18, tmp_path_factory):
    return write_found(
        tmp_path_factory.mktemp('found') / 'data',
        OnnxPredictor(r18[1], 1, 'onnxruntime'), dict(train=6, val=3))


@pytest.fixture(scope='module')
def int8(r18, found, tmp_path_factory):
    """The file in int8, and what was told of it."""
    out = str(tmp_path_factory.mktemp('int8') / 'r18.int8.onnx')
    told = []
    quantize_onnx(r18[1], out, found, 100, told.append)
    return out, *told


def layers_of(path):
    """Type and precision of the convolutions and linear layers, by name."""
    file = onnx.load(path)
    made_by = {out: node for node in file.graph.node for out in node.output}
    return {
        node.name:
        (node.op_type, 'int8' if node.input[1] in made_by
         and made_by[node.input[1]].op_type == 'DequantizeLinear' else 'float')
        for node in file.graph.node if node.op_type in ('Conv', 'Gemm')
    }


def test_calibrated_on_images_from_all_over_the_split(found, monkeypatch):
    monkeypatch.setattr(to_int8, 'CALIBRATION_IMAGES', 3)

    images = [*to_int8._calibration_images(found, read_split(found, 'train'))]

    expected = [cv2.imread(f'{found}/images/train{i}.png') for i in (0, 2, 5)]
    assert np.array_equal(images, expected)


def test_scores_before_and_after(int8):
    _, scores = int8
    assert scores.before.overall['mAP'] == pytest.approx(1)
    assert .3 < scores.after.overall['mAP'] < 1
    assert scores.loss == pytest.approx(100 *
                                        (1 - scores.after.overall['mAP']))
    rows = scores.rows()
    assert [row['class'] for row in rows] == [*CLASSES]
    for row in rows:
        if row['boxes']:
            assert row['difference'] == pytest.approx(row['AP int8'] - 1)
        else:
            assert row['AP'] is row['AP int8'] is row['difference'] is None


@pytest.mark.parametrize('backend', BACKENDS)
def test_answers_near_those_in_float(int8, r18, images, backend):
    exact = OnnxPredictor(r18[1], 1, backend, 'fp32').batch(images)
    found = OnnxPredictor(int8[0], 1, backend, 'fp32').batch(images)
    for mine, other in zip(found, exact, strict=True):
        assert len(mine) > 5
        assert mine[0].score == pytest.approx(other[0].score, abs=.1)
    assert found != exact


def test_the_file_says_what_it_is(int8, r18):
    predictor = load_predictor(int8[0], backend='onnxruntime')
    assert predictor.runtime.endswith(' in int8 and float32')
    assert ' in int8 and ' in load_predictor(int8[0]).runtime
    assert predictor.metadata == OnnxPredictor(
        r18[1]).metadata._replace(precision='int8')
    assert {o.domain for o in onnx.load(int8[0]).opset_import} == {''}


def test_what_is_in_int8(int8):
    layers = layers_of(int8[0])
    assert layers['/backbone/conv1/Conv'] == ('Conv', 'int8')


def test_refused_and_interrupted(int8, r18, found, tmp_path):
    out = tmp_path / 'a.onnx'
    out.write_text('what was there')

    def interrupt(scores):
        raise KeyboardInterrupt

    with pytest.raises(InputError) as error:
        quantize_onnx(r18[1], str(out), found, 0, print)
    assert f'{out}: not written, since int8 loses' in str(error.value)
    assert '--max-loss POINTS' in str(error.value)
    with pytest.raises(KeyboardInterrupt):
        quantize_onnx(r18[1], str(out), found, 0, interrupt)
    assert out.read_text() == 'what was there'
    assert os.listdir(tmp_path) == ['a.onnx']


def test_data_of_other_classes(r18, drawings, tmp_path):
    with pytest.raises(InputError, match='its classes are not those of the'):
        quantize_onnx(r18[1], str(tmp_path / 'a.onnx'), str(drawings), 1,
                      print)
    assert os.listdir(tmp_path) == []
