"""HTML sections of an evaluation report, from its figures."""
import base64
import html
from typing import Any, Dict, Iterable, Iterator, List, Mapping

from custom.evaluation.report.figures import CURES, weakest_point

_TITLES = dict(mAP='mAP', mAP_50='mAP50', mAP_75='mAP75')


def summary(report: Mapping[str, Any]) -> Iterator[str]:
    yield '<ul class="figures">'
    for name, scores in report['scores'].items():
        yield f'<li><b>{_percent(scores)}</b> {_TITLES[name]}</li>'
    tags = report['tags']
    yield f'<li><b>{_percent(tags["micro"]["F1"])}</b> F1 of tags</li>'
    yield (f'<li><b>{_percent(tags["exact_match"])}</b> images with exactly '
           'the right tags</li></ul>')
    least = report['scores']['mAP']['smallest_difference']
    if least is not None:
        yield (f'<p>Another detector must differ by {100 * least:.1f} points '
               'of mAP to be told apart on as many other pictures.</p>')
    yield f'<p><b>{text(weakest_point(report))}</b></p>'


def section(title: str,
            parts: Iterable[str],
            plot: bytes = b'') -> Iterator[str]:
    yield f'<section><h2>{text(title)}</h2>'
    yield from parts
    if plot:
        data = base64.b64encode(plot).decode()
        yield f'<img alt="{text(title)}" src="data:image/png;base64,{data}">'
    yield '</section>'


def errors(report: Mapping[str, Any]) -> Iterator[str]:
    yield ('<p>Each wrong or missing detection, of whatever score, has one '
           'cause (TIDE, Bolya et al. 2020).</p>')
    yield from _table(
        ('cause', 'how many', 'costs', 'what to do'),
        ([name, error['count'],
          _points(error['cost']), CURES[name]]
         for name, error in report['errors'].items()), 'words')


def class_table(classes: List[Dict[str, Any]]) -> Iterator[str]:
    yield from _table(
        ('class', 'boxes', 'AP', 'threshold', 'precision', 'recall', 'F1'), ([
            row['class'], row['boxes'],
            _percent(row.get('AP')),
            _number(row['threshold']),
            _part(row['precision']),
            _part(row['recall']),
            _part(row['F1'])
        ] for row in classes))


def tags(tags: Mapping[str, Any]) -> Iterator[str]:
    yield ('<p>Whether a thing is in the image at all, as <code>/tag</code> '
           'answers it.</p>')
    keys = ('precision', 'recall', 'F1')
    rows = [[row['tag'], *(_percent(row[key]) for key in keys)]
            for row in tags['classes']]
    for name, word in (('micro', 'all together'), ('macro',
                                                   'mean of the tags')):
        rows.append([word, *(_percent(tags[name][key]) for key in keys)])
    yield from _table(('tag', *keys), rows)


def slices(report: Mapping[str, Any]) -> Iterator[str]:
    for title, parts in report['slices'].items():
        counted = 'boxes' if 'boxes' in parts[0] else 'images'
        yield from _table((title, counted, 'AP50'),
                          ([part['part'], part[counted],
                            _part(part['AP50'])] for part in parts))


def calibration(bins: Mapping[str, Any]) -> Iterator[str]:
    error = bins['expected_error']
    if error is None:
        yield '<p>Nothing was found.</p>'
        return
    yield (
        f'<p>Scores are off by {100 * error:.1f} points on average: a score '
        'of 0.8 should mean that 80 of 100 such detections are right. Bars '
        'below the line are scores that promise too much.</p>')


def _table(columns: Iterable[str],
           rows: Iterable[Iterable[Any]],
           kind: str = '') -> Iterator[str]:
    yield f'<div class="scroll"><table class="{kind}"><thead><tr>'
    yield ''.join(f'<th>{text(column)}</th>' for column in columns)
    yield '</tr></thead><tbody>'
    for row in rows:
        yield ('<tr>' + ''.join(f'<td>{text(cell)}</td>'
                                for cell in row) + '</tr>')
    yield '</tbody></table></div>'


def text(value: Any) -> str:
    return html.escape(str(value))


def _percent(scores: Any) -> str:
    if scores is None or scores['value'] is None:
        return '-'
    value, low, high = (100 * scores[key] for key in ('value', 'low', 'high'))
    return f'{value:.1f} ({low:.1f} to {high:.1f})'


def _part(value: Any) -> str:
    return '-' if value is None else f'{100 * value:.1f}'


def _points(value: Any) -> str:
    return '-' if value is None else f'{100 * value:.1f} points'


def _number(value: Any) -> str:
    return '-' if value is None else f'{value:.3f}'
