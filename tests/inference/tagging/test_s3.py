"""Images of an S3 server on this machine, as tools/tag_dataset.py reads
them."""
import cv2
import pytest
from pyarrow.fs import S3FileSystem

from custom.inference.tagging.image_tagger import ImageTagger, TagSettings
from custom.inference.tagging.object_store import StoreError, read_store
from custom.inference.tagging.sources import open_source
from custom.inference.tagging.tag_images import tag_in_processes
from custom.utils.errors import InputError
from tests.helpers.processes import free_port


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Credentials, so that none are looked for on the network."""
    for name in ('ACCESS_KEY_ID', 'SECRET_ACCESS_KEY'):
        monkeypatch.setenv(f'AWS_{name}', 'any')
    monkeypatch.setenv('AWS_EC2_METADATA_DISABLED', 'true')


@pytest.fixture
def bucket(images):
    """A bucket with four images of noise and a text; the options of its
    server."""
    from moto.server import ThreadedMotoServer
    port = free_port()
    server = ThreadedMotoServer('127.0.0.1', port, verbose=False)
    server.start()
    store = S3FileSystem(
        endpoint_override=f'http://127.0.0.1:{port}',
        region='us-east-1',
        allow_bucket_creation=True)
    store.create_dir('drawings')
    for i, pixels in enumerate(images):
        with store.open_output_stream(f'drawings/deep/{i}.png') as file:
            file.write(cv2.imencode('.png', pixels)[1].tobytes())
    with store.open_output_stream('drawings/deep/notes.txt') as file:
        file.write(b'no picture')
    yield f'region=us-east-1&scheme=http&endpoint_override=127.0.0.1:{port}'
    server.stop()


@pytest.mark.s3
@pytest.mark.slow
def test_bucket(r18, bucket, images):
    source = open_source(f's3://drawings/deep?{bucket}', 'path')
    settings = TagSettings(r18[1], '', score_thr=.3)

    found = [*tag_in_processes(source, settings, range(4), 2)]

    assert [(row['path'], row['height'], row['width']) for row in found
            ] == [(f's3://drawings/deep/{i}.png', *pixels.shape[:2])
                  for i, pixels in enumerate(images)]
    assert found == [*map(ImageTagger(source, settings, 1), range(4))]
    assert found[0]['labels']
    with pytest.raises(InputError, match='deep/9.png: cannot be read'):
        read_store('s3://drawings/deep/9.png', bucket)


def test_no_server(monkeypatch):
    monkeypatch.setenv('AWS_MAX_ATTEMPTS', '1')
    with pytest.raises(StoreError, match='s3://drawings: cannot be listed'):
        open_source(
            's3://drawings?region=us-east-1&scheme=http&'
            f'endpoint_override=127.0.0.1:{free_port()}', 'path')
