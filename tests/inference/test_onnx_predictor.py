import re
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
from mmdet.datasets.transforms import Resize

from custom.inference.load_predictor import load_predictor
from custom.inference.onnx_backend import BACKENDS
from custom.inference.onnx_predictor import OnnxPredictor
from custom.structures.resize import ResizeSpec
from custom.utils.errors import InputError
from tests.helpers.without_packages import TORCH, run_tool_without


@pytest.mark.parametrize('shape', [(100, 100), (333, 500), (501, 333), (7, 9),
                                   (30, 1000)])
@pytest.mark.parametrize('scale, keep_ratio', [((256, 256), True),
                                               ((600, 400), True),
                                               ((64, 32), False)])
def test_resizes_as_mmcv(shape, scale, keep_ratio):
    image = np.random.default_rng(0).integers(0, 256, (*shape, 3), np.uint8)
    theirs = Resize(scale, keep_ratio=keep_ratio)(dict(img=image))['img']
    ours = ResizeSpec(scale, keep_ratio)(image)
    np.testing.assert_array_equal(ours.pixels, theirs)
    assert (ours.height, ours.width) == shape


def test_a_line_is_an_image(r18):
    found = OnnxPredictor(r18[1])(np.zeros((1, 3000, 3), np.uint8))
    for _, _, (x1, y1, x2, y2) in found:
        assert 0 <= x1 <= x2 <= 3000 and 0 <= y1 <= y2 <= 1


def test_boxes_are_inside(r18, images):
    for image, found in zip(images, OnnxPredictor(r18[1]).batch(images)):
        height, width = image.shape[:2]
        assert found
        for _, _, (x1, y1, x2, y2) in found:
            assert 0 <= x1 <= x2 <= width and 0 <= y1 <= y2 <= height


def test_a_list_goes_in_batches(r18, images, monkeypatch):
    predictor = OnnxPredictor(r18[1])
    run, passes = predictor._run, []
    monkeypatch.setattr(
        predictor, '_run',
        lambda inputs: passes.append(len(inputs['images'])) or run(inputs))

    found = predictor.batch(images[:1] * 17)

    assert passes == [8, 8, 1]
    assert [len(one) for one in found] == [len(found[0])] * 17


@pytest.mark.parametrize('backend', BACKENDS)
def test_garbage(tmp_path, r18, backend, capfd):
    path = tmp_path / 'a.onnx'
    with pytest.raises(InputError, match='a.onnx: cannot be read'):
        OnnxPredictor(path, backend=backend)
    whole = Path(r18[1]).read_bytes()
    for data in (b'', b'not a model', whole[:len(whole) // 2]):
        path.write_bytes(data)
        with pytest.raises(InputError, match='a.onnx: not '):
            OnnxPredictor(path, backend=backend)
    assert capfd.readouterr() == ('', '')


@pytest.mark.parametrize('backend', BACKENDS)
@pytest.mark.parametrize('name, value, words', [
    ('format', '2', 'its format is 2, and this version reads 1'),
    ('classes', '[]', 'classes are no list of names'),
    ('classes', '"cat"', 'classes is no list'),
    ('thresholds', '{"cow": 0.5}', 'not scores of its own classes'),
    ('scale', '[0, 5]', 'not a width and a height'),
    ('keep_ratio', 'maybe', 'keep_ratio is no JSON'),
    ('keep_ratio', None, 'it has no keep_ratio'),
    ('precision', '"int4"', 'precision is none of float32, int8'),
])
def test_bad_metadata(tmp_path, r18, name, value, words, backend):
    # With one node, for none is run.
    exported, value_info = onnx.load(
        r18[1]), onnx.helper.make_tensor_value_info
    props = {p.key: p.value for p in exported.metadata_props}
    props[f'drawing_tagger.{name}'] = value
    file = onnx.helper.make_model(
        onnx.helper.make_graph(
            [onnx.helper.make_node('Identity', ['images'], ['boxes'])],
            'one node', [value_info('images', onnx.TensorProto.FLOAT, [1])],
            [value_info('boxes', onnx.TensorProto.FLOAT, [1])]),
        opset_imports=exported.opset_import,
        ir_version=exported.ir_version)
    onnx.helper.set_model_props(file, {
        k: v
        for k, v in props.items() if v is not None
    })
    path = tmp_path / 'a.onnx'
    onnx.save(file, path)
    with pytest.raises(InputError, match='not a detector of') as error:
        OnnxPredictor(path, 1, backend)
    assert words in str(error.value)


def test_load_predictor(r18, images):
    checkpoint, exported = r18
    assert isinstance(load_predictor(exported, threads=1), OnnxPredictor)
    assert load_predictor(checkpoint).classes == ('cat', 'dog', 'sun')
    with pytest.raises(InputError, match='on the CPU; leave device cuda:0'):
        load_predictor(exported, device='cuda:0')
    for device in ('gpu', 'cuda:99'):
        with pytest.raises(InputError, match=f'device {device}: torch cannot'):
            load_predictor(checkpoint, device=device)


@pytest.mark.parametrize('file', [0, 1])
@pytest.mark.parametrize('slice_size', [None, 100])
def test_an_array_that_is_no_image(r18, file, slice_size):
    predictor = load_predictor(r18[file], slice_size=slice_size)

    for shape in ((60, 80, 1), (60, 80, 4), (0, 80, 3)):
        array = np.zeros(shape, np.uint8)
        for find in (predictor, lambda image: predictor.batch([image])):
            with pytest.raises(
                    InputError, match=f'uint8 {re.escape(str(shape))}'):
                find(array)


def test_without_torch(tmp_path, r18, images):
    image = tmp_path / 'a.png'
    cv2.imwrite(str(image), images[0])

    def infer(path):
        return run_tool_without(TORCH, 'infer', path, image, '--score-thr',
                                '0', '--out-dir', tmp_path)

    done = infer(r18[1])
    assert done.returncode == 0, done.stderr
    assert ' objects in 1 files' in done.stdout
    assert (tmp_path / 'a.jpg').exists()
    done = infer(r18[0])
    assert done.returncode == 2
    assert 'a checkpoint needs torch' in done.stderr
