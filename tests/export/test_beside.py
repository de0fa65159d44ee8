"""Export beside its checkpoint, and when it is out of date."""
import os
import shutil

from custom.export.beside import is_exported, path_beside
from custom.export.to_onnx import exported_beside
from custom.utils.image_io import read_image


def test_it_lies_beside():
    assert path_beside('runs/best.v2.pth') == 'runs/best.v2.onnx'


def test_an_export_of_another_checkpoint_is_none(tmp_path):
    checkpoint, export = tmp_path / 'a.pth', tmp_path / 'a.onnx'
    assert not is_exported(str(checkpoint))
    checkpoint.touch()
    assert not is_exported(str(checkpoint))

    export.touch()
    os.utime(export, (100, 100))
    os.utime(checkpoint, (100, 100))
    assert is_exported(str(checkpoint))

    # Another in its place: made later, or before.
    for time in (101, 99):
        os.utime(checkpoint, (time, time))
        assert not is_exported(str(checkpoint))


def test_a_checkpoint_that_is_replaced_is_exported_anew(
        trained, tmp_path, drawings):
    best = next(trained[0].glob('best_*.pth'))
    checkpoint = shutil.copy(best, tmp_path)
    images = [read_image(str(next((drawings / 'images').iterdir())))]
    export = exported_beside(checkpoint, images)
    assert is_exported(checkpoint)

    os.replace(shutil.copy2(best, tmp_path / 'older'), checkpoint)

    assert os.path.getmtime(checkpoint) < os.path.getmtime(export)
    assert not is_exported(checkpoint)
