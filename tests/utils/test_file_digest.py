import pytest

from custom.utils.errors import InputError
from custom.utils.file_digest import file_sha256, model_version

# Of no bytes, by sha256sum.
EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'


def test_no_file(tmp_path):
    with pytest.raises(InputError, match='none.pth: cannot be read'):
        file_sha256(str(tmp_path / 'none.pth'))


def test_models_of_one_name_are_told_apart(tmp_path):
    (tmp_path / 'a').mkdir()
    for path in (tmp_path / 'best.onnx', tmp_path / 'a/best.onnx'):
        path.write_bytes(b'' if path.parent == tmp_path else b'a')

    assert file_sha256(str(tmp_path / 'best.onnx')) == EMPTY
    assert model_version(str(tmp_path / 'best.onnx')) == 'best.onnx e3b0c442'
    assert model_version(str(tmp_path / 'a/best.onnx')) == 'best.onnx ca978112'
