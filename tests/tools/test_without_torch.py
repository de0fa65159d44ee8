"""Tools that look at data need no torch, and don't wait for it to load."""
import pytest

from tests.helpers.without_packages import TORCH, run_tool_without


@pytest.mark.slow
@pytest.mark.parametrize('tool, words', [
    ('check_dataset', ['{data}']),
    ('split_dataset', ['{data}', '--out', '{out}']),
    ('export_dataset', ['yolo', '{data}', '--out', '{out}']),
    ('convert_dataset', ['coco', '{data}', '--out', '{out}']),
    ('make_sample_dataset', ['{out}', '--images', '6', '--workers', '1']),
    ('make_vehicle_dataset', ['{out}', '--images', '1']),
])
def test_data_tools(tool, words, drawings, tmp_path):
    words = [
        word.format(data=drawings, out=tmp_path / 'out') for word in words
    ]
    done = run_tool_without(TORCH, tool, *words)
    assert done.returncode < 2, done.stderr  # 1: the check found something
