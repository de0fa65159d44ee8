import json
import os
import signal
import subprocess
import sys

import pytest

from custom.classes import NAMES
from custom.datasets.annotations.layout import class_names
from custom.datasets.formats.coco_writer import write_folder
from custom.datasets.formats.samples import Sample, SampleBox
from custom.utils.errors import InputError
from tests.helpers.valid_coco import sound

# Writes the images in the folder argv[1] to argv[2]. What argv[3] says comes
# first.
WRITER = '''
import sys
from pathlib import Path
from custom.datasets.formats.samples import Sample
from custom.datasets.formats.coco_writer import write_folder
def track(images):
    for done, image in enumerate(images, 1):
        yield image
        print(done, flush=True)
        if done == 5 and sys.stdin.readline() == '':
            break
exec(sys.argv[3])
records = [Sample(p, 60, 40, []) for p in sorted(Path(sys.argv[1]).iterdir())]
write_folder(Path(sys.argv[2]), dict(train=records), ('cat', ), track)
'''


def record(folder, name, *boxes, content=b'pixels', **options):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Sample(path, 60, 40, list(boxes), **options)


def files(folder):
    """The files in a folder by name, with their content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob('*') if path.is_file()
    }


def read(out, split):
    return json.loads((out / 'annotations' / f'{split}.json').read_text())


def start_writer(source, out, first=''):
    return subprocess.Popen([sys.executable, '-c', WRITER, source, out, first],
                            env=dict(os.environ, USE_TORCH='0'),
                            stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE,
                            text=True)


def wait_for_five(writer):
    """The writer waits after its fifth image, for a line or the end."""
    assert [writer.stdout.readline().strip() for _ in range(5)] == [*'12345']


@pytest.fixture
def source(tmp_path):
    folder = tmp_path / 'source'
    for number in range(600):
        record(folder, f'{number:03}.jpg', content=b'%d' % number)
    return folder


def test_nothing(tmp_path):
    out = tmp_path / 'data'
    assert write_folder(out, dict(train=[]), ('cat', )) == 0
    assert read(out, 'train') == dict(
        images=[], annotations=[], categories=[dict(id=1, name='cat')])
    assert sorted(files(out)) == ['annotations/train.json']
    assert (out / 'images').is_dir()


def test_write_folder(tmp_path):
    box = SampleBox('dog', [1, 2, 3, 4], extra=dict(difficult=1))
    splits = dict(
        train=[
            record(tmp_path, 'a.jpg', box, extra=dict(license=3)),
            record(tmp_path, 'b.jpg')
        ],
        val=[
            record(tmp_path, 'c.jpg',
                   SampleBox('Cat', [5.5, 6, 7, 8], True, dict(area=9)))
        ])
    out = tmp_path / 'new' / 'data'
    write_folder(out, splits, ('cat', 'dog'))
    assert os.listdir(out.parent) == ['data']
    assert sorted(os.listdir(out)) == ['annotations', 'images']
    assert files(out / 'images') == {f'{n}.jpg': b'pixels' for n in 'abc'}
    categories = [dict(id=1, name='cat'), dict(id=2, name='dog')]
    assert read(out, 'train') == dict(
        images=[
            dict(id=1, file_name='a.jpg', width=60, height=40, license=3),
            dict(id=2, file_name='b.jpg', width=60, height=40),
        ],
        annotations=[
            dict(
                id=1,
                image_id=1,
                category_id=2,
                bbox=[1, 2, 3, 4],
                area=12,
                iscrowd=0,
                difficult=1)
        ],
        categories=categories)
    assert read(out, 'val') == dict(
        images=[dict(id=1, file_name='c.jpg', width=60, height=40)],
        annotations=[
            dict(
                id=1,
                image_id=1,
                category_id=1,
                bbox=[5.5, 6, 7, 8],
                area=9,
                iscrowd=1)
        ],
        categories=categories)
    assert not (out / 'annotations' / 'test.json').exists()


def test_one_name_in_two_sub_folders(tmp_path):
    records = [
        record(tmp_path / sub, '1.jpg', content=sub.encode()) for sub in 'ab'
    ]
    records = [
        r._replace(file_name=f'{r.image.parent.name}/1.jpg') for r in records
    ]
    write_folder(tmp_path / 'out', dict(train=records), NAMES)
    assert files(tmp_path / 'out' / 'images') == {
        'a/1.jpg': b'a',
        'b/1.jpg': b'b'
    }
    names = [i['file_name'] for i in read(tmp_path / 'out', 'train')['images']]
    assert names == ['a/1.jpg', 'b/1.jpg']


def test_into_an_empty_folder(tmp_path):
    out = tmp_path / 'data'
    out.mkdir()
    write_folder(out, dict(train=[record(tmp_path, 'a.jpg')]), NAMES)
    assert class_names(out) == NAMES


def test_what_is_there_is_kept(tmp_path):
    out = tmp_path / 'data'
    out.mkdir()
    (out / 'precious').write_text('drawing')
    with pytest.raises(InputError, match='not empty'):
        write_folder(out, dict(train=[record(tmp_path, 'a.jpg')]), NAMES)
    assert files(out) == {'precious': b'drawing'}


@pytest.mark.parametrize('length', [251, 300])
def test_not_a_full_disk(length, tmp_path):
    """The cure is another than for a full one."""
    folder = tmp_path / ('x' * length)
    with pytest.raises(InputError) as caught:
        write_folder(folder, dict(train=[record(tmp_path, 'a.jpg')]), NAMES)
    assert str(folder) in str(caught.value)
    assert 'Choose another folder' in str(caught.value)
    assert 'Make room' not in str(caught.value)


def test_target_below_a_file(tmp_path):
    (tmp_path / 'a').touch()
    with pytest.raises(InputError, match='a is a file, which holds no folder'):
        write_folder(tmp_path / 'a/b/c', {}, NAMES)


@pytest.mark.parametrize('name, message', [
    ('a.jpg', 'a.jpg: annotated twice, or it has the name of'),
    ('A.jpg', 'A.jpg: its name differs from that of .*/a.jpg in case alone'),
])
def test_same_name_twice(name, message, tmp_path):
    splits = dict(
        train=[record(tmp_path, 'a.jpg')],
        val=[record(tmp_path / 'other', name)])
    with pytest.raises(InputError, match=message):
        write_folder(tmp_path / 'data', splits, NAMES)
    assert not (tmp_path / '.data.part').exists()


@pytest.mark.parametrize('name', ['../a.jpg', 'b/../../a.jpg', '/a.jpg', '.'])
def test_name_that_leads_out(name, tmp_path):
    image = record(tmp_path / 'source', 'a.jpg', file_name=name)
    with pytest.raises(InputError, match='leads out of the data set'):
        write_folder(tmp_path / 'data', dict(train=[image]), NAMES)
    assert os.listdir(tmp_path) == ['source']


@pytest.mark.parametrize('value', [float('nan'), '\ud800'])
def test_what_json_cannot_hold(value, tmp_path):
    image = record(tmp_path, 'a.jpg', extra=dict(angle=value))
    with pytest.raises(InputError, match='a.jpg.*cannot be written as JSON'):
        write_folder(tmp_path / 'data', dict(train=[image]), NAMES)
    assert not (tmp_path / 'data').exists()


def test_image_that_is_gone(tmp_path):
    gone = Sample(tmp_path / 'gone.jpg', 60, 40, [])
    records = [record(tmp_path, 'a.jpg'), gone]
    with pytest.raises(InputError, match='gone.jpg: cannot be read'):
        write_folder(tmp_path / 'data', dict(train=records), NAMES)
    assert not (tmp_path / 'data').exists()
    record(tmp_path, 'gone.jpg')
    assert write_folder(tmp_path / 'data', dict(train=records), NAMES) == 1
    assert sorted(files(tmp_path / 'data' / 'images')) == ['a.jpg', 'gone.jpg']


def test_links(tmp_path):
    image = record(tmp_path, 'a.jpg')
    write_folder(tmp_path / 'data', dict(train=[image]), NAMES, link=True)
    assert (tmp_path / 'data' / 'images' / 'a.jpg').samefile(image.image)


def test_links_to_another_disk(tmp_path):
    # No disk makes hard links to files of another one, such as /proc.
    image = record(tmp_path, 'a.jpg')._replace(
        image=type(tmp_path)('/proc/version'), file_name='a.jpg')
    write_folder(tmp_path / 'data', dict(train=[image]), NAMES, link=True)
    path = tmp_path / 'data' / 'images' / 'a.jpg'
    assert os.readlink(path) == '/proc/version'


def leave_part(tmp_path, images):
    """What an interrupted call leaves, as a folder of links or copies."""
    part = tmp_path / '.data.part'
    for name, content in images.items():
        path = part / 'images' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return part


def test_strangers_are_removed(tmp_path):
    image = record(tmp_path, 'a.jpg', content=b'right')
    part = leave_part(tmp_path, {
        'a.jpg': b'wrong',
        'b/c/d.jpg': b'',
        '.17.part': b''
    })
    (part / 'annotations').mkdir()
    (part / 'annotations' / 'test.json').write_text('{}')
    (part / 'images' / 'e.jpg').symlink_to(image.image)
    assert write_folder(tmp_path / 'data', dict(train=[image]), NAMES) == 0
    out = tmp_path / 'data'
    assert sorted(p.relative_to(out).as_posix() for p in out.rglob('*')) == [
        'annotations', 'annotations/train.json', 'images', 'images/a.jpg'
    ]
    assert files(out)['images/a.jpg'] == b'right'
    assert image.image.read_bytes() == b'right'


def test_copies_replace_links_and_links_copies(tmp_path):
    image = record(tmp_path, 'a.jpg')
    part = leave_part(tmp_path, {})
    (part / 'images').mkdir(parents=True)
    (part / 'images' / 'a.jpg').hardlink_to(image.image)
    assert write_folder(tmp_path / 'data', dict(train=[image]), NAMES) == 0
    copy = tmp_path / 'data' / 'images' / 'a.jpg'
    assert not copy.samefile(image.image)

    (tmp_path / 'data').rename(part)
    assert write_folder(
        tmp_path / 'data', dict(train=[image]), NAMES, link=True) == 0
    assert copy.samefile(image.image)


def test_kill_and_go_on(source, tmp_path):
    out = tmp_path / 'data'
    writer = start_writer(source, out)
    wait_for_five(writer)
    writer.kill()
    writer.communicate()
    assert not out.exists()
    done = {
        name: path
        for name, path in files(tmp_path / '.data.part' / 'images').items()
        if not name.startswith('.')
    }
    # One batch is copied while the reader waits; none is half there.
    assert 5 <= len(done) < 600
    assert all(content == b'%d' % int(n[:3]) for n, content in done.items())

    records = [Sample(path, 60, 40, []) for path in source.iterdir()]
    assert write_folder(out, dict(train=records), ('cat', )) == len(done)
    assert files(out / 'images') == files(source)
    assert sorted(os.listdir(tmp_path)) == ['data', 'source']


def test_interrupt_calls_off_the_rest(source, tmp_path):
    writer = start_writer(source, tmp_path / 'data')
    wait_for_five(writer)
    writer.send_signal(signal.SIGINT)
    _, error = writer.communicate()
    assert error.rstrip().endswith('KeyboardInterrupt')
    assert not (tmp_path / 'data').exists()
    assert 5 <= len(files(tmp_path / '.data.part' / 'images')) < 600


def test_two_at_once(source, tmp_path):
    first = start_writer(source, tmp_path / 'data')
    wait_for_five(first)
    second = start_writer(source, tmp_path / 'data')
    _, error = second.communicate()
    assert 'data: another process is writing it' in error
    _, error = first.communicate('\n')
    assert (first.returncode, error) == (0, '')
    assert files(tmp_path / 'data' / 'images') == files(source)


def test_full_disk(tmp_path):
    source = tmp_path / 'source'
    record(source, 'a.jpg', content=b'small')
    record(source, 'b.jpg', content=b'large' * 1000)
    writer = start_writer(
        source, tmp_path / 'data', 'import resource; '
        'resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))')
    _, error = writer.communicate()
    assert ('data: cannot be written (File too large). Make room, and the '
            'same command goes on where it stopped') in error
    assert not (tmp_path / 'data').exists()
    assert files(tmp_path / '.data.part')['images/a.jpg'] == b'small'


def test_what_was_written_passes_the_check(folder, tmp_path):
    folder.write('train')
    image = Sample(folder.root / 'images' / 'train.png', 60, 40,
                   [SampleBox('cat', [0, 0, 60, 40])])
    write_folder(tmp_path / 'out', dict(train=[image]), ('cat', ))
    summary, = sound(tmp_path / 'out', ('cat', ), ['train'])
    assert (summary.images, summary.boxes) == (1, 1)


def test_name_that_is_no_utf8(tmp_path):
    name = b'\xb1\xd7.jpg'.decode(errors='surrogateescape')
    sample = record(tmp_path / 'in', name)
    with pytest.raises(InputError, match='is not UTF-8.*Rename it'):
        write_folder(tmp_path / 'out', dict(train=[sample]), ('cat', ))
    assert not (tmp_path / 'out').exists()
