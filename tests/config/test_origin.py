import glob
import os.path as osp

import pytest

from custom.config.config import load_config
from custom.config.origin import Origin, origins, read_chain, unread_variables
from custom.config.tree import flatten


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write_files(**texts):
        for name, text in texts.items():
            (tmp_path / f'{name}.py').write_text(text)

    return write_files


def files_of(path):
    return {
        key: str(origin)
        for key, origin in origins(read_chain(path)).items()
    }


def test_empty_file(write):
    write(leaf='')

    assert read_chain('leaf.py').values == {}
    assert files_of('leaf.py') == {}
    assert unread_variables('leaf.py') == {}


def test_the_last_file_that_says_so(write):
    write(
        low='model = dict(a=1, b=2, c=dict(d=3))',
        middle="_base_ = './low.py'\nmodel = dict(b=20)",
        # It repeats what is there already: it has set it all the same.
        leaf="_base_ = ['./middle.py']\nmodel = dict(c=dict(d=3, e=4))")

    assert files_of('leaf.py') == {
        'model.a': 'low.py',
        'model.b': 'middle.py',
        'model.c.d': 'leaf.py',
        'model.c.e': 'leaf.py'
    }
    leaf = read_chain('leaf.py')
    assert (leaf.path, leaf.bases[0].path) == ('leaf.py', 'middle.py')
    assert leaf.bases[0].bases[0].bases == ()


def test_deleted_keys_have_no_origin(write):
    write(
        low="optim_wrapper = dict(optimizer=dict(type='SGD', momentum=0.9))",
        leaf="_base_ = './low.py'\noptim_wrapper = dict(optimizer=dict("
        "_delete_=True, type='AdamW'))")

    assert files_of('leaf.py') == {'optim_wrapper.optimizer.type': 'leaf.py'}


def test_a_list_is_set_as_a_whole(write):
    write(
        low='hooks = [dict(a=1), dict(b=2)]\nscales = [8]',
        leaf="_base_ = './low.py'\nhooks = [dict(a=1)]")

    assert files_of('leaf.py') == {'scales': 'low.py', 'hooks.0.a': 'leaf.py'}


def test_values_dicts_and_nothing_replace_each_other(write):
    write(
        low='a = dict(b=1)\nc = None\nd = dict()',
        leaf="_base_ = './low.py'\na = None\nd = dict(e=1)\nf = dict()")

    assert files_of('leaf.py') == {
        'a': 'leaf.py',
        'c': 'low.py',
        'd.e': 'leaf.py',
        'f': 'leaf.py'
    }


def test_references_name_the_variable(write):
    write(
        low='size = 3\nstep = dict(a=1, b=2)',
        leaf="_base_ = './low.py'\nmodel = dict(heads=[dict(\n"
        'size={{_base_.size}})], step={{_base_.step}}, twice=2 * _base_.size)')

    found = origins(read_chain('leaf.py'))
    assert found['model.heads.0.size'] == Origin('leaf.py', 'size')
    assert found['model.step.b'] == Origin('leaf.py', 'step')
    assert found['model.twice'] == Origin('leaf.py')
    assert str(found['model.step.a']) == 'leaf.py, _base_.step'


def test_options_come_last(write):
    write(leaf='model = dict(a=1)\nloader = dict(b=2)')
    values = dict(model=dict(a=5), loader=dict(b=2, c=3))
    found = origins(
        read_chain('leaf.py'), values, {
            'model.a': '--epochs',
            'loader.c': '--cfg-options'
        })

    assert {
        key: origin.file
        for key, origin in found.items()
    } == {
        'model.a': '--epochs',
        'loader.b': 'leaf.py',
        'loader.c': '--cfg-options'
    }


@pytest.mark.parametrize(
    'path', glob.glob('configs/**/*.py', recursive=True), ids=osp.basename)
def test_read_as_mmengine_reads(path):
    values = load_config(path)._cfg_dict
    file = read_chain(path)

    assert file.values == values
    assert set(origins(file)) == set(flatten(values))


def test_variables_that_nothing_reads(write):
    """Found without running a file: low.py would end it."""
    write(
        low='max_epochs = 12\ntrain_cfg = dict(max_epochs=max_epochs)\n'
        'num_classes = 3\nsize = 4\nraise SystemExit',
        leaf="import os\n_base_ = './low.py'\nmax_epochs = 24\n"
        "work_dir = 'here'\nsteps = [dict() for _ in range(2)]\n"
        'hooks = steps\ndef even(number): twice = 2 * number\n'
        'optim_wraper = dict()\nmodel = dict(size={{_base_.size}})')

    assert unread_variables('leaf.py') == {
        'low.py': ['num_classes'],
        'leaf.py': ['max_epochs', 'hooks', 'optim_wraper']
    }
