import io
import json
import os
import runpy
import signal
import sys
from pathlib import Path

import pytest

from custom.datasets.annotations.box_format import LAYOUTS
from custom.datasets.annotations.layout import class_names
from custom.datasets.formats.importers.importer import FORMATS
from tests.helpers.valid_coco import sound

TOOL = Path(__file__).parents[2] / 'tools' / 'convert_dataset.py'


def convert(monkeypatch, *args):
    monkeypatch.setattr(sys, 'argv', [str(TOOL), *map(str, args)])
    runpy.run_path(str(TOOL), run_name='__main__')


def refused(monkeypatch, capsys, *args):
    """What a command prints that ends with code 2."""
    with pytest.raises(SystemExit) as caught:
        convert(monkeypatch, *args)
    assert caught.value.code == 2
    return capsys.readouterr().err


@pytest.fixture
def ten(voc):
    """Ten images of a cat and a Dog each; one Dog is not all inside."""
    for name in 'abcdefghij':
        voc.write(name, voc.object('cat', 1, 1, 20, 10),
                  voc.object('Dog', 41, 31, 60 + 20 * (name == 'j'), 40))
    return voc.root


def test_every_format_and_layout_can_be_asked_for(monkeypatch):
    monkeypatch.syspath_prepend(TOOL.parent)
    tool = runpy.run_path(str(TOOL))
    assert {*tool['FORMATS']} == {*FORMATS}
    assert {*tool['LAYOUTS']} == {*LAYOUTS, 'yx'}


def test_voc(ten, tmp_path, monkeypatch, capsys):
    out = tmp_path / 'data'
    convert(monkeypatch, 'voc', ten, '--out', out)
    assert class_names(out) == ('Dog', 'cat')
    train, val, test = sound(out, ('Dog', 'cat'))
    assert (train.images, val.images, test.images) == (7, 2, 1)
    assert train.boxes == 14
    printed = capsys.readouterr().out
    assert 'copying images: 10/10' in printed
    assert 'train: 7 images, 14 boxes (Dog 7, cat 7)' in printed
    assert 'note: 1 boxes clipped to their image' in printed
    assert not (out / 'images' / 'a.png').samefile(ten / 'JPEGImages/a.png')


def test_options(ten, tmp_path, monkeypatch, capsys):
    out = tmp_path / 'data'
    convert(monkeypatch, 'voc', ten, '--out', out, '--val-fraction', '0.3',
            '--test-fraction', '0', '--rename', 'cat=lion', '--drop', 'dog',
            '--classes', 'lion, tiger', '--link')
    assert class_names(out) == ('lion', 'tiger')
    train, val = sound(out, ('lion', 'tiger'), ['train', 'val'])
    assert (train.images, val.images) == (7, 3)
    assert (train.boxes, val.boxes) == (7, 3)
    printed = capsys.readouterr().out
    assert 'linking images: 10/10' in printed
    assert 'train: 7 images, 7 boxes (lion 7, tiger 0)' in printed
    assert 'note: 10 boxes of "cat" renamed to "lion"' in printed
    assert 'note: 10 boxes of "Dog" dropped' in printed
    assert (out / 'images' / 'a.png').samefile(ten / 'JPEGImages/a.png')


def test_coco_of_our_own(ten, tmp_path, monkeypatch):
    first, second = tmp_path / 'first', tmp_path / 'second'
    convert(monkeypatch, 'voc', ten, '--out', first)
    convert(monkeypatch, 'coco', first, '--out', second)
    for split in ('train', 'val', 'test'):
        name = Path('annotations') / f'{split}.json'
        assert json.loads((first / name).read_text()) == json.loads(
            (second / name).read_text())
    assert sorted(os.listdir(first / 'images')) == sorted(
        os.listdir(second / 'images'))


def test_goes_on(ten, tmp_path, monkeypatch, capsys):
    out = tmp_path / 'data'
    convert(monkeypatch, 'voc', ten, '--out', out)
    out.rename(tmp_path / '.data.part')
    convert(monkeypatch, 'voc', ten, '--out', out)
    assert ('10 images were there from an interrupted run'
            in capsys.readouterr().out)


def test_bad_source(tmp_path, monkeypatch, capsys):
    out = tmp_path / 'data'
    error = refused(monkeypatch, capsys, 'voc', tmp_path / 'none', '--out',
                    out)
    assert error == (
        f'error: {tmp_path / "none"}: no such file or folder. Check the '
        'path.\n')
    assert os.listdir(tmp_path) == []


def test_target_below_a_file(ten, tmp_path, monkeypatch, capsys):
    (tmp_path / 'a').touch()
    out = tmp_path / 'a' / 'data'
    error = refused(monkeypatch, capsys, 'voc', ten, '--out', out)
    assert error == (f'error: {out}: {tmp_path / "a"} is a file, which holds '
                     'no folder. Choose another one.\n')


def test_the_folder_that_one_is_in(five_bad, tmp_path, monkeypatch):
    (tmp_path / 'data').mkdir()
    monkeypatch.chdir(tmp_path / 'data')
    convert(monkeypatch, 'voc', five_bad, '--out', '.', '--mend')
    sound(tmp_path / 'data', ('Dog', 'cat'))
    assert len(listed(tmp_path / 'data')) == 5


def test_full_target(voc, monkeypatch, capsys):
    error = refused(monkeypatch, capsys, 'voc', voc.root, '--out', voc.root)
    assert f'{voc.root}: exists and is not empty' in error


@pytest.mark.parametrize('words, message', [
    (['--drop', 'cta'], 'error: --drop: "cta" is none of the 2 classes; the '
     'nearest is "cat".'),
    (['--rename', 'dot=sun'], '--rename: "dot" is none of the 2 classes; the '
     'nearest is "Dog".'),
    (['--classes', 'cat'], '--classes: found "Dog" is none of the 1'),
    (['--rename', 'cat'], '"cat" is not OLD=NEW'),
    (['--classes', 'cat,,Dog'], '"cat,,Dog" has an empty name'),
    (['--copy', '--link'], 'not allowed with argument'),
    (['--rename', 'cat=a', '--rename', 'cat=b'], '"cat" stands there twice'),
    (['--val-fraction', 'nan'], 'the fractions for val (nan)'),
])
def test_bad_options(words, message, ten, tmp_path, monkeypatch, capsys):
    error = refused(monkeypatch, capsys, 'voc', ten, '--out', tmp_path / 'out',
                    *words)
    assert message in error
    assert os.listdir(tmp_path) == ['voc']


@pytest.fixture
def five_bad(ten):
    """Two files that are no XML, a box outside, two whose corners are
    exchanged."""
    folder = ten / 'Annotations'
    for name in 'ab':
        (folder / f'{name}.xml').write_text('')
    for name, old, new in (('c', '<xmin>41', '<xmin>141'),
                           ('d', '<xmin>1<', '<xmin>30<'), ('e', '<ymin>1<',
                                                            '<ymin>30<')):
        path = folder / f'{name}.xml'
        path.write_text(path.read_text().replace(old, new).replace(
            '<xmax>60', f'<xmax>{160 if name == "c" else 60}'))
    return ten


def listed(out):
    """What the list of problems says of which file."""
    lines = Path(f'{out}.problems.txt').read_text().splitlines()
    return [Path(line.partition(':')[0]).name for line in lines]


def test_problems_are_listed(five_bad, tmp_path, monkeypatch, capsys):
    out = tmp_path / 'data'
    error = refused(monkeypatch, capsys, 'voc', five_bad, '--out', out)
    assert error.splitlines()[-1] == (
        f'{five_bad}: 5 problems: 2 annotation files that cannot be read, 1 '
        'boxes outside their image, 2 boxes whose corners are exchanged. '
        '--skip-bad leaves these records out and goes on.')
    assert listed(out) == ['a.xml', 'b.xml', 'c.xml', 'd.xml', 'e.xml']
    assert not out.exists()


@pytest.mark.parametrize('option, boxes', [('--skip-bad', 13), ('--mend', 15)])
def test_the_others_are_imported(option, boxes, five_bad, tmp_path,
                                 monkeypatch, capsys):
    out = tmp_path / 'data'
    convert(monkeypatch, 'voc', five_bad, '--out', out, option)
    summaries = sound(out, ('Dog', 'cat'))
    assert sum(summary.images for summary in summaries) == 8
    assert sum(summary.boxes for summary in summaries) == boxes
    printed = capsys.readouterr().out
    assert 'left out: 2 annotation files that cannot be read' in printed
    how = 'mended' if option == '--mend' else 'left out'
    assert f'{how}: 2 boxes whose corners are exchanged' in printed
    assert f'all 5 problems: {out}.problems.txt' in printed
    assert len(listed(out)) == 5


def test_a_list_of_an_import_before_goes(five_bad, tmp_path, monkeypatch,
                                         capsys):
    out = tmp_path / 'data'
    refused(monkeypatch, capsys, 'voc', five_bad, '--out', out)
    for name in 'abcde':
        (five_bad / 'Annotations' / f'{name}.xml').unlink()
    convert(monkeypatch, 'voc', five_bad, '--out', out)
    assert sorted(os.listdir(tmp_path)) == ['data', 'voc']


class Interrupting(io.StringIO):
    """Standard output where somebody presses ^C at the first image."""

    def write(self, text):
        if 'copying images' in text:
            signal.raise_signal(signal.SIGINT)
        return super().write(text)


def test_interrupted(ten, tmp_path, monkeypatch, capsys):
    out = tmp_path / 'data'
    with monkeypatch.context() as patch:
        patch.setattr(sys, 'stdout', Interrupting())
        with pytest.raises(SystemExit) as caught:
            convert(monkeypatch, 'voc', ten, '--out', out)
    assert caught.value.code == 130
    assert capsys.readouterr().err == (
        f'{out}: not done yet; the same command goes on where it stopped\n'
        'interrupted\n')
    assert not out.exists()
    convert(monkeypatch, 'voc', ten, '--out', out)
    assert 'from an interrupted run' in capsys.readouterr().out
    assert sorted(os.listdir(tmp_path)) == ['data', 'voc']
