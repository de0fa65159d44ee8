"""Plan: what all trainings of one command have in common."""
import re
from pathlib import Path
from typing import Any, Dict, Mapping

from mmengine.config import Config

from custom.config.config import settings
from custom.config.tree import flatten
from custom.datasets.annotations.layout import SPLITS, annotation_file
from custom.datasets.annotations.reader import open_coco
from custom.utils.errors import InputError

# Settings in which the runs may differ: of chance, of the machine, and of what
# is told of them.
_FREE = re.compile(
    r'randomness\.seed|work_dir|load_from|resume|launcher|visualizer\..*|'
    r'\w+_dataloader\.(num_workers|prefetch_factor|persistent_workers|'
    r'pin_memory)|default_hooks\.(track\..*|checkpoint\.save_every)')
_SHOWN = 3  # of what differs


def make_plan(cfg: Config, data: Path,
              options: Mapping[str, Any]) -> Dict[str, str]:
    """The plan as flat text, which two commands have in common or not.

    Args:
        cfg: The config, with the flags of the command line in it.
        data: The data set folder.
        options: Of the command line, by their names, that are not in it.

    Returns:
        By name: the options, hashes of the annotations, and the settings.
    """
    plan = {name: repr(value) for name, value in options.items()}
    for split in SPLITS:
        path = annotation_file(data, split)
        if path.exists():
            digest = open_coco(path).digest.hex()[:16]
            plan[f'annotations/{path.name}'] = digest
    for key, value in flatten(settings(cfg)).items():
        if not _FREE.fullmatch(key):
            plan[key] = repr(value)
    return plan


def require_same_plan(before: Mapping[str, str], now: Mapping[str, str],
                      root: Path) -> None:
    """Refuses to go on with what was begun by another plan.

    Raises:
        InputError: Tells what has changed.
    """
    changed = [
        f'{name} is {now.get(name, "not set")}, was '
        f'{before.get(name, "not set")}'
        for name in dict.fromkeys((*before, *now))
        if before.get(name) != now.get(name)
    ]
    if changed:
        more = len(changed) - _SHOWN
        others = f', and {more} more' if more > 0 else ''
        raise InputError(
            f'{root}: was begun otherwise: {"; ".join(changed[:_SHOWN])}'
            f'{others}. Repeat the command as it was, choose another '
            '--work-dir, or remove it')
