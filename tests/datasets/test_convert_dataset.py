import runpy
import sys
from pathlib import Path

import pytest

from custom.datasets.folder import check_folder, class_names

TOOL = Path(__file__).parents[2] / 'tools' / 'convert_dataset.py'


def convert(monkeypatch, *args):
    monkeypatch.setattr(sys, 'argv', [str(TOOL), *map(str, args)])
    runpy.run_path(str(TOOL), run_name='__main__')


def test_voc(voc, tmp_path, monkeypatch, capsys):
    for name in 'abcdefghij':
        voc.write(name, voc.object('cat', 1, 1, 20, 10),
                  voc.object('Dog', 41, 31, 80, 60))
    out = tmp_path / 'data'
    convert(monkeypatch, 'voc', voc.root, '--out', out)
    assert class_names(out) == ('Dog', 'cat')
    train, val, test = check_folder(out, ('Dog', 'cat'))
    assert (train.images, val.images, test.images) == (6, 2, 2)
    assert train.boxes == 12
    printed = capsys.readouterr().out
    assert 'train: 6 images, 12 boxes (Dog 6, cat 6)' in printed
    assert '10 boxes clipped to their image' in printed


def test_bad_source(tmp_path, monkeypatch, capsys):
    out = tmp_path / 'data'
    with pytest.raises(SystemExit) as caught:
        convert(monkeypatch, 'voc', tmp_path / 'none', '--out', out)
    assert caught.value.code == 2
    assert capsys.readouterr().err == (
        f'error: {tmp_path / "none"}: no such folder. Check the path.\n')
    assert not out.exists()


def test_full_target(voc, tmp_path, monkeypatch, capsys):
    with pytest.raises(SystemExit) as caught:
        convert(monkeypatch, 'voc', voc.root, '--out', voc.root)
    assert caught.value.code == 2
    assert f'{voc.root}: exists and is not empty' in capsys.readouterr().err
