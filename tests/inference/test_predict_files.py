import json
import os
import subprocess
import sys

import cv2
import numpy as np
import pytest

from custom.inference.predict_files import predict_files
from custom.structures.detection import Detection
from custom.utils.errors import InputError
from tests.helpers.run_tool import ROOT


class OneSun:
    """Finds the same two objects in every image."""
    classes = ('moon', 'sun')
    thresholds = dict(moon=0.1)

    def __call__(self, pixels):
        return [
            Detection('sun', 0.9, (10.0, 20.0, 30.0, 50.0)),
            Detection('moon', 0.2, (0.0, 0.0, 5.0, 5.0))
        ]


def write_image(path):
    path.parent.mkdir(exist_ok=True)
    pixels = np.full((60, 80, 3), 255, np.uint8)
    path.write_bytes(cv2.imencode(path.suffix, pixels)[1].tobytes())
    return str(path)


def test_coco_records_and_distinct_names(tmp_path):
    paths = [write_image(tmp_path / d / 'a.png') for d in ('x', 'y')]

    counts = [*predict_files(OneSun(), paths, str(tmp_path / 'out'), 0.5)]

    assert counts == [1, 1]
    written = json.loads((tmp_path / 'out' / 'predictions.json').read_text())
    assert written['categories'] == [
        dict(id=1, name='moon'),
        dict(id=2, name='sun')
    ]
    assert written['images'][1] == dict(
        id=2, file_name=paths[1], width=80, height=60)
    assert written['annotations'][0] == dict(
        id=1,
        image_id=1,
        category_id=2,
        bbox=[10, 20, 20, 30],
        area=600,
        iscrowd=0,
        score=0.9)
    drawn = cv2.imread(str(tmp_path / 'out' / 'a_2.jpg'))
    assert drawn[35, 10].min() < 200  # the left edge of the box


def test_thresholds_of_the_checkpoint(tmp_path):
    """The moon's is 0.1; the sun has none, so that 0.5 counts."""
    path = write_image(tmp_path / 'a.png')
    for score_thr, count in ((None, 2), (0.5, 1), (0.95, 0)):
        out = str(tmp_path / 'out')
        assert [*predict_files(OneSun(), [path], out, score_thr)] == [count]


class Interrupted(OneSun):
    """Is stopped at the second image."""
    calls = 0

    def __call__(self, image):
        self.calls += 1
        if self.calls == 2:
            raise KeyboardInterrupt
        return super().__call__(image)


def test_what_was_done_is_kept_apart_when_it_is_stopped(tmp_path):
    paths = [write_image(tmp_path / name) for name in ('a.png', 'b.png')]
    out = tmp_path / 'out'
    [*predict_files(OneSun(), paths, str(out), 0.5)]
    before = (out / 'predictions.json').read_text()

    with pytest.raises(KeyboardInterrupt):
        [*predict_files(Interrupted(), paths, str(out), 0.1)]

    assert (out / 'predictions.json').read_text() == before
    written = json.loads((out / 'predictions.partial.json').read_text())
    assert len(written['annotations']) == 2

    [*predict_files(OneSun(), paths, str(out), 0.5)]
    assert not (out / 'predictions.partial.json').exists()


def test_a_bad_file_does_not_stop_the_others(tmp_path):
    paths = [write_image(tmp_path / name) for name in ('a.png', 'c.png')]
    bad = tmp_path / 'b.png'
    bad.write_bytes(b'no image')
    out = tmp_path / 'out'
    with pytest.raises(InputError) as caught:
        [*predict_files(OneSun(), [paths[0], str(bad), paths[1]], str(out))]
    first, second = str(caught.value).splitlines()
    assert first == ('1 of 3 files could not be read, the others are done '
                     f'({out}/predictions.json):')
    assert second.startswith(f'{bad}: cannot be decoded')
    written = json.loads((out / 'predictions.json').read_text())
    assert [image['file_name'] for image in written['images']] == paths
    assert {path.name
            for path in out.iterdir()
            } == {'a.jpg', 'c.jpg', 'predictions.json'}


def test_a_damaged_video(tmp_path):
    """What can be read of it is kept, and told."""
    path = str(tmp_path / 'a.avi')
    video = cv2.VideoWriter(path, cv2.VideoWriter_fourcc(*'MJPG'), 10,
                            (64, 48))
    for _ in range(12):
        video.write(
            np.random.default_rng(0).integers(0, 255, (48, 64, 3), np.uint8))
    video.release()
    data = bytearray((tmp_path / 'a.avi').read_bytes())
    half = len(data) // 2
    # The index at the end stays, and tells of twelve.
    data[half:-400] = bytes(len(data) - 400 - half)
    (tmp_path / 'a.avi').write_bytes(data)
    with pytest.raises(InputError, match=r'a.avi: ends after \d of 12 frames'):
        [*predict_files(OneSun(), [path], str(tmp_path / 'out'))]
    written = json.loads((tmp_path / 'out/predictions.json').read_text())
    assert 1 < len(written['images']) < 8
    assert (tmp_path / 'out' / 'a.mp4').exists()


def test_classes(tmp_path):
    path = write_image(tmp_path / 'a.png')
    out = str(tmp_path / 'out')
    assert [*predict_files(OneSun(), [path], out, .1, classes=['sun'])] == [1]
    with pytest.raises(InputError, match='no class cow; the detector finds'):
        [*predict_files(OneSun(), [path], out, classes=['cow', 'sun'])]


def test_names_that_some_disks_take_for_one(tmp_path):
    paths = [write_image(tmp_path / name) for name in ('x/A.png', 'y/a.png')]

    [*predict_files(OneSun(), paths, str(tmp_path / 'out'), 0.5)]

    drawn = {path.name for path in (tmp_path / 'out').glob('*.jpg')}
    assert drawn == {'A.jpg', 'a_2.jpg'}


def test_never_draws_over_its_input(tmp_path):
    path = write_image(tmp_path / 'a.jpg')
    before = (tmp_path / 'a.jpg').read_bytes()

    with pytest.raises(InputError, match='a.jpg: would be overwritten'):
        [*predict_files(OneSun(), [path], str(tmp_path), 0.5)]

    assert (tmp_path / 'a.jpg').read_bytes() == before


def test_never_draws_over_another_input(tmp_path):
    """The drawing of a.png would be a.jpg, which is still to be read."""
    paths = [write_image(tmp_path / 'a.png'), write_image(tmp_path / 'a.jpg')]
    before = (tmp_path / 'a.jpg').read_bytes()

    with pytest.raises(InputError, match='a.jpg: would be overwritten'):
        [*predict_files(OneSun(), paths, str(tmp_path), 0.5)]

    assert (tmp_path / 'a.jpg').read_bytes() == before
    assert len([*tmp_path.iterdir()]) == 2


def test_never_draws_over_what_was_there(tmp_path):
    """a.jpg is a picture of its own, which nobody asked to look at."""
    path = write_image(tmp_path / 'in' / 'a.png')
    write_image(tmp_path / 'a.jpg')
    before = (tmp_path / 'a.jpg').read_bytes()
    with pytest.raises(InputError, match='a.jpg: would be overwritten'):
        [*predict_files(OneSun(), [path], str(tmp_path), 0.5)]
    assert (tmp_path / 'a.jpg').read_bytes() == before
    # The drawings of a call before are drawn anew.
    for _ in range(2):
        [*predict_files(OneSun(), [path], str(tmp_path / 'out'), 0.5)]


NAME = os.fsdecode(b'\xb3\xaa.png')  # of CP949, as in old archives


def test_a_name_that_is_not_utf_8(tmp_path):
    path = write_image(tmp_path / NAME)

    [*predict_files(OneSun(), [path], str(tmp_path / 'out'), 0.5)]

    written = json.loads((tmp_path / 'out/predictions.json').read_text())
    assert written['images'][0]['file_name'].endswith(NAME)


FULL = """
import resource, signal, sys
from pathlib import Path

from tests.inference.test_predict_files import OneSun
from custom.inference.predict_files import predict_files

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
try:
    [*predict_files(OneSun(), [sys.argv[1]], sys.argv[2], 0.5)]
except Exception as error:
    print(type(error).__name__, error)
"""


def test_a_video_for_which_there_is_no_room(tmp_path):
    film = str(tmp_path / 'film.mp4')
    writer = cv2.VideoWriter(film, cv2.VideoWriter_fourcc(*'mp4v'), 5,
                             (320, 240))
    noise = np.random.default_rng(0)
    for _ in range(5):
        writer.write(noise.integers(0, 256, (240, 320, 3), np.uint8))
    writer.release()
    out = tmp_path / 'out'
    out.mkdir()
    (out / 'predictions.json').write_text('{}')
    (out / 'film.mp4').write_bytes(b'the one before')

    done = subprocess.run([sys.executable, '-c', FULL, film, out],
                          cwd=ROOT,
                          capture_output=True,
                          text=True,
                          env=dict(
                              os.environ, USE_TORCH='0', PYTHONPATH=str(ROOT)),
                          check=True)

    assert f'InputError {out}/film.mp4: cannot be written whole' in done.stdout
    assert (out / 'film.mp4').read_bytes() == b'the one before'
    assert [path.name for path in out.glob('*.mp4')] == ['film.mp4']
