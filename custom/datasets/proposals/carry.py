"""Proposals carried to data set folders of the same images in other splits."""
import pickle
from pathlib import Path
from typing import Dict

from custom.datasets.annotations.layout import (PROPOSALS, SPLITS,
                                                annotation_file, image_folder)
from custom.datasets.annotations.strict_reader import read_annotations
from custom.datasets.proposals.make import proposal_keys
from custom.utils.errors import InputError


def carry_proposals(source: Path, folder: Path) -> None:
    """Writes the proposals of a folder's splits, where all images have some.

    Args:
        source: The data set folder that has ``proposals/*.pkl``, as
            :func:`custom.datasets.proposals.make.make_proposals` writes them;
            without, nothing is done. As in training they are unpickled, which
            can run code.
        folder: With annotations, and images of the same names.

    Raises:
        InputError: A file of proposals can't be read, or as
            :func:`custom.datasets.proposals.make.proposal_keys`.
    """
    found: Dict[str, dict] = {}
    for split in SPLITS:
        path = source / PROPOSALS / f'{split}.pkl'
        if path.exists():
            found.update(_read(path))
    for split in SPLITS:
        if found and annotation_file(folder, split).exists():
            names = read_annotations(annotation_file(folder, split)).file_names
            keys = proposal_keys(image_folder(folder), names)
            if found.keys() >= {*keys}:
                path = folder / PROPOSALS / f'{split}.pkl'
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(
                    pickle.dumps({key: found[key]
                                  for key in keys}))


def _read(path: Path) -> dict:
    try:
        return dict(pickle.loads(path.read_bytes()))
    # Of damaged bytes it makes any exception whatever.
    except Exception as error:
        raise InputError(f'{path}: cannot be read ({error}). Make the '
                         'proposals again, or remove the file.') from None
