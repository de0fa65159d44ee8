import json

import pytest

from custom.checkpoint.loading import load_whole
from tests.helpers.run_tool import CONFIG, run_tool

pytestmark = pytest.mark.slow


def scores(checkpoint, data, out):
    done = run_tool('test', CONFIG, checkpoint, '--data', data, '--precision',
                    'fp32', '--out', out, '--cfg-options',
                    'test_dataloader.num_workers=0',
                    'test_dataloader.persistent_workers=False')
    assert done.returncode == 0, done.stderr
    return json.loads(out.read_text())['scores']


def test_half_the_size_and_the_same_scores(trained, drawings, tmp_path):
    best, = trained[0].glob('best_*.pth')
    out, results = tmp_path / 'shared.pth', tmp_path / 'results.json'
    expected = scores(best, drawings, results)

    done = run_tool(
        'publish',
        best,
        out,
        '--half',
        '--results',
        f'drawn={results}',
        fresh=True)

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(f'MB: {out}\n')
    assert out.stat().st_size < .55 * best.stat().st_size
    stored = load_whole(str(out))['meta']['results']['drawn']
    assert stored['scores'] == expected
    assert scores(out, drawings, tmp_path / 'b.json') == pytest.approx(
        expected, abs=.01)


@pytest.mark.parametrize('words, message', [
    (['none.pth', 'b.pth'], 'none.pth: no such checkpoint'),
    (['none.pth', 'b.pth', '--results', 'a.json'], "'a.json': give NAME=JSON"),
])
def test_what_is_refused(words, message):
    done = run_tool('publish', *words)
    assert done.returncode == 2
    assert message in done.stderr
    assert 'Traceback' not in done.stderr
