"""HTML page and files of an evaluation report; the page needs no network."""
import json
from os import PathLike
from pathlib import Path
from typing import Any, Iterator, Mapping, Union

from custom.evaluation.report.sections import (calibration, class_table,
                                               errors, section, slices,
                                               summary, tags, text)
from custom.utils.atomic_write import write_bytes, write_text
from custom.visualization.report_plots import draw_report

_STYLE = Path(__file__).parent / 'static' / 'report.css'


def write_report(folder: Union[str, PathLike], report: Mapping[str, Any],
                 title: str) -> Path:
    """Writes ``report.json``, the plots as PNG, and ``index.html``.

    Args:
        folder: Made when it is not there; what it held of a report before is
            replaced.
        report: Of :func:`custom.evaluation.report.figures.build_report`.
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
           f'<title>{text(title)}</title>'
           f'<style>{_STYLE.read_text(encoding="utf-8")}</style></head><body>')
    yield f'<h1>{text(title)}</h1>'
    yield (f'<p class="quiet">{report["images"]} images, {report["boxes"]} '
           'boxes to be found. In brackets is the 95 % interval: where the '
           'value would lie on other pictures like these.</p>')
    yield from summary(report)
    yield from section('Errors by cause', errors(report), plots['errors'])
    yield from section('Classes', class_table(report['classes']))
    yield from section('Tags of an image', tags(report['tags']))
    yield from section('Score thresholds', [
        '<p>A detection counts from some score up. A high one gives few false '
        'alarms, a low one finds more; <code>tools/fit_thresholds.py</code> '
        'finds one for each class.</p>'
    ], plots['curves'])
    yield from section('What is taken for what', [
        '<p>At the thresholds of the classes and an IoU of 0.5; each box has '
        'one match at most, the one that overlaps it most. The last row was '
        'found where nothing is labelled, the last column was missed.</p>'
    ], plots['confusion'])
    yield from section('By kind of object and image', slices(report))
    yield from section('Are scores what they say?',
                       calibration(report['calibration']),
                       plots['calibration'])
    yield '</body></html>'
