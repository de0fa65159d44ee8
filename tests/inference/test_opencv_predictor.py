import json
import zipfile
from pathlib import Path

import cv2
import numpy as np
import pytest

from custom.inference.load_predictor import load_predictor
from custom.inference.opencv_predictor import OpenCVPredictor
from custom.utils.errors import InputError
from tests.helpers.without_packages import TORCH, run_tool_without

OTHERS = (*TORCH, 'onnx', 'onnxruntime', 'openvino')


def test_no_image(r18_opencv):
    assert OpenCVPredictor(r18_opencv).batch([]) == []


def test_a_line_is_an_image(r18_opencv):
    found = OpenCVPredictor(r18_opencv)(np.zeros((1, 3000, 3), np.uint8))
    for _, _, (x1, y1, x2, y2) in found:
        assert 0 <= x1 <= x2 <= 3000 and 0 <= y1 <= y2 <= 1


def test_boxes_are_inside(r18_opencv, images):
    for image, found in zip(images, OpenCVPredictor(r18_opencv).batch(images)):
        height, width = image.shape[:2]
        assert found
        for _, _, (x1, y1, x2, y2) in found:
            assert 0 <= x1 <= x2 <= width and 0 <= y1 <= y2 <= height


def test_what_it_says(r18_opencv):
    predictor = load_predictor(r18_opencv, threads=1, backend='opencv')
    assert isinstance(predictor, OpenCVPredictor)
    assert predictor.classes == ('cat', 'dog', 'sun')
    assert predictor.thresholds == dict(cat=.25)
    assert predictor.resize_spec == ((160, 128), True)


def test_garbage(tmp_path, r18_opencv):
    path = tmp_path / 'a.zip'
    with pytest.raises(InputError, match='a.zip: cannot be read'):
        OpenCVPredictor(path)
    whole = Path(r18_opencv).read_bytes()
    for data in (b'', b'not a model', whole[:len(whole) // 2]):
        path.write_bytes(data)
        with pytest.raises(InputError, match='a.zip: not a detector for'):
            OpenCVPredictor(path)


def test_a_compressed_file_that_is_damaged(tmp_path, r18_opencv):
    path = tmp_path / 'a.zip'
    with zipfile.ZipFile(r18_opencv) as old, zipfile.ZipFile(
            path, 'w', zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    name, = old.namelist()[:1]
    data = bytearray(path.read_bytes())
    data[30 + len(name)] = 0xff  # the first block, of a type that isn't one
    path.write_bytes(data)

    with pytest.raises(InputError, match='a.zip: not a detector for'):
        OpenCVPredictor(path)


@pytest.mark.parametrize('change, words', [
    (dict(head={}), "it has no 'anchors'"),
    (dict(canvas=None), 'not a detector for OpenCV'),
    ({
        'drawing_tagger.format': 2
    }, 'its format is 2, and this version reads 1'),
    ({
        'drawing_tagger.detector': 'DETR'
    }, "it has no 'DETR'"),
])
def test_bad_metadata(tmp_path, r18_opencv, change, words):
    path = tmp_path / 'a.zip'
    with zipfile.ZipFile(r18_opencv) as old, zipfile.ZipFile(path, 'w') as new:
        for name in old.namelist():
            data = old.read(name)
            if name == 'metadata.json':
                data = json.dumps({**json.loads(data), **change})
            new.writestr(name, data)
    with pytest.raises(InputError) as error:
        OpenCVPredictor(path)
    assert words in str(error.value)


@pytest.mark.parametrize('files, words', [
    ({
        'metadata.json': '[]'
    }, 'not a detector for OpenCV'),
    ({
        'a.jpg': ''
    }, "it has no .*metadata.json"),
])
def test_another_archive(tmp_path, files, words):
    with zipfile.ZipFile(tmp_path / 'a.zip', 'w') as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    with pytest.raises(InputError, match=words):
        OpenCVPredictor(tmp_path / 'a.zip')


def test_a_network_that_is_none(tmp_path, r18_opencv):
    path = tmp_path / 'a.zip'
    with zipfile.ZipFile(r18_opencv) as old, zipfile.ZipFile(path, 'w') as new:
        for name in old.namelist():
            new.writestr(
                name, b'none' if name == 'box_head.onnx' else old.read(name))
    with pytest.raises(InputError, match='box_head.onnx cannot be loaded by'):
        OpenCVPredictor(path)


def test_options_that_it_has_not(r18, r18_opencv):
    for options in (dict(device='cuda:0'), dict(precision='bf16'),
                    dict(backend='torch')):
        with pytest.raises(InputError, match='by OpenCV on the CPU in float'):
            load_predictor(r18_opencv, **options)
    with pytest.raises(InputError, match='test-time augmentation'):
        load_predictor(r18_opencv, tta=True)
    for path in r18:
        with pytest.raises(InputError, match='OpenCV runs a .zip file'):
            load_predictor(path, backend='opencv')


def test_with_opencv_alone(tmp_path, r18, r18_opencv, images):
    image = tmp_path / 'a.png'
    cv2.imwrite(str(image), images[0])

    def infer(path):
        return run_tool_without(OTHERS, 'infer', path, image, '--backend',
                                'opencv', '--score-thr', '0', '--out-dir',
                                tmp_path)

    done = infer(r18_opencv)
    assert done.returncode == 0, done.stderr
    assert ' objects in 1 files' in done.stdout
    found = json.loads((tmp_path / 'predictions.json').read_text())
    assert len(found['annotations']) == len(
        OpenCVPredictor(r18_opencv)(images[0]))
    done = infer(r18[1])
    assert done.returncode == 2
    assert 'OpenCV runs a .zip file' in done.stderr
