"""Image tagger: the record of each image, by a predictor that a process
loads once."""
import functools
import sys
from typing import Any, Dict, NamedTuple, Optional

from custom.inference.load_predictor import load_predictor
from custom.inference.tagging.object_store import StoreError
from custom.inference.tagging.sources import ImageSource
from custom.structures.detection import Predictor, passes_threshold
from custom.utils.errors import InputError
from custom.utils.image_io import decode_image

Record = Dict[str, Any]


class TagSettings(NamedTuple):
    """Detector and threshold; as for
    :func:`custom.inference.load_predictor.load_predictor`, and ``score_thr``
    as for :func:`custom.structures.detection.counts`. ``version`` is the
    SHA-256 of the file."""
    checkpoint: str
    version: str
    device: Optional[str] = None
    precision: str = 'auto'
    tta: bool = False
    slice_size: Optional[int] = None
    score_thr: Optional[float] = None


class ImageTagger:
    """Tagger of the images of a source, for a process of its own.

    Args:
        source: The images.
        settings: The detector; it is loaded at the first call.
        threads: Threads of the CPU that a pass uses.
    """

    def __init__(self, source: ImageSource, settings: TagSettings,
                 threads: int) -> None:
        self._source = source
        self._settings = settings
        self._threads = threads

    def __call__(self, index: int) -> Record:
        """The record of an image.

        Returns:
            ``id``, its place in the source; ``path``; ``model_version``; and
            either ``width``, ``height``, ``labels``, ``scores`` and
            ``boxes``, xyxy in float pixels of the image as decoded, best
            first; or ``error``. What it hasn't is None.

        Raises:
            InputError: The detector can't be loaded, or the GPU fails, as it
                may do for all images that follow.
            StoreError: The store doesn't answer.
        """
        predictor = self._predictor
        try:
            return self._tag(predictor, index)
        except StoreError:
            raise
        # Of damaged bytes and odd shapes any library makes any exception.
        except Exception as error:
            if _is_of_gpu(error):
                raise InputError(
                    f'{self._source.name(index)}: the GPU failed ({error}). '
                    'Start again, with fewer --processes if its memory is '
                    'too small') from error
            return self.failed(index, str(error) or type(error).__name__)

    def failed(self, index: int, error: str) -> Record:
        """The record of an image that can't be looked at."""
        return dict(
            id=index,
            path=_text(self._source.name(index)),
            width=None,
            height=None,
            labels=None,
            scores=None,
            boxes=None,
            error=_text(error),
            model_version=self._settings.version)

    def crashed(self, index: int, how: str) -> Record:
        """The record of an image that a process has died of."""
        return self.failed(
            index, f'{self._source.name(index)}: the process that looked at '
            f'it ended ({how}); the picture may be too large for the memory')

    def _tag(self, predictor: Predictor, index: int) -> Record:
        pixels = decode_image(
            self._source.read(index), self._source.name(index))
        found = [
            one for one in predictor(pixels) if passes_threshold(
                one, predictor.thresholds, self._settings.score_thr)
        ]
        return dict(
            self.failed(index, ''),
            width=pixels.shape[1],
            height=pixels.shape[0],
            labels=[one.label for one in found],
            scores=[one.score for one in found],
            boxes=[one.box for one in found],
            error=None)

    @functools.cached_property
    def _predictor(self) -> Predictor:
        chosen = self._settings
        return load_predictor(chosen.checkpoint, chosen.device,
                              chosen.precision, self._threads, chosen.tta,
                              chosen.slice_size)


def _text(name: str) -> str:
    """A file name that isn't UTF-8 as text that Parquet takes."""
    return name.encode(errors='backslashreplace').decode()


def _is_of_gpu(error: Exception) -> bool:
    """Whether memory or a kernel of a GPU failed, and no image."""
    torch = sys.modules.get('torch')
    return torch is not None and isinstance(
        error, (torch.OutOfMemoryError, torch.AcceleratorError))
