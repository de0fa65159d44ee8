"""HTML sections of an evaluation report, from its figures."""
import base64
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional
from urllib.parse import urlencode

import numpy as np

from custom.evaluation.confusion_matrix import most_confused
from custom.evaluation.report.comparison_figures import verdict
from custom.evaluation.report.curve_figures import FAR_OFF, FEW
from custom.evaluation.report.figures import CURES, all_missed, costliest_error
from custom.evaluation.report.words import Html, class_name, escape, known
from custom.evaluation.report.words import name as verbatim
from custom.evaluation.report.words import say

_TITLES = dict(mAP='mAP', mAP_50='mAP50', mAP_75='mAP75')
# More of them can't be read side by side.
MAX_MATRIX_CLASSES = 40
# From this share of its row on a cell is dark, and its text white.
_DARK = 0.6
# Classes that one line tells.
_MOST_TOLD = 10
_ERROR_TEXTS = {
    'class': 'wrong class',
    'location': 'badly placed',
    'both': 'wrong class and badly placed',
    'duplicate': 'found twice',
    'background': 'nothing is there',
    'missed': 'missed'
}


def summary(report: Mapping[str, Any]) -> Iterator[str]:
    yield '<ul class="summary">'
    for name, scores in report['scores'].items():
        yield f'<li><b>{_percent(scores)}</b> {_TITLES[name]}</li>'
    tags = report['tags']
    yield (f'<li><b>{_percent(tags["micro"]["F1"])}</b> '
           f'{say("F1 of tags")}</li>')
    yield (f'<li><b>{_percent(tags["exact_match"])}</b> '
           f'{say("images with exactly the right tags")}</li></ul>')
    least = report['scores']['mAP']['smallest_difference']
    if least is not None:
        yield _paragraph(
            'Another detector must differ by {points} points of mAP to be '
            'told apart on as many other pictures.',
            points=f'{100 * least:.1f}')
    kind = costliest_error(report)
    error = report['errors'][kind]
    if not error['cost']:
        missed = all_missed(report)
        if missed:
            yield _paragraph(
                '<b>Nothing is found: {count} boxes are missed. {cure}</b>',
                count=missed,
                cure=say(CURES['missed']))
        else:
            yield _paragraph('No error costs anything in mAP50.')
        return
    yield _paragraph(
        '<b>Most is lost by the error "{kind}": {count} cases cost {points} '
        'points of mAP50. {cure}</b>',
        kind=say(_ERROR_TEXTS[kind]),
        count=error['count'],
        points=f'{100 * error["cost"]:.1f}',
        cure=say(CURES[kind]))


def section(title: str,
            parts: Iterable[str],
            plot: bytes = b'') -> Iterator[str]:
    """A section; ``title`` is English."""
    yield f'<section><h2>{say(title)}</h2>'
    yield from parts
    if plot:
        data = base64.b64encode(plot).decode()
        yield (f'<div class="scroll"><img alt="{escape(title)}" '
               f'src="data:image/png;base64,{data}"></div>')
    yield '</section>'


def errors(report: Mapping[str, Any],
           shown: Optional[Mapping[str, int]]) -> Iterator[str]:
    """
    Args:
        shown: How many of each cause the page has images of.
    """
    yield _paragraph(
        'Each wrong or missing detection, of whatever score, has one cause '
        '(TIDE, Bolya et al. 2020).')
    most = max(error['cost'] or 0 for error in report['errors'].values())
    columns = ['cause', 'how many', 'costs', 'what to do']
    if shown:
        columns.insert(3, 'at the thresholds')
    yield from table(columns, (_error_row(name, error, most, shown)
                               for name, error in report['errors'].items()),
                     'words')


def _error_row(name: str, error: Mapping[str, Any], most: float,
               shown: Optional[Mapping[str, int]]) -> List[Any]:
    row = [
        say(_ERROR_TEXTS[name]), error['count'],
        _cost(error['cost'], most),
        say(CURES[name])
    ]
    if shown:
        link = _link(
            say('show {count}', count=shown[name]), view='errors', cause=name)
        row.insert(3, link if shown[name] else '-')
    return row


def comparison(comparison: Mapping[str, Any],
               has_images: bool) -> Iterator[str]:
    """Comparison: what this detector does better than another, or worse."""
    text, values = verdict(comparison)
    yield '<p><b>' + say(
        text, **{
            key: verbatim(value) if key == 'better' else value
            for key, value in values.items()
        }) + '</b></p>'
    yield _paragraph(
        'The difference to {first} in points, its 95 % interval, the share of '
        'replicates in which this detector is better, and the p value, of a '
        'class corrected for the number of classes.',
        first=verbatim(comparison['first']))
    yield from table(('', 'points', 'from', 'to', 'better', 'p'),
                     map(_comparison_row, comparison['rows']))
    for kind, words in (('mended', 'images with fewer errors'),
                        ('broken', 'images with more errors')):
        text = say('{count} ' + words, count=comparison[kind])
        if has_images:
            text = _link(text, view='pictures', cause=kind)
        yield f'<p>{text}</p>'


def _comparison_row(row: Mapping[str, Any]) -> List[Any]:
    return [
        class_name(row['B less A']),
        *('-' if row[key] is None else f'{row[key]:+.1f}'
          for key in ('points', 'from', 'to')),
        *('-' if row[key] is None else f'{row[key]:.3f}'
          for key in ('B better', 'p'))
    ]


def class_table(classes: List[Dict[str, Any]],
                has_images: bool) -> Iterator[str]:
    yield from table(('class', 'boxes', 'AP', 'threshold', 'precision',
                      'recall', 'F1', 'score off by'), ([
                          _class_cell(row, has_images), row['boxes'],
                          _percent(row.get('AP')),
                          _number(row['threshold']),
                          _part(row['precision']),
                          _part(row['recall']),
                          _part(row['F1']),
                          _part(row['ECE'])
                      ] for row in classes))


def _cost(cost: Optional[float], most: float) -> Any:
    """Points of mAP50, and a bar."""
    if cost is None:
        return '-'
    points = say('{points} points', points=f'{100 * cost:.1f}')
    return Html(f'{points}<span class="bar" '
                f'style="width:{100 * cost / max(most, 1e-9):.0f}px"></span>')


def _class_cell(row: Mapping[str, Any], has_images: bool) -> Html:
    # The last row is of all classes together.
    if 'AP' not in row:
        return say(row['class'])
    cell = class_name(row['class'])
    return _link(
        cell, view='errors', **{'class': row['class']}) if has_images else cell


def tags(tags: Mapping[str, Any]) -> Iterator[str]:
    yield _paragraph('Whether a thing is in the image at all, as '
                     '<code>/tag</code> answers it.')
    keys = ('precision', 'recall', 'F1')
    rows = [[class_name(row['tag']), *(_percent(row[key]) for key in keys)]
            for row in tags['classes']]
    for part, word in (('micro', say('all together')),
                       ('macro', say('mean of the tags'))):
        rows.append([word, *(_percent(tags[part][key]) for key in keys)])
    yield from table(('tag', *keys), rows)


def confusion(confusion: Mapping[str, Any], has_images: bool) -> Iterator[str]:
    """The confusion matrix as a table whose cells open their images."""
    counts, names = np.array(confusion['counts']), confusion['names']
    yield _paragraph(
        'At the thresholds of the classes and an IoU of 0.5; each box has '
        'one match at most, the one that overlaps it most. A row is what is '
        'drawn, a column what was found. The last row was found where nothing '
        'is labeled, the last column was missed. The darker, the greater the '
        'share of its row.')
    labels = most_confused(counts, MAX_MATRIX_CLASSES)
    if len(labels) < len(names):
        yield _paragraph(
            'These are the {shown} classes of {all} that are confused most; '
            'report.json has all.',
            shown=len(labels) - 1,
            all=len(names) - 1)
    shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
    texts = [*map(class_name, names[:-1]), say('background')]
    yield '<div class="scroll tall"><table class="matrix"><thead><tr>'
    yield f'<th>{say("drawn ╲ found")}</th>'
    yield ''.join(f'<th scope="col"><span class="upright">{texts[label]}'
                  '</span></th>' for label in labels)
    yield '</tr></thead><tbody>'
    for row in labels:
        yield f'<tr><th scope="row">{texts[row]}</th>'
        for column in labels:
            yield _matrix_cell(row, column, counts[row, column],
                               shares[row, column], has_images)
        yield '</tr>'
    yield '</tbody></table></div>'


def _matrix_cell(row: int, column: int, count: int, share: float,
                 has_images: bool) -> str:
    if not count:
        return '<td></td>'
    kind = 'diagonal' if row == column else 'off'
    if share >= _DARK:
        kind += ' dark'
    cell = Html(count)
    if has_images:
        cell = _link(cell, view='errors', true=row, found=column)
    return f'<td class="{kind}" style="--share:{share:.2f}">{cell}</td>'


def thresholds(gain: Optional[List[Dict[str, Any]]]) -> Iterator[str]:
    """Gain of the thresholds; None of a detector that has none."""
    yield _paragraph(
        'A detection counts from some score up. A high one gives few false '
        'alarms, a low one finds more; <code>tools/fit_thresholds.py</code> '
        'finds one for each class.')
    if gain is None:
        yield _paragraph('This detector has none, and counts from 0.5.')
        return
    yield _paragraph(
        'What those of the classes bring beside a single 0.5, in F1 of boxes '
        'and of tags: of all together (micro) and as the mean of the classes '
        '(macro). Where the interval of the difference has 0 in it, these '
        'images can\'t tell. Images that they were fitted on, those of val '
        'most often, flatter them.')
    yield from table(('F1', 'at 0.5', 'at those of the classes', 'difference'),
                     ([
                         say(row['F1 of']),
                         _percent(row['single']),
                         _percent(row['fitted']),
                         _percent(row['difference'], '+')
                     ] for row in gain))


def sizes(rows: List[Dict[str, Any]]) -> Iterator[str]:
    yield from table(('size of the object', 'boxes', 'AP50', 'mAP'), ([
        known(row['size']), row['boxes'],
        _part(row['AP50']),
        _percent(row['mAP'])
    ] for row in rows))


def slices(report: Mapping[str, Any]) -> Iterator[str]:
    for title, parts in report['slices'].items():
        counted = 'boxes' if 'boxes' in parts[0] else 'images'
        yield from table(
            (title, counted, 'AP50'),
            ([known(part['part']), part[counted],
              _part(part['AP50'])] for part in parts))


def calibration(bins: Mapping[str, Any]) -> Iterator[str]:
    error = bins['expected_error']
    if error is None:
        yield _paragraph('Nothing was found.')
        return
    yield _paragraph(
        'Scores are off by {points} points on average: a score of 0.8 should '
        'mean that 80 of 100 such detections are right. Bars below the line '
        'are scores that promise too much.',
        points=f'{100 * error:.1f}')
    far = bins['far_off']
    if far:
        yield _paragraph(
            '<b>Far off</b> (by {points} points or more, of {few} detections '
            'or more): {classes}',
            points=f'{100 * FAR_OFF:.0f}',
            few=FEW,
            classes=Html(' '.join(map(_far_off, far[:_MOST_TOLD]))))
    if len(far) > _MOST_TOLD:
        yield _paragraph(
            '{count} more are in report.json.', count=len(far) - _MOST_TOLD)


def _far_off(row: Mapping[str, Any]) -> Html:
    return Html(
        class_name(row['class']) + ' ' +
        say('(says {score}, {right} of 100 are right).',
            score=f'{row["score"]:.2f}',
            right=f'{100 * row["right"]:.0f}'))


def table(columns: Iterable[str],
          rows: Iterable[Iterable[Any]],
          kind: str = '') -> Iterator[str]:
    """A table; ``columns`` are English, cells escaped unless they are Html."""
    yield f'<div class="scroll"><table class="{kind}"><thead><tr>'
    yield ''.join(f'<th>{known(column)}</th>' for column in columns)
    yield '</tr></thead><tbody>'
    for row in rows:
        yield ('<tr>' + ''.join(f'<td>{escape(cell)}</td>'
                                for cell in row) + '</tr>')
    yield '</tbody></table></div>'


def _paragraph(text: str, **values: Any) -> str:
    return f'<p>{say(text, **values)}</p>'


def _link(content: Html, **state: Any) -> Html:
    """Link to a view of the page."""
    return Html(f'<a href="#{escape(urlencode(state))}">{content}</a>')


def _percent(scores: Any, sign: str = '') -> str:
    if scores is None or scores['value'] is None:
        return '-'
    ends = (f'{100 * scores[key]:{sign}.1f}'
            for key in ('value', 'low', 'high'))
    return '{} ({} – {})'.format(*ends)


def _part(value: Any) -> str:
    return '-' if value is None else f'{100 * value:.1f}'


def _number(value: Any) -> str:
    return '-' if value is None else f'{value:.3f}'
