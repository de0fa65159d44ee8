import json
from datetime import date

from benchmarks.benchmark_settings import BenchmarkSettings
from benchmarks.measure import ResultRow
from benchmarks.results import environment_lines, ratio_table, to_json
from custom.evaluation.agreement import Agreement
from custom.utils.tables import print_table

HERE = dict(
    python='3.11.7',
    packages=dict(torch='2.13.0', mmdet='3.5.1'),
    cpu='AMD EPYC',
    cores=2,
    isa=['avx2', 'avx512_bf16'],
    threads=2,
    gpu=None,
    cuda=None)
MEASURED = ResultRow(
    'infer',
    'bfloat16', [1., 2., 1.], [4., 6., 5.],
    peak=3 * 2**20,
    other_peak=2**20,
    agreement=Agreement(True, '9/9 boxes'),
    against='stock',
    roofline=.5,
    items=4)
DIFFERING = ResultRow(
    'infer', 'float32', [], agreement=Agreement(False, '1/9 boxes'))


def lines(table, capsys):
    print_table(table)
    return [
        line.split() for line in capsys.readouterr().out.splitlines() if line
    ]


def test_no_rows(capsys):
    print_table(ratio_table([], 'infer'))


def test_table(capsys):
    title, head, _, first, second, *_ = [
        line
        for line in lines(ratio_table([MEASURED, DIFFERING], 'infer'), capsys)
        if line
    ]

    assert title == ['infer']
    assert first == [
        'infer', 'bfloat16', '1.00', 's', '1.00', 's', 'stock', '5.00', 's',
        '4.00x', '3.00..5.00', '4', '3', '1', '500', 'ms', '2.0', '9/9',
        'boxes'
    ]
    assert second[-3:] == ['DIFFERS:', '1/9', 'boxes']


def test_columns_without_a_value_are_left_out(capsys):
    _, head, *_ = [
        line for line in lines(
            ratio_table([ResultRow('import', '', [.5])], 'startup'), capsys)
        if line
    ]

    assert head == ['work', 'time']


def test_hardware_and_versions():
    assert environment_lines(HERE, None, 'cpu') == [
        'hardware: AMD EPYC, 2 cores, avx2 avx512_bf16',
        'here: Python 3.11.7, torch 2.13.0, mmdet 3.5.1, 2 threads'
    ]


def test_json_holds_every_round():
    settings = BenchmarkSettings(None, 'cpu', (800, 1088), 'data/drawings22')

    written = json.loads(to_json([MEASURED, DIFFERING], HERE, settings))

    first, second = written['rows']
    assert first['other_seconds'] == [4., 6., 5.]
    assert first['ratio'] == dict(median=4., low=3., high=5.)
    assert second['agreement'] == dict(same=False, words='1/9 boxes')
    assert written['here'] == HERE
    date.fromisoformat(written['date'])
