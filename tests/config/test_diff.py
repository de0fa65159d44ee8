from custom.config.config import load_config, settings
from custom.config.diff import MISSING, Change, differences

R50 = 'configs/faster_rcnn/faster-rcnn_r50_fpn_1x_drawings22.py'


def test_no_difference():
    assert differences({}, {}) == []
    assert differences(dict(a=[dict(b=1)]), dict(a=[dict(b=1)])) == []


def test_changed_removed_added():
    old = dict(a=dict(b=1, c=2), d=3)
    new = dict(a=dict(b=10, e=4), d=3)

    assert differences(old, new) == [
        Change('a.b', 1, 10),
        Change('a.c', 2, MISSING),
        Change('a.e', MISSING, 4)
    ]
    assert [str(change) for change in differences(old, new)
            ] == ['~ a.b: 1 -> 10', '- a.c: 2', '+ a.e: 4']


def test_a_dict_for_a_value():
    assert differences(dict(a=None), dict(a=dict(b=1))) == [
        Change('a', None, MISSING),
        Change('a.b', MISSING, 1)
    ]
    assert differences(dict(a={}), dict()) == [Change('a', {}, MISSING)]


def test_true_is_not_one():
    assert len(differences(dict(a=1), dict(a=True))) == 1


def test_a_step_put_into_a_pipeline_changes_no_other():
    load, flip = dict(type='Load'), dict(type='Flip', prob=0.5)
    old = dict(pipeline=[load, flip])
    new = dict(pipeline=[load, dict(type='Resize'), dict(flip, prob=1)])

    assert differences(old, new) == [
        Change('pipeline.1.type', MISSING, 'Resize'),
        Change('pipeline.2.prob', 0.5, 1)
    ]


def test_twice_as_long():
    old, new = (
        settings(load_config(path)) for path in (R50, R50.replace('1x', '2x')))

    assert differences(old, new) == [
        Change('train_cfg.max_epochs', 12, 24),
        Change('param_scheduler.1.end', 12, 24),
        Change('param_scheduler.1.milestones', [8, 11], [16, 22])
    ]
