"""HTML page and files of an evaluation report; the page needs no network."""
import base64
import html
import json
from os import PathLike
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Union

from custom.evaluation.report import CURES, weakest_point
from custom.utils.atomic_write import write_bytes, write_text
from custom.visualization.report_plots import draw_report

_STYLE = Path(__file__).with_name('report.css')
_TITLES = dict(mAP='mAP', mAP_50='mAP50', mAP_75='mAP75')


def write_report(folder: Union[str, PathLike], report: Mapping[str, Any],
                 title: str) -> Path:
    """Writes ``report.json``, the plots as PNG, and ``index.html``.

    Args:
        folder: Made when it is not there; what it held of a report before is
            replaced.
        report: Of :func:`custom.evaluation.report.build_report`.
        title: What was tested on what.

    Returns:
        The page.

    Raises:
        InputError: A file cannot be written.
    """
    folder = Path(folder)
    write_text(folder / 'report.json',
               json.dumps(report, indent=1, ensure_ascii=False))
    plots = draw_report(report)
    for name, data in plots.items():
        write_bytes(folder / f'{name}.png', data)
    page = folder / 'index.html'
    write_text(page, '\n'.join(_page(report, plots, title)))
    return page


def _page(report: Mapping[str, Any], plots: Mapping[str, bytes],
          title: str) -> Iterator[str]:
    yield ('<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
           '<meta name="viewport" content="width=device-width">'
           f'<title>{_text(title)}</title>'
           f'<style>{_STYLE.read_text(encoding="utf-8")}</style></head><body>')
    yield f'<h1>{_text(title)}</h1>'
    yield (f'<p class="quiet">{report["images"]} images, {report["boxes"]} '
           'boxes to be found. In brackets is the 95 % interval: where the '
           'value would lie on other pictures like these.</p>')
    yield from _summary(report)
    yield from _section('Errors by cause', _errors(report), plots['errors'])
    yield from _section('Classes', _class_table(report['classes']))
    yield from _section('Tags of an image', _tags(report['tags']))
    yield from _section('Score thresholds', [
        '<p>A detection counts from some score up. A high one gives few false '
        'alarms, a low one finds more; <code>tools/fit_thresholds.py</code> '
        'finds one for each class.</p>'
    ], plots['curves'])
    yield from _section('What is taken for what', [
        '<p>At the thresholds of the classes and an IoU of 0.5; each box has '
        'one match at most, the one that overlaps it most. The last row was '
        'found where nothing is labelled, the last column was missed.</p>'
    ], plots['confusion'])
    yield from _section('By kind of object and image', _slices(report))
    yield from _section('Are scores what they say?',
                        _calibration(report['calibration']),
                        plots['calibration'])
    yield '</body></html>'


def _summary(report: Mapping[str, Any]) -> Iterator[str]:
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
    yield f'<p><b>{_text(weakest_point(report))}</b></p>'


def _section(title: str,
             parts: Iterable[str],
             plot: bytes = b'') -> Iterator[str]:
    yield f'<section><h2>{_text(title)}</h2>'
    yield from parts
    if plot:
        data = base64.b64encode(plot).decode()
        yield f'<img alt="{_text(title)}" src="data:image/png;base64,{data}">'
    yield '</section>'


def _errors(report: Mapping[str, Any]) -> Iterator[str]:
    yield ('<p>Each wrong or missing detection, of whatever score, has one '
           'cause (TIDE, Bolya et al. 2020).</p>')
    yield from _table(
        ('cause', 'how many', 'costs', 'what to do'),
        ([name, error['count'],
          _points(error['cost']), CURES[name]]
         for name, error in report['errors'].items()), 'words')


def _class_table(classes: List[Dict[str, Any]]) -> Iterator[str]:
    yield from _table(
        ('class', 'boxes', 'AP', 'threshold', 'precision', 'recall', 'F1'), ([
            row['class'], row['boxes'],
            _percent(row.get('AP')),
            _number(row['threshold']),
            _part(row['precision']),
            _part(row['recall']),
            _part(row['F1'])
        ] for row in classes))


def _tags(tags: Mapping[str, Any]) -> Iterator[str]:
    yield ('<p>Whether a thing is in the image at all, as <code>/tag</code> '
           'answers it.</p>')
    keys = ('precision', 'recall', 'F1')
    rows = [[row['tag'], *(_percent(row[key]) for key in keys)]
            for row in tags['classes']]
    for name, word in (('micro', 'all together'), ('macro',
                                                   'mean of the tags')):
        rows.append([word, *(_percent(tags[name][key]) for key in keys)])
    yield from _table(('tag', *keys), rows)


def _slices(report: Mapping[str, Any]) -> Iterator[str]:
    for title, parts in report['slices'].items():
        counted = 'boxes' if 'boxes' in parts[0] else 'images'
        yield from _table((title, counted, 'AP50'),
                          ([part['part'], part[counted],
                            _part(part['AP50'])] for part in parts))


def _calibration(bins: Mapping[str, Any]) -> Iterator[str]:
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
    yield ''.join(f'<th>{_text(column)}</th>' for column in columns)
    yield '</tr></thead><tbody>'
    for row in rows:
        yield ('<tr>' + ''.join(f'<td>{_text(cell)}</td>'
                                for cell in row) + '</tr>')
    yield '</tbody></table></div>'


def _text(value: Any) -> str:
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
