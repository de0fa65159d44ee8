import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from custom.inference.tagging.image_lists import (BytesColumn, holds_bytes,
                                                  read_paths)
from custom.utils.errors import InputError


def write(path, text):
    path.write_text(text, encoding='utf-8')
    return str(path)


def write_parquet(file, rows_a_group=None, **columns):
    pq.write_table(pa.table(columns), file, row_group_size=rows_a_group)
    return str(file)


def test_paths_start_at_the_folder_of_the_list(tmp_path):
    names = ['a.png', 'sub/그림.jpg', '/else/b.png', 's3://drawings/c.png']
    expected = [
        f'{tmp_path}/a.png', f'{tmp_path}/sub/그림.jpg', '/else/b.png',
        's3://drawings/c.png'
    ]
    rows = '\n'.join(f'{i},{name}' for i, name in enumerate(names))
    lines = '\n\n'.join(f'{{"path": "{name}"}}' for name in names)

    for file in (write(tmp_path / 'l.csv',
                       f'id,path\n{rows}\n'), write(tmp_path / 'l.jsonl',
                                                    lines),
                 write_parquet(tmp_path / 'l.parquet', path=names)):
        assert read_paths(file, 'path') == expected


def test_lists_of_nothing(tmp_path):
    assert read_paths(write(tmp_path / 'l.csv', 'path\n'), 'path') == []
    assert read_paths(write(tmp_path / 'l.jsonl', ''), 'path') == []


@pytest.mark.parametrize('name, text, message', [
    ('l.csv', 'id,file\n1,a.png\n', 'l.csv: has no column "path", but id, fi'),
    ('l.csv', 'id,path\n1,a.png\n2,\n', "l.csv: line 3 has no path in "),
    ('l.csv', 'id,path\n1\n', "l.csv: line 2 has no path in "),
    ('l.csv', '', 'l.csv: has no column "path"'),
    ('l.jsonl', '{"path": "a"}\n{"pat": 1}', 'l.jsonl: line 2 has no path'),
    ('l.jsonl', '{"path": "a"}\n["a"]\n', 'l.jsonl: line 2 is no JSON object'),
    ('l.jsonl', '{"path": \n', 'l.jsonl: line 1 is no JSON object'),
    ('l.parquet', 'PAR1', 'l.parquet: cannot be read'),
])
def test_lists_that_are_wrong(name, text, message, tmp_path):
    with pytest.raises(InputError, match=message):
        read_paths(write(tmp_path / name, text), 'path')


def test_a_list_that_is_not_there(tmp_path):
    for name in ('l.csv', 'l.jsonl', 'l.parquet'):
        with pytest.raises(InputError, match=f'{name}: cannot be read'):
            read_paths(str(tmp_path / name), 'path')


def test_a_list_in_another_encoding(tmp_path):
    for name in ('l.csv', 'l.jsonl'):
        (tmp_path / name).write_bytes('path\nä.png'.encode('latin-1'))
        with pytest.raises(InputError, match=f'{name}: not UTF-8 text'):
            read_paths(str(tmp_path / name), 'path')


def test_which_columns_hold_bytes(tmp_path):
    file = write_parquet(
        tmp_path / 'l.parquet',
        path=['a.png'],
        image=[dict(bytes=b'x', path='a.png')],
        id=[1])

    assert not holds_bytes('l.csv', 'path')
    assert not holds_bytes(file, 'path')
    assert holds_bytes(file, 'image.bytes')
    with pytest.raises(InputError, match='"id" holds neither paths nor bytes'):
        holds_bytes(file, 'id')
    with pytest.raises(InputError, match='no column "image", but path, image'):
        holds_bytes(file, 'image')


def test_bytes_in_any_order(tmp_path):
    """Row groups of 40, which are read 16 rows at a time."""
    data = [bytes([i]) for i in range(100)]
    file = write_parquet(
        tmp_path / 'l.parquet', 40, image=[dict(bytes=one) for one in data])
    column = BytesColumn(file, 'image.bytes')

    assert len(column) == 100
    assert column.name(7) == f'{file}#7'
    for order in (range(100), range(99, -1, -1), (0, 39, 40, 99, 5, 6, 41)):
        assert [column.read(i) for i in order] == [data[i] for i in order]


def test_no_bytes(tmp_path):
    file = write_parquet(tmp_path / 'l.parquet', image=[b'a', None, b'c'])
    column = BytesColumn(file, 'image')

    with pytest.raises(InputError, match='l.parquet#1: holds no bytes'):
        column.read(1)
    assert column.read(2) == b'c'


def test_digests_tell_files_and_columns_apart(tmp_path):
    files = [
        write_parquet(tmp_path / name, image=data, mask=data)
        for name, data in (('a.parquet', [b'a']), ('b.parquet', [b'a']),
                           ('c.parquet', [b'a', b'b']))
    ]
    a, b, c = (BytesColumn(file, 'image').digest for file in files)

    assert a == b != c
    assert BytesColumn(files[0], 'mask').digest != a
