"""Evaluation report benchmark: matching, AP, bootstrap, TIDE and more."""
import time
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Tuple

from benchmarks.measure import say
from benchmarks.process import run_alone
from benchmarks.scoring import FOUND, scoring_job
from custom.classes import NAMES
from custom.datasets.annotations.columns import AnnotationTable, build_table
from custom.evaluation.average_precision import average_precision
from custom.evaluation.bootstrap import bootstrap_average_precision
from custom.evaluation.calibration import calibration
from custom.evaluation.confusion_matrix import confusion_matrix
from custom.evaluation.matching import Matches, match_boxes
from custom.evaluation.paired_comparison import compare
from custom.evaluation.precision_recall import precision_recall
from custom.evaluation.score_curves import score_curves
from custom.evaluation.score_thresholds import fit_thresholds
from custom.evaluation.size_precision import size_precision
from custom.evaluation.slices import box_slice_precision, size_slices
from custom.evaluation.tag_scores import image_tags, tag_scores
from custom.evaluation.threshold_gain import threshold_gain
from custom.evaluation.tide_errors import tide_errors

COLUMNS = ('work', 'images', 'boxes found', 'seconds', 'peak MB',
           'of it before')
IMAGES = 5_000

_REPORT = """
sys.path.insert(0, 'tools')
import benchmarks.reporting
job = benchmarks.reporting.report_job(int(sys.argv[1]))
start = time.perf_counter()
{}
"""
_ALL = _REPORT.format('[*benchmarks.reporting.steps(*job)]')
_NOTHING = _REPORT.format('')


def reporting(images: int = IMAGES) -> Iterator[dict]:
    """Measures what a report computes; rows with the keys of ``COLUMNS``.

    Each image has ten boxes to be found and a hundred detections of 22
    classes. Steps are those of one process, the whole is a process of its own;
    ``of it before`` is what that holds with the boxes in memory.

    Raises:
        InputError: The process of the whole fails.
    """
    say(f'{images} images are made')
    job = report_job(images)
    sizes = {'images': images, 'boxes found': images * FOUND}
    for work, seconds in steps(*job):
        yield {'work': work, **sizes, 'seconds': f'{seconds:.2f}'}
    say('all in a process of its own')
    before = run_alone(_NOTHING, images)[1]
    seconds, peak = run_alone(_ALL, images)
    yield {
        'work': 'all',
        **sizes, 'seconds': f'{seconds:.2f}',
        'peak MB': f'{peak:.0f}',
        'of it before': f'{before:.0f}'
    }


def report_job(images: int) -> Tuple[AnnotationTable, List[dict]]:
    """An annotation table and the predictions of its images."""
    job = scoring_job(images)
    table = build_table(Path('val.json'), job['annotations'].get)
    return table, [{
        key: value if key == 'img_id' else value.numpy()
        for key, value in one.items()
    } for one in job['predictions']]


def steps(table: AnnotationTable,
          predictions: List[dict]) -> Iterator[Tuple[str, float]]:
    """Name and seconds of every step, as each is done."""
    start = time.perf_counter()
    matches = match_boxes(table, predictions, NAMES, 'val.json')
    yield 'matching', time.perf_counter() - start
    for work, run in _works(matches).items():
        say(work)
        start = time.perf_counter()
        run()
        yield work, time.perf_counter() - start


def _works(matches: Matches) -> Dict[str, Callable[[], object]]:
    overlaps = matches.overlaps
    thresholds = fit_thresholds(score_curves(matches), 'f1').per_class
    return {
        'AP':
        lambda: average_precision(matches),
        'AP by size':
        lambda: [
            box_slice_precision(overlaps, part)
            for part in size_slices(overlaps).values()
        ],
        'AP, 1,000 replicates':
        lambda: bootstrap_average_precision(matches),
        'AP by size, 1,000 replicates':
        lambda: size_precision(overlaps),
        'comparison, 1,000 replicates':
        lambda: compare(matches, matches, (thresholds, thresholds)),
        'TIDE':
        lambda: tide_errors(matches),
        'curves and thresholds':
        lambda: fit_thresholds(score_curves(matches), 'f1'),
        'gain of thresholds, 1,000 replicates':
        lambda: threshold_gain(matches, thresholds),
        'precision-recall curves':
        lambda: precision_recall(matches),
        'confusion matrix':
        lambda: confusion_matrix(overlaps, thresholds),
        'tags, 1,000 replicates':
        lambda: tag_scores(image_tags(overlaps, thresholds)),
        'calibration':
        lambda: calibration(matches),
    }
