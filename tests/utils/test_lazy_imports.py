import subprocess
import sys
from types import ModuleType

import pytest
import torch
from mmengine.model import MMFullyShardedDataParallel, is_model_wrapper
from mmengine.registry import OPTIMIZERS
from torch.distributed.fsdp import FullyShardedDataParallel
from torch.distributed.optim import ZeroRedundancyOptimizer

from custom.config.schema import keys_of_type
from custom.utils import lazy_imports
from custom.utils.lazy_imports import (LazyModule, LazyObject,
                                       postponed_packages)

FRESH = """
import sys
import custom
from mmengine.model import is_model_wrapper
from mmengine.registry import OPTIMIZERS
from torch.nn import Linear

def loaded():
    return [name for name in ('torch.distributed.fsdp', 'sympy', 'imgaug',
                              'scipy', 'matplotlib', 'numba')
            if name in sys.modules]

assert not is_model_wrapper(Linear(1, 1)) and OPTIMIZERS.get('SGD')
print(*loaded())

from mmdet.models.task_modules.assigners import hungarian_assigner
print(*hungarian_assigner.linear_sum_assignment([[1, 0], [0, 1]])[1])
print(*loaded())

from mmdet.registry import TRANSFORMS
print(type(TRANSFORMS.build(dict(type='LinesToArray'))).__module__)
print(*loaded())
"""


def test_they_are_imported_when_a_config_names_one():
    done = subprocess.run([sys.executable, '-c', FRESH],
                          check=True,
                          capture_output=True,
                          text=True)
    before, columns, between, module, after = done.stdout.splitlines()
    assert (before, between) == ('', 'scipy')
    assert columns == '1 0'
    assert module == 'mmdet.datasets.transforms.generate_line'
    assert 'imgaug' in after.split()


STEPS = """
import sys
import custom
import torch

layer = torch.nn.Linear(1, 1)
optimizer = torch.optim.AdamW(layer.parameters(), lr=1., weight_decay=0.)

def step():
    optimizer.zero_grad()
    layer(torch.ones(1, 1)).sum().backward()
    before = layer.bias.item()
    optimizer.step()
    return round(before - layer.bias.item(), 3)

print(step(), step(), 'sympy' in sys.modules)

@torch.compile(backend='eager')
def double(x):
    return 2 * x

print(double(torch.ones(1)).item(), step(), 'sympy' in sys.modules)
import torch._dynamo.testing
added = torch.optim.Optimizer.add_param_group.__wrapped__
print(torch._dynamo is sys.modules['torch._dynamo'],
      torch._dynamo.testing.__name__, added.__dynamo_disable is not added)
"""


def test_steps_need_no_compiler_and_what_is_compiled_has_it():
    done = subprocess.run([sys.executable, '-c', STEPS],
                          check=True,
                          capture_output=True,
                          text=True)
    assert done.stdout.splitlines() == [
        '1.0 1.0 False', '2.0 1.0 True', 'True torch._dynamo.testing True'
    ]


def test_all_that_mmdetection_takes_from_the_packages_is_there():
    taken = [
        one for name, module in [*sys.modules.items()]
        if name.startswith('mmdet.') for one in vars(module).values()
        if type(one) in (LazyObject, LazyModule)
    ]
    objects = [one for one in taken if type(one) is LazyObject]

    assert {one.__wrapped__.__name__
            for one in objects
            } >= {'Rectangle', 'corrupt', 'matplotlib.pyplot', 'splev'}
    assert {one.__name__
            for one in taken if type(one) is LazyModule} == {'scipy'}


MODULE = """
import vectors.plane
from vectors import plane
from vectors.plane import Point

class Mine(Point):
    pass

name = vectors.plane
"""


def test_what_a_module_of_mmdetection_gets(tmp_path, monkeypatch):
    (tmp_path / 'vectors').mkdir()
    (tmp_path / 'vectors/__init__.py').touch()
    (tmp_path / 'vectors/plane.py').write_text('class Point:\n    sides = 2')
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(lazy_imports, '_PACKAGES', ('vectors', ))
    ours, theirs = dict(__name__='mmdet.one'), dict(__name__='other.one')
    with postponed_packages():
        exec('import vectors.plane; name = vectors.plane', ours)
        assert 'vectors' not in sys.modules
        assert type(ours['name']) is LazyObject
        exec(MODULE, ours)  # a class derived from one needs it
        exec(MODULE, theirs)

    assert type(theirs['name']) is ModuleType
    assert ours['Mine'].__mro__[1] is theirs['Point']
    assert ours['plane'].__wrapped__ is theirs['plane']
    assert ours['vectors'].plane is theirs['plane']
    assert isinstance(theirs['Point'](), ours['Point'])
    assert not isinstance(1, ours['Point'])
    for name in ('vectors', 'vectors.plane'):
        monkeypatch.delitem(sys.modules, name)


@pytest.fixture
def one_process(tmp_path):
    torch.distributed.init_process_group(
        'gloo', init_method=f'file://{tmp_path}/store', rank=0, world_size=1)
    yield
    torch.distributed.destroy_process_group()


def test_an_optimizer_that_is_sharded(one_process):
    layer = torch.nn.Linear(1, 1)
    optimizer = OPTIMIZERS.build(
        dict(
            type='ZeroRedundancyOptimizer',
            params=layer.parameters(),
            optimizer_type='SGD',
            lr=1))
    layer(torch.ones(1, 1)).sum().backward()
    before = layer.weight.item()
    optimizer.step()
    assert layer.weight.item() == before - 1
    assert isinstance(optimizer, ZeroRedundancyOptimizer)


def test_classes_derived_from_one():

    class Wrapper(MMFullyShardedDataParallel):
        pass

    assert issubclass(Wrapper, FullyShardedDataParallel)
    assert is_model_wrapper(Wrapper.__new__(Wrapper))
    assert not is_model_wrapper(torch.nn.Linear(1, 1))


def test_keys_of_the_config_are_those_of_the_class():
    names, closed = keys_of_type(dict(type='ImageAug'))
    assert closed and 'pipeline' in names and 'pipelin' not in names
