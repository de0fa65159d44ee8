"""CVAT function with the types of CVAT's own SDK, called as its driver
does."""
import numpy as np
import pytest
from cvat_sdk.auto_annotation import DetectionFunctionContext
from PIL import Image

from custom.classes import NAMES
from custom.inference.cvat_function import create
from tests.helpers.drawn_sun import SUN_BOX, draw_sun


class Context(DetectionFunctionContext):
    frame_name = 'sun.png'
    conv_mask_to_poly = False

    def __init__(self, threshold):
        self.threshold = threshold

    @property
    def conf_threshold(self):
        return self.threshold


@pytest.fixture(scope='module')
def function():
    return create()


def sun(mode='RGB'):
    return Image.fromarray(draw_sun()[..., ::-1].copy()).convert(mode)


def test_labels_are_rectangles_by_class_name(function):
    labels = function.spec.labels
    assert [label.name for label in labels] == list(NAMES)
    assert {label.type for label in labels} == {'rectangle'}


@pytest.mark.parametrize('mode', ['RGB', 'RGBA', 'P'])
def test_the_sun(function, mode):
    shape, = function.detect(Context(None), sun(mode))
    assert (shape.type.value, shape.frame) == ('rectangle', 0)
    assert function.spec.labels[shape.label_id].name == 'sun'
    assert np.allclose(shape.points, SUN_BOX, atol=12)


def test_threshold_of_the_call_counts(function):
    assert function.detect(Context(1.0), sun()) == []
