"""Labeling round: what was labeled, the training on it, and the decision."""
import json
import shutil
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, Dict, List, NamedTuple, Optional

from custom.checkpoint.loading import load
from custom.datasets.annotations.layout import SPLITS, annotation_file
from custom.engine.run_folder import locked
from custom.inference.predict_split import read_split
from custom.label_studio.training_folder import MODEL
from custom.utils.atomic_write import write_bytes, write_text
from custom.utils.errors import InputError
from custom.utils.file_digest import file_sha256

REPLACED, KEPT, ROLLED_BACK = 'replaced', 'kept', 'rolled back'


class LabelingRound(NamedTuple):
    """Round of a labeling project, with a folder of its own.

    Attributes:
        root: Folder of the project.
        number: From 1.
    """
    root: Path
    number: int

    @property
    def folder(self) -> Path:
        return self.root / f'round_{self.number}'

    @property
    def in_use(self) -> Path:
        """The model that a service serves, the same file in all rounds."""
        return self.root / MODEL

    @property
    def old(self) -> Path:
        """The model that was in use when it began."""
        return self.folder / 'old.pth'

    @property
    def data(self) -> Path:
        """Data set folder of what was labeled."""
        return self.folder / 'data'

    @property
    def work_dir(self) -> Path:
        """Work dir of the training."""
        return self.folder / 'run'

    def begin(self) -> None:
        """Begins it, without what an earlier try has left."""
        shutil.rmtree(self.folder, ignore_errors=True)
        _copy(self.in_use, self.old)

    def decision(self) -> Optional[Dict[str, Any]]:
        """Decision that :meth:`decide` wrote; None until then."""
        try:
            return json.loads(self._decision.read_text(encoding='utf-8'))
        except (OSError, ValueError):
            return None

    def decide(self, new: str, figures: Dict[str, Any],
               command: List[str]) -> Dict[str, Any]:
        """Puts the new model in use unless it is worse, and writes down why.

        Args:
            new: Path of its checkpoint.
            figures: As ``compare_on_val`` gives them.
            command: Words of the command line that trained it.
        """
        replaces = _is_no_worse(figures)
        if replaces:
            _copy(Path(new), self.in_use)
        images = {
            split: len(read_split(self.data, split).image_ids)
            for split in SPLITS if annotation_file(self.data, split).exists()
        }
        return self._write(
            dict(
                decision=REPLACED if replaces else KEPT,
                time=_now(),
                old=_identity(self.old),
                new=_identity(Path(new)),
                images=images,
                command=command,
                **figures))

    def roll_back(self) -> None:
        """Puts the model in use that was when it began."""
        _copy(self.old, self.in_use)
        self._write(
            dict(self.decision(), decision=ROLLED_BACK, rolled_back=_now()))

    @property
    def _decision(self) -> Path:
        return self.folder / 'decision.json'

    def _write(self, said: Dict[str, Any]) -> Dict[str, Any]:
        write_text(self._decision,
                   json.dumps(said, indent=1, ensure_ascii=False))
        return said


def use_first_model(root: Path, checkpoint: str) -> None:
    """Makes a checkpoint the model in use of a project that has none.

    Raises:
        InputError: It is none that can be fine-tuned.
    """
    load(checkpoint)
    _copy(Path(checkpoint), root / MODEL)


def next_round(root: Path) -> LabelingRound:
    """The first round that is not decided."""
    return LabelingRound(root, len(_decided(root)) + 1)


def data_before(one: LabelingRound, first: Path) -> Path:
    """The folder whose splits a round goes on from: what was labeled in the
    round before it, for the first one ``first``.

    Raises:
        InputError: It is gone.
    """
    if one.number == 1:
        return first
    folder = LabelingRound(one.root, one.number - 1).data
    if not annotation_file(folder, 'train').exists():
        raise InputError(
            f'{folder}: is gone, and with it what is in train and in val. '
            'Bring it back, or choose another --work-dir.')
    return folder


def require_news(one: LabelingRound, command: List[str]) -> None:
    """Refuses to do again what the round before has done.

    Args:
        one: Its data is there.
        command: Words of the command line.

    Raises:
        InputError: Nothing has been labeled since that round, of the same
            command; what is there of this one is removed.
    """
    before = LabelingRound(one.root, one.number - 1)
    known = before.decision() or {}
    if known.get('command') == command and (_labels(one.data) == _labels(
            before.data)):
        shutil.rmtree(one.folder)
        raise InputError(
            f'{before.folder}: nothing has been labeled since this round, and '
            'the command is the same. Label more, or train in another way: '
            '--epochs 20, --seed 1.')


def _labels(data: Path) -> List[bytes]:
    return [
        path.read_bytes() for split in SPLITS
        if (path := annotation_file(data, split)).exists()
    ]


def roll_back(root: Path) -> LabelingRound:
    """Goes back to the model before the last one that was put in use. A round
    that is under way has begun with that one, and is removed.

    Returns:
        The round that had brought it.

    Raises:
        InputError: No round has put one in use, or a training runs.
    """
    brought = [
        one for one in _decided(root) if one.decision()['decision'] == REPLACED
    ]
    if not brought:
        raise InputError(f'{root}: no round has put a model in use, so there '
                         'is none to go back to.')
    with locked(str(root)):
        shutil.rmtree(next_round(root).folder, ignore_errors=True)
        brought[-1].roll_back()
    return brought[-1]


def _decided(root: Path) -> List[LabelingRound]:
    found: List[LabelingRound] = []
    while (one := LabelingRound(root, len(found) + 1)).decision():
        found.append(one)
    return found


def _is_no_worse(figures: Dict[str, Any]) -> bool:
    """Whether the new model has no lower mAP. Where nothing tells, it is taken
    if the old one knows none of its classes."""
    if figures['difference'] is None:
        return not figures['classes']['compared']
    return figures['difference']['points'] >= 0


def _identity(path: Path) -> Dict[str, str]:
    return dict(file=str(path), sha256=file_sha256(str(path)))


def _copy(source: Path, target: Path) -> None:
    # With a time of its own: a service takes an export that is older than its
    # checkpoint for one of another.
    write_bytes(target, source.read_bytes())


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec='seconds')
