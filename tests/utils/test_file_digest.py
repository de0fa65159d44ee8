from pathlib import Path

import pytest

from custom.utils.errors import InputError
from custom.utils.file_digest import file_sha256, model_title

# Of no bytes, by sha256sum.
EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'


def test_no_file(tmp_path):
    with pytest.raises(InputError, match='none.pth: cannot be read'):
        file_sha256(str(tmp_path / 'none.pth'))


def test_models_of_one_name_are_told_apart(tmp_path):
    (tmp_path / 'a').mkdir()
    paths = [str(tmp_path / name) for name in ('best.onnx', 'a/best.onnx')]
    for path, data in zip(paths, (b'', b'a')):
        Path(path).write_bytes(data)
    digests = [file_sha256(path) for path in paths]

    assert digests[0] == EMPTY
    assert [model_title(*one) for one in zip(paths, digests)
            ] == ['best.onnx e3b0c442', 'best.onnx ca978112']
