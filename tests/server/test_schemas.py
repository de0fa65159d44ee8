import pytest
from pydantic import TypeAdapter, ValidationError

from custom.server.http_errors import ServiceError
from custom.server.model_worker import ModelInfo
from custom.server.schemas import (Error, TagOptions, Tags, build_response,
                                   list_labels)
from custom.server.service import TagResult
from custom.structures.detection import Detection

INFO = ModelInfo('a.onnx', '1a2b3c4d5e6f', 'OpenVINO', ('sun', 'robot'),
                 dict(robot=.25), None, 1, .02)
RESULT = TagResult(
    width=100,
    height=50,
    objects=[
        Detection('sun', .91236, (1., 2.125, 30.996, 40.)),
        Detection('robot', .3, (0., 0., 10., 10.)),
        Detection('sun', .4, (5., 5., 6., 6.))
    ],
    info=INFO,
    decode_ms=1.234,
    queue_ms=0.,
    inference_ms=20.)


def answer(result=RESULT, **options):
    """The JSON of an answer that took 25 ms."""
    built = build_response(result, INFO, TagOptions(**options), 25.)
    return TypeAdapter(Tags).dump_json(built).decode()


@pytest.mark.parametrize('format, expected', [
    ('list', '[]'),
    ('dict', '{}'),
    ('full', '{"width":100,"height":50,"model":"a.onnx",'
     '"version":"1a2b3c4d5e6f","timings_ms":{"decode":1.23,"queue":0.0,'
     '"inference":20.0,"total":25.0},"objects":[]}'),
])
def test_nothing_found(format, expected):
    assert answer(RESULT._replace(objects=[]), format=format) == expected


def test_tags_are_distinct_and_above_the_threshold_of_each_class():
    # 0.5 for the sun, 0.25 for the robot, which has no Korean name.
    assert answer() == '["해","robot"]'
    assert answer(lang='en', score_thr=.35) == '["sun"]'


def test_boxes_of_each_tag():
    assert answer(
        format='dict', score_thr=0) == ('{"해":[[1.0,2.12,31.0,40.0],'
                                        '[5.0,5.0,6.0,6.0]],'
                                        '"robot":[[0.0,0.0,10.0,10.0]]}')


def test_full():
    assert answer(format='full').endswith(
        '"objects":[{"label":"sun","tag":"해","score":0.9124,"threshold":0.5,'
        '"box":[1.0,2.12,31.0,40.0]},{"label":"robot","tag":"robot",'
        '"score":0.3,"threshold":0.25,"box":[0.0,0.0,10.0,10.0]}]}')


def test_labels():
    sun, robot = list_labels(INFO)
    told = sun.model_dump(mode='json', by_alias=True)
    assert told == dict(
        label='sun',
        tags=dict(ko='해', en='sun'),
        threshold=.5,
        colour='#f05a00')  # codespell:ignore colour
    assert robot.tags == dict(ko='robot', en='robot')


def test_error():
    error = ServiceError('no_file', 'The form holds no file.')
    assert Error.of(error).model_dump_json() == (
        '{"error":{"code":"no_file","message":"The form holds no file.",'
        '"hint":"Put the picture into a multipart field named \\"file\\"."}}')


@pytest.mark.parametrize('score_thr', [-.1, 1.1, float('nan'), 'high'])
def test_thresholds_that_are_refused(score_thr):
    with pytest.raises(ValidationError, match='score_thr'):
        TagOptions(score_thr=score_thr)
