import optuna
import pytest
from optuna.distributions import (CategoricalDistribution, FloatDistribution,
                                  IntDistribution)

from custom.config.config import load_config
from custom.engine.tuning.search_space import (parse_space, require_searchable,
                                               space_argv, space_options,
                                               suggest)
from custom.utils.errors import InputError
from tests.helpers.run_tool import CONFIG

LR = 'optim_wrapper.optimizer.lr'
BATCH = 'train_dataloader.batch_size'


@pytest.mark.parametrize('text, distribution', [
    ('1e-4..1e-2:log', FloatDistribution(1e-4, 1e-2, log=True)),
    ('.1..0.5', FloatDistribution(0.1, 0.5)),
    ('-1..1', IntDistribution(-1, 1)),
    ('1..16:log', IntDistribution(1, 16, log=True)),
    ('1..2.5', FloatDistribution(1, 2.5)),
    ('2,4,8', CategoricalDistribution(('2', '4', '8'))),
    ('SGD,AdamW', CategoricalDistribution(('SGD', 'AdamW'))),
    ('[1,2],[(3,4),5]', CategoricalDistribution(('[1,2]', '[(3,4),5]'))),
])
def test_grammar(text, distribution):
    assert parse_space([f'a.b={text}']) == {'a.b': distribution}


@pytest.mark.parametrize('words, message', [
    (['a'], '--search a: needs at least two values'),
    (['a=1'], 'needs at least two values, each another; write KEY=LOW'),
    (['a=1,1'], 'needs at least two values'),
    (['a=1,,2'], 'needs at least two values'),
    (['a=2..1'], '--search a=2..1: 2 is not below 1; write'),
    (['a=0..1:log'], 'a log scale is above 0'),
    (['a=1,2', 'a=1..2'], '--search a: is given twice'),
])
def test_what_is_no_space(words, message):
    with pytest.raises(InputError, match=message.replace('..', r'\.\.')):
        parse_space(words)


@pytest.mark.parametrize('word, message', [
    ('optim_wrapper.optimizer.lrr=1..2',
     r'--search optim_wrapper\.optimizer\.lrr: nothing reads it; did you mean '
     r'optim_wrapper\.optimizer\.lr\?'),
    ('learning=1..2', '--search learning: nothing reads it'),
    (f'{BATCH}=2,4', 'is set by another flag'),
    ('model.backbone.dept=18,50', 'did you mean model.backbone.depth'),
])
def test_what_cannot_be_searched(word, message):
    with pytest.raises(InputError, match=message):
        require_searchable(
            load_config(CONFIG), parse_space([word]), given=[BATCH])


def test_values_of_a_trial():
    space = parse_space(
        [f'{LR}=1e-4..1e-2:log', f'{BATCH}=2,4', 'train_cfg.max_epochs=3..5'])
    require_searchable(load_config(CONFIG), space, given=[])
    trial = optuna.create_study().ask()
    found = suggest(trial, space)

    options = space_options(found)
    assert options == {
        LR: found[LR],
        BATCH: int(found[BATCH]),
        'train_cfg.max_epochs': found['train_cfg.max_epochs']
    }
    assert 1e-4 <= options[LR] <= 1e-2
    assert space_argv(dict(a='(1,2)', b=0.5)) == ['a=(1,2)', 'b=0.5']
