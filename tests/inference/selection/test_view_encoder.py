import numpy as np
import pytest

from custom.inference.default_checkpoint import default_checkpoint
from custom.inference.selection.view_encoder import ViewEncoder
from custom.inference.torch_predictor import TorchPredictor
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from tests.helpers.exported_detector import write_checkpoint


@pytest.fixture(scope='module')
def encoder():
    return ViewEncoder(default_checkpoint(), 'cpu', 'fp32')


@pytest.fixture
def drawing(drawings):
    return read_image(sorted((drawings / 'images').iterdir())[0])


def test_the_first_view_has_the_tags_of_a_prediction(encoder, drawing):
    found = TorchPredictor(device='cpu', precision='fp32')(drawing)
    scores = dict.fromkeys(encoder.classes, 0.)
    for one in reversed(found):  # the best one last
        scores[one.label] = one.score

    tags = encoder(drawing).tags

    assert tags.shape == (4, 22)
    assert max(scores.values()) > .5
    assert tags[0] == pytest.approx([*scores.values()], abs=1e-5)


def test_a_mirrored_image_has_the_same_views_in_another_order(
        encoder, drawing):
    one, other = encoder(drawing), encoder(np.fliplr(drawing).copy())

    assert one.tags == pytest.approx(other.tags[[1, 0, 3, 2]], abs=1e-5)
    assert one.features == pytest.approx(other.features, abs=1e-5)
    # Sizes do differ.
    assert abs(one.tags[0] - one.tags[2]).max() > .01


def test_features_have_the_length_1(encoder, drawing):
    features = encoder(drawing).features

    assert (features.shape, features.dtype) == ((320, ), np.float32)
    assert np.linalg.norm(features) == pytest.approx(1)


def test_without_a_neck_the_backbone_has_the_features(tmp_path, drawing):
    path = write_checkpoint(
        tmp_path / 'a.pth',
        'faster_rcnn/faster-rcnn_vgg16_c5_1xb2-cosine-30e_drawings22',
        {'model.roi_head.bbox_head.fc_out_channels': 16})
    features = ViewEncoder(path, 'cpu', 'fp32')(drawing).features
    assert features.shape == (512, )


@pytest.mark.parametrize('name', ['a.onnx', 'a.zip'])
def test_an_exported_file_is_refused(name):
    with pytest.raises(InputError, match=f'^{name}: an exported file gives '):
        ViewEncoder(name)
