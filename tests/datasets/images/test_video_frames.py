import os
import signal
import subprocess
import sys
import time

import cv2
import numpy as np
import pytest

from custom.datasets.images.video_frames import (find_videos, parse_interval,
                                                 write_frames)
from custom.utils.errors import InputError
from custom.utils.image_io import read_image
from tests.helpers.image_files import blots
from tests.helpers.run_tool import ROOT, run_tool

ALL = parse_interval('1f')


def write_video(path, frames, fps=10):
    height, width = frames[0].shape[:2]
    video = cv2.VideoWriter(
        str(path), cv2.VideoWriter_fourcc(*'mp4v'), fps, (width, height))
    for frame in frames:
        video.write(frame)
    video.release()
    return str(path)


def scenes(*seeds):
    return [blots(seed, 160, 120) for seed in seeds]


@pytest.fixture
def video(tmp_path):
    """Thirty frames, ten a second, each of which looks otherwise."""
    return write_video(tmp_path / 'walk.mp4', scenes(*range(30)))


def cut(videos, every, out):
    counts = write_frames(videos, parse_interval(every), out)
    return counts, sorted(os.listdir(out))


@pytest.mark.parametrize('text, fps, step', [
    ('1s', 25, 25),
    ('0.5s', 25, 12.5),
    ('500ms', 30, 15),
    ('10f', 25, 10),
    ('1ms', 25, 1),
])
def test_intervals(text, fps, step):
    assert parse_interval(text).steps(fps) == step


@pytest.mark.parametrize('text', [
    '', '1', 's', '0s', '0f', '0.0ms', '-1s', '0.5f', '1 s', '1m', 'infs',
    '.5s', '1e3s'
])
def test_intervals_out_of_form(text):
    with pytest.raises(InputError, match=f'--every {text}: give seconds'):
        parse_interval(text)


@pytest.mark.parametrize('every, numbers', [
    ('1s', [0, 10, 20]),
    ('500ms', [0, 5, 10, 15, 20, 25]),
    ('0.75s', [0, 8, 15, 22]),
    ('12f', [0, 12, 24]),
    ('1000s', [0]),
])
def test_one_frame_each_interval(video, tmp_path, every, numbers):
    counts, names = cut([video], every, tmp_path / 'frames')

    assert names == [f'walk_{number:06d}.jpg' for number in numbers]
    assert counts == (len(numbers), 0)
    for name, number in zip(names, numbers):
        pixels = read_image(str(tmp_path / 'frames' / name)).astype(int)
        assert np.abs(pixels - blots(number, 160, 120)).mean() < 8


def test_what_looks_like_one_kept_is_left_out(tmp_path):
    # The second scene again later, brighter, and mirrored; two dark ones.
    first, second, third = scenes(1, 2, 3)
    dark, light = np.full_like(first, 4), np.full_like(first, 250)
    video = write_video(tmp_path / 'a.mp4', [
        first, first, second, third,
        cv2.convertScaleAbs(second, beta=10), second[:, ::-1], dark, dark,
        light
    ])

    counts, names = cut([video], '1f', tmp_path / 'frames')

    assert names == [f'a_00000{number}.jpg' for number in (0, 2, 3, 6, 8)]
    assert counts == (5, 4)


def test_several_videos(tmp_path):
    one = write_video(tmp_path / 'one.mp4', scenes(1, 2))
    other = write_video(tmp_path / 'other.avi', scenes(2, 3))

    counts, names = cut(find_videos([one, other]), '1f', tmp_path / 'frames')

    assert names == ['one_000000.jpg', 'one_000001.jpg', 'other_000001.jpg']
    assert counts == (3, 1)


def test_folders_and_patterns(video, tmp_path):
    cv2.imwrite(str(tmp_path / 'photo.png'), blots())
    assert find_videos([str(tmp_path), str(tmp_path / '*.mp4')]) == [video]


def test_what_is_no_video(tmp_path):
    photo = str(tmp_path / 'photo.png')
    cv2.imwrite(photo, blots())
    with pytest.raises(InputError, match='photo.png: no video there'):
        find_videos([photo])
    with pytest.raises(InputError, match='none.mp4: no image or video there'):
        find_videos([str(tmp_path / 'none.mp4')])


def test_two_videos_of_one_name(tmp_path):
    (tmp_path / 'b').mkdir()
    videos = [
        write_video(tmp_path / name, scenes(1))
        for name in ('A.mp4', 'b/a.avi')
    ]
    with pytest.raises(
            InputError,
            match='b/a.avi: its frames would be called'
            ' as those of .*A.mp4'):
        find_videos(videos)


def test_one_that_cannot_be_read_leaves_no_folder(video, tmp_path, capfd):
    (tmp_path / 'bad.mp4').write_bytes(b'nothing')
    out = tmp_path / 'frames'
    with pytest.raises(InputError, match='bad.mp4: no frame of it'):
        write_frames([video, str(tmp_path / 'bad.mp4')], ALL, out)
    assert not out.exists()


def test_the_command(video, tmp_path):
    out = tmp_path / 'frames'
    words = ('convert_dataset', 'frames', video, '--every', '1s', '--out', out)

    done = run_tool(*words, fresh=True)

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-2:] == [
        '3 frames kept, 0 that look like one kept before left out',
        f'written to {out}'
    ]
    again = run_tool(*words)
    assert again.returncode == 2
    assert again.stderr == (f'error: {out}: exists and is not empty. Remove '
                            'it or choose another folder.\n')
    assert len(os.listdir(out)) == 3


@pytest.mark.parametrize('words, said', [
    (['none.mp4', '--every', '1s'], 'none.mp4: no image or video there'),
    (['tests', '--every', '1s'], 'tests: no image or video there'),
    (['none.mp4', '--every', 'often'], '--every often: give seconds'),
])
def test_commands_that_are_refused(words, said, tmp_path):
    done = run_tool('convert_dataset', 'frames', *words, '--out',
                    tmp_path / 'frames')
    assert done.returncode == 2
    assert done.stderr.startswith(f'error: {said}')
    assert not (tmp_path / 'frames').exists()


def test_options_of_data_sets_are_not_taken(video, tmp_path):
    done = run_tool('convert_dataset', 'frames', video, '--every', '1s',
                    '--out', tmp_path / 'frames', '--link')
    assert done.returncode == 2
    assert 'unrecognized arguments: --link' in done.stderr


def test_interrupted_and_begun_anew(tmp_path):
    video = write_video(tmp_path / 'long.mp4', scenes(*range(400)))
    out = tmp_path / 'frames'
    words = ('convert_dataset', 'frames', video, '--every', '1f', '--out', out)
    process = subprocess.Popen(
        [sys.executable, f'tools/{words[0]}.py', *map(str, words[1:])],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True)
    part = tmp_path / '.frames.part'
    while not any(part.glob('*_000020.jpg')):
        assert process.poll() is None
        time.sleep(.002)
    process.send_signal(signal.SIGINT)

    assert process.communicate()[1] == 'interrupted\n'
    assert process.returncode == 130
    assert not out.exists()
    (part / 'stranger.jpg').write_text('of another call')
    done = run_tool(*words)
    assert done.returncode == 0, done.stderr
    assert len(os.listdir(out)) == 400 and not part.exists()
