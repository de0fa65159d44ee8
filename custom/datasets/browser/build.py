"""Data set browser: page and contact sheets in one folder."""
import re
from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence

from mmengine.config import Config

from custom.datasets.annotations.layout import SPLITS, annotation_file
from custom.datasets.annotations.reader import read_table
from custom.datasets.browser.gallery import make_gallery
from custom.datasets.browser.html import write_page
from custom.datasets.browser.pipeline import (pipeline_sheet, preview_pipeline,
                                              train_pipeline)
from custom.datasets.browser.sheets import sheet_jobs, write_png, write_sheets
from custom.datasets.checks.run import check_dataset
from custom.utils.errors import InputError
from custom.visualization.page.html_page import Track

# What page.html says of itself.
_MARK = b'name="generator" content="Drawing Tagger"'
_CLASS_SHEET = re.compile(r'class-\d+-')


class BrowseResult(NamedTuple):
    """What was made of how much. ``stops`` tells why training with the
    config would stop, or is ''."""
    page: Path
    sheets: List[Path]
    images: int
    boxes: int
    problems: int
    stops: str


def browse_dataset(folder: Path, out: Path, cfg: Optional[Config],
                   track: Track) -> BrowseResult:
    """Writes ``index.html`` and ``sheets/*.png`` of a data set folder.

    Each file is written whole or not at all, the page last.

    Args:
        folder: The data set folder; it may have any problem that the checks
            can name.
        out: The folder to write to; made if needed.
        cfg: A config whose train pipeline is shown, or None. Changed in
            place.
        track: Called with the items of long work, a word and their number;
            passes them on.

    Raises:
        InputError: The folder is no data set, an annotation file can't be
            read at all, the config has no train pipeline, or the output can't
            be written or has a page of somebody else.
    """
    _require_ours(out / 'index.html')
    if cfg is not None:
        train_pipeline(cfg)  # now, not after minutes
    report = check_dataset(folder, track=track)
    tables = [
        read_table(annotation_file(folder, summary.split))
        for summary in report.splits
    ]
    gallery = make_gallery(folder, tables, report.classes)
    jobs = sheet_jobs(out / 'sheets', gallery)
    written = track(write_sheets(gallery, jobs), 'sheets', len(jobs))
    sheets = [path for path in written if path is not None]
    seen = None
    if cfg is not None:
        seen = preview_pipeline(cfg, folder)
        if seen.samples:
            sheets.append(out / 'sheets' / 'pipeline.png')
            write_png(sheets[-1], pipeline_sheet(seen))
    _remove_others(out / 'sheets', sheets)
    write_page(out / 'index.html', gallery, report.problems, seen, track)
    return BrowseResult(
        page=out / 'index.html',
        sheets=sheets,
        images=len(gallery.names),
        boxes=len(gallery.boxes),
        problems=len(report.problems),
        stops='' if seen is None else seen.error)


def _require_ours(page: Path) -> None:
    try:
        with open(page, 'rb') as file:
            is_ours = _MARK in file.read(1000)
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(f'{page}: cannot be read ({error.strerror}). Choose '
                         'another folder with --out.') from None
    if not is_ours:
        raise InputError(f'{page}: is there and not made by this tool. Choose '
                         'another folder with --out.')


def _remove_others(folder: Path, sheets: Sequence[Path]) -> None:
    """Removes sheets that an earlier run made, of other classes perhaps."""
    names = {f'{name}.png' for name in (*SPLITS, 'pipeline')}
    for path in folder.glob('*.png'):
        ours = path.name in names or _CLASS_SHEET.match(path.name)
        if ours and path not in sheets:
            path.unlink()
