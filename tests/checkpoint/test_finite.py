import math

import pytest
import torch

from custom.checkpoint.finite import not_finite, require_finite
from custom.utils.errors import InputError


def checkpoint(**weights):
    return dict(
        state_dict={
            name: torch.tensor([0., value])
            for name, value in weights.items()
        },
        optimizer=dict(state={0: dict(step=torch.tensor(3))}),
        message_hub=dict(loss=torch.tensor(math.nan)))


def test_all_finite():
    assert not_finite(checkpoint(a=1., b=-2.)) == []
    require_finite(checkpoint(a=1.), 'it')
    require_finite({}, 'it')


def test_nan_and_inf_are_named():
    found = checkpoint(a=math.nan, b=1., c=math.inf)
    found['optimizer']['state'][0]['momentum'] = torch.tensor([math.nan])
    assert not_finite(found) == [
        'state_dict.a', 'state_dict.c', 'optimizer.state.0.momentum'
    ]
    with pytest.raises(InputError, match=r'it: NaN or inf in state_dict\.a'):
        require_finite(found, 'it')


def test_what_is_infinite_by_design_is_allowed():
    require_finite(checkpoint(mask=-math.inf), 'it', {'state_dict.mask'})
