"""Tools that look at data need no torch, and don't wait for it to load."""
import pytest

from tests.helpers.without_packages import TORCH, run_tool_without


@pytest.mark.slow
@pytest.mark.parametrize('tool, templates', [
    ('check_dataset', ['{data}']),
    ('split_dataset', ['{data}', '--out', '{out}']),
    ('export_dataset', ['yolo', '{data}', '--out', '{out}']),
    ('convert_dataset', ['coco', '{data}', '--out', '{out}']),
    ('make_sample_dataset', ['{out}', '--images', '6', '--workers', '1']),
    ('make_vehicle_dataset', ['{out}', '--images', '1']),
])
def test_data_tools(tool, templates, drawings, tmp_path):
    words = [
        word.format(data=drawings, out=tmp_path / 'out') for word in templates
    ]
    done = run_tool_without(TORCH, tool, *words)
    # The check finds something.
    assert done.returncode == int(tool == 'check_dataset'), done.stderr
    assert 'Traceback' not in done.stderr
    assert (tmp_path / 'out').exists() == ('{out}' in templates)
