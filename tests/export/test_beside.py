"""Where an export lies, and when it is out of date."""
import os

from custom.export.beside import is_exported, path_beside


def test_it_lies_beside():
    assert path_beside('runs/best.v2.pth') == 'runs/best.v2.onnx'


def test_an_older_export_is_none(tmp_path):
    checkpoint, export = tmp_path / 'a.pth', tmp_path / 'a.onnx'
    assert not is_exported(str(checkpoint))
    checkpoint.touch()
    assert not is_exported(str(checkpoint))

    export.touch()
    os.utime(export, (100, 100))
    os.utime(checkpoint, (100, 100))
    assert is_exported(str(checkpoint))

    os.utime(checkpoint, (101, 101))
    assert not is_exported(str(checkpoint))
