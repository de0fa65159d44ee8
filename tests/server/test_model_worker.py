import asyncio

import cv2
import pytest
from PIL import Image

from custom.inference.load_predictor import load_predictor
from custom.server.decode_worker import decode_upload
from custom.server.model_worker import (ModelFile, file_version,
                                        setup_model_worker)
from custom.server.worker_process import WorkerProcess
from custom.utils.errors import InputError
from tests.helpers.upload_images import encode


@pytest.fixture
def uploads(images):
    return [
        encode(Image.fromarray(image[..., ::-1]), 'PNG') for image in images
    ]


@pytest.mark.parametrize('kind', ['torch', 'onnx'])
def test_an_upload_is_resized_once_and_boxes_scaled_back_once(
        r18, images, uploads, monkeypatch, kind):
    predictor = load_predictor(r18[kind == 'onnx'], 'cpu', 'fp32')
    expected = [predictor(image) for image in images]
    sizes = []
    resize = cv2.resize

    def counted(image, size, *args, **kwargs):
        sizes.append(size)
        return resize(image, size, *args, **kwargs)

    monkeypatch.setattr(cv2, 'resize', counted)

    resized = [
        decode_upload(data, 1e6, predictor.resize_spec) for data in uploads
    ]
    found = [predictor.batch_resized([image])[0] for image in resized]

    # Into 160 x 128: 80 x 60, 60 x 80, 80 x 60, and a strip of 200 x 30.
    assert sizes == [(160, 120), (120, 160), (160, 120), (160, 24)]
    assert found == expected
    assert min(map(len, found)) > 0


def test_a_worker_finds_what_the_predictor_finds(r18, images, uploads,
                                                 monkeypatch):
    # The process that workers are forks of imports all anew.
    monkeypatch.setenv('USE_TORCH', '0')
    worker = WorkerProcess('worker', setup_model_worker,
                           ModelFile(r18[1], file_version(r18[1]), 'cpu'), 1,
                           2)
    predictor = load_predictor(r18[1], threads=1)
    info = asyncio.run(worker.start(60))
    resized = [decode_upload(data, 1e6, info.resize_spec) for data in uploads]

    found = asyncio.run(worker.call(resized[:2], 60))

    worker.close()
    assert info.name == 'r18.onnx'
    assert info.version == file_version(r18[1])
    assert info.runtime == predictor.runtime
    assert info.classes == ('cat', 'dog', 'sun')
    assert (info.threshold('cat'), info.threshold('dog')) == (.25, .5)
    assert found == [predictor(image) for image in images[:2]]


def test_a_file_of_another_version_is_not_served(r18):
    with pytest.raises(InputError, match='has changed since version 0123'):
        setup_model_worker(ModelFile(r18[1], '0123'), 1, 2)
