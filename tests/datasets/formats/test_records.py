from pathlib import Path

from custom.datasets.formats.records import Record, group_by_content


def record(path, content):
    path.write_bytes(content)
    return Record(path, 60, 40, [])


def test_group_by_content(tmp_path):
    a, b, c, d = (record(tmp_path / name, content)
                  for name, content in (('a', b'1'), ('b', b'2'), ('c', b'1'),
                                        ('d', b'12')))
    assert group_by_content([]) == []
    assert group_by_content([a, b, c, d]) == [[a, c], [b], [d]]


def test_name_in_the_data_set():
    path = Path('photos/a.jpg')
    assert Record(path, 60, 40, []).name == 'a.jpg'
    assert Record(path, 60, 40, [], 'photos/a.jpg').name == 'photos/a.jpg'
