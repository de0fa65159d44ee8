"""HTML page and files of an evaluation report; the page needs no network."""
import json
from os import PathLike
from pathlib import Path
from typing import Any, Dict, Iterator, Mapping, Optional, TextIO, Union

import numpy as np

from custom.classes import KOREAN as KOREAN_CLASSES
from custom.evaluation.box_outcomes import OUTCOMES
from custom.evaluation.label_errors import KINDS
from custom.evaluation.report.report_images import (ReportImages,
                                                    image_records,
                                                    label_records)
from custom.evaluation.report.sections import (calibration, class_table,
                                               comparison, confusion, errors,
                                               section, sizes, slices, summary,
                                               tags, thresholds)
from custom.evaluation.report.words import KOREAN, escape, say
from custom.evaluation.tide_errors import ERROR_TYPES
from custom.utils.atomic_write import write_bytes, write_text
from custom.visualization.page.html_page import (BLOCK, Track, class_styles,
                                                 embed, fill_template,
                                                 join_static, relative_address,
                                                 write_with_thumbs)
from custom.visualization.report_plots import draw_report

_STATIC = Path(__file__).parent / 'static'
# In this order they are one script.
_SHARED = ('words.js', 'dom.js', 'address.js', 'image_boxes.js', 'large.js')
_SCRIPTS = ('state.js', 'galleries.js', 'image_pair.js', 'page.js')


def write_report(folder: Union[str, PathLike],
                 report: Mapping[str, Any],
                 title: str,
                 shown: Optional[ReportImages] = None,
                 track: Track = lambda items, label, total: items) -> Path:
    """Writes ``report.json``, the plots as PNG, and ``index.html``.

    Args:
        folder: Made when it is not there; what it held of a report before is
            replaced.
        report: Of :func:`custom.evaluation.report.figures.build_report`.
        title: What was tested on what.
        shown: The images that the page shows, or None. The large ones are
            read from where they are, so that both folders may move together.
        track: Called with the thumbnails as they are made, a word and their
            number; passes them on.

    Returns:
        The page.

    Raises:
        InputError: A file cannot be written.
    """
    folder = Path(folder)
    write_text(folder / 'report.json', _as_json(report))
    plots = draw_report(report)
    for name, data in plots.items():
        write_bytes(folder / f'{name}.png', data)
    page = folder / 'index.html'

    def text(sizes: np.ndarray, thumbs: TextIO) -> Iterator[str]:
        return fill_template(
            join_static(_STATIC, (), ['report.html']),
            dict(
                title=[escape(title)],
                style=[join_static(_STATIC, ['base.css'], ['report.css'])],
                script=[join_static(_STATIC, _SHARED, _SCRIPTS)],
                sections=_sections(report, plots, shown),
                data=_data(folder, report, shown, sizes),
                thumbs=thumbs))

    paths = [*map(shown.path, shown.images)] if shown else []
    write_with_thumbs(page, paths, text, track)
    return page


def _as_json(report: Mapping[str, Any]) -> str:
    """A line for each part, since a number a line are a million of them."""
    parts = (f'{json.dumps(key)}: {json.dumps(part, ensure_ascii=False)}'
             for key, part in report.items())
    return '{\n' + ',\n'.join(parts) + '\n}'


def _sections(report: Mapping[str, Any], plots: Mapping[str, bytes],
              shown: Optional[ReportImages]) -> Iterator[str]:
    has_images = shown is not None
    yield '<p class="quiet">' + say(
        '{images} images, {boxes} boxes to be found. In brackets is the 95 % '
        'interval: where the value would lie on other pictures like these.',
        images=report['images'],
        boxes=report['boxes']) + '</p>'
    yield from summary(report)
    if 'comparison' in report:
        yield from section('Compared with the other detector',
                           comparison(report['comparison'], has_images))
    yield from section('Errors by cause',
                       errors(report,
                              _counts(shown) if shown else None))
    yield from section('Classes', class_table(report['classes'], has_images))
    yield from section('Tags of an image', tags(report['tags']))
    yield from section('Precision and recall by class', (), plots['pr_curves'])
    yield from section('Score thresholds', thresholds(report['thresholds']),
                       plots['curves'])
    yield from section('What is taken for what',
                       confusion(report['confusion'], has_images))
    yield from section('By kind of object and image',
                       [*sizes(report['sizes']), *slices(report)])
    yield from section('Are scores what they say?',
                       calibration(report['calibration']),
                       plots['calibration'])


def _counts(shown: ReportImages) -> Dict[str, int]:
    """Counts of the errors of each type that the page shows."""
    outcomes = shown.outcomes
    counts = np.bincount(
        outcomes.detections[np.isin(shown.overlaps.detections.images,
                                    shown.images)],
        minlength=len(OUTCOMES))
    counts[OUTCOMES.index('missed')] = (outcomes.truth[np.isin(
        shown.overlaps.truth.images,
        shown.images)] == OUTCOMES.index('missed')).sum()
    return {name: int(counts[OUTCOMES.index(name)]) for name in ERROR_TYPES}


def _data(folder: Path, report: Mapping[str, Any],
          shown: Optional[ReportImages], sizes: np.ndarray) -> Iterator[str]:
    """The JSON object that state.js reads."""
    classes = class_styles(report['confusion']['names'][:-1])
    for cls in classes:
        cls['korean'] = KOREAN_CLASSES.get(cls['name'], '')
    head = dict(
        folder=relative_address(shown.folder, folder) if shown else '',
        classes=classes,
        outcomes=OUTCOMES,
        kinds=KINDS,
        words=KOREAN,
        block=BLOCK,
        total=report['images'],
        earlier=(shown.earlier.name if shown and shown.earlier else ''))
    yield embed(head)[:-1]
    yield ',"images":['
    if shown:
        for place, record in enumerate(image_records(shown, sizes)):
            yield ',' * (place > 0) + embed(record)
    yield '],"labels":'
    yield embed([*label_records(shown)] if shown else [])
    yield '}'
