from custom.label_studio.labeling_config import parse_labeling_config
from custom.label_studio.regions import prediction
from custom.structures.detection import Detection

CONFIG = parse_labeling_config(
    '<View><Image name="img" value="$image"/><RectangleLabels name="what" '
    'toName="img"><Label value="해"/></RectangleLabels></View>')


def test_nothing_found():
    assert prediction([], (200, 100), CONFIG, {}, 'v1') == dict(
        result=[], score=None, model_version='v1')


def test_boxes_are_percent_of_the_image():
    found = [
        Detection('sun', .9, (20., 10., 120., 60.)),
        Detection('cat', .8, (0., 0., 1., 1.)),  # has no label
        Detection('sun', .7, (0., 0., 200., 100.)),
    ]

    made = prediction(found, (200, 100), CONFIG, dict(sun='해'), 'v1')

    assert made['score'] == (.9 + .7) / 2
    assert made['result'][0] == dict(
        id='1',
        type='rectanglelabels',
        from_name='what',
        to_name='img',
        original_width=200,
        original_height=100,
        image_rotation=0,
        score=.9,
        value=dict(
            x=10.,
            y=10.,
            width=50.,
            height=50.,
            rotation=0,
            rectanglelabels=['해']))
    assert [one['id'] for one in made['result']] == ['1', '2']
