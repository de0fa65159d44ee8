"""OpenCV DNN file: networks and metadata of a detector in one zip archive.

OpenCV does not say what an ONNX file's ``metadata_props`` hold, and a
two-stage detector is two networks. Anything unpacks a zip archive, and
``cv2.dnn.readNetFromONNX`` takes what is inside.
"""
import json
import lzma
import zipfile
import zlib
from typing import (Any, Dict, NamedTuple, Optional, Tuple, Union,
                    get_type_hints)

import numpy as np

from custom.inference.numpy_heads import RPN, BoxHead, RetinaHead, YOLOHead
from custom.inference.onnx_metadata import OnnxMetadata
from custom.structures.resize import ResizedImage
from custom.utils.errors import InputError

# Names in the archive.
NETWORK, BOX_HEAD = 'network.onnx', 'box_head.onnx'
_METADATA = 'metadata.json'
# The dense head of each type of model.
HEADS = dict(FasterRCNN=RPN, RetinaNet=RetinaHead, YOLOV3=YOLOHead)


class Canvas(NamedTuple):
    """Fixed input of a network: where a resized image is put.

    Attributes:
        width, height: Its size in pixels; images are padded to it on the
            right and below.
        mean, std: Of the channels, subtracted and divided by.
        to_rgb: Whether the network wants RGB.
        pad_value: Of the padding, after normalization.
    """
    width: int
    height: int
    mean: Tuple[float, float, float]
    std: Tuple[float, float, float]
    to_rgb: bool
    pad_value: float

    def __call__(self, image: ResizedImage) -> np.ndarray:
        """Input of the network: float32 (1, 3, height, width)."""
        pixels = image.pixels[..., ::-1] if self.to_rgb else image.pixels
        values = (pixels - np.float32(self.mean)) / np.float32(self.std)
        blob = np.full((1, 3, self.height, self.width), self.pad_value,
                       np.float32)
        height, width = pixels.shape[:2]
        blob[0, :, :height, :width] = values.transpose(2, 0, 1)
        return blob


class OpenCVDetector(NamedTuple):
    """Contents of a file.

    Attributes:
        metadata: Classes, thresholds and resize.
        canvas: What an image becomes before the network.
        outputs: Names of the network's outputs: of a two-stage detector the
            feature maps, then those that ``head`` takes.
        head: Decodes the network's maps.
        box_head: Of a two-stage detector.
        networks: ONNX files by name: :data:`NETWORK` and, of a two-stage
            detector, :data:`BOX_HEAD`.
    """
    metadata: OnnxMetadata
    canvas: Canvas
    outputs: Tuple[str, ...]
    head: Union[RPN, RetinaHead, YOLOHead]
    box_head: Optional[BoxHead]
    networks: Dict[str, bytes]

    def write(self, path: str) -> None:
        """Writes the archive; the same detector gives the same bytes."""
        fields = self._asdict()
        networks, metadata = fields.pop('networks'), fields.pop('metadata')
        text = json.dumps(
            {
                **{
                    name: json.loads(value)
                    for name, value in metadata.to_props().items()
                },
                **_plain(fields)
            },
            ensure_ascii=False,
            indent=1)
        with zipfile.ZipFile(path, 'w') as archive:
            for name, data in {_METADATA: text, **networks}.items():
                archive.writestr(zipfile.ZipInfo(name), data)

    @classmethod
    def read(cls, path: str) -> 'OpenCVDetector':
        """Reads what :meth:`write` wrote.

        Raises:
            InputError: The file can't be read, or is none of ours.
        """
        try:
            with zipfile.ZipFile(path) as archive:
                # First, for a folder of photos has none.
                fields = json.loads(archive.read(_METADATA))
                files = {
                    name: archive.read(name)
                    for name in archive.namelist() if name != _METADATA
                }
            return cls._parsed(fields, files)
        except OSError as error:
            raise InputError(f'{path}: cannot be read ({error.strerror}); '
                             'write it with tools/export.py') from None
        except KeyError as error:
            raise _foreign(path, f'it has no {error}') from None
        # A bit decides how a file is packed, or that it is encrypted.
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError,
                RuntimeError, TypeError, ValueError, AttributeError) as error:
            raise _foreign(path, str(error)) from None

    @classmethod
    def _parsed(cls, fields: Any, files: Dict[str, bytes]) -> 'OpenCVDetector':
        metadata = OnnxMetadata.from_props({
            name: json.dumps(value)
            for name, value in fields.items()
        })
        box_head = fields['box_head']
        names = (NETWORK, BOX_HEAD) if box_head else (NETWORK, )
        return cls(metadata, _typed(Canvas, fields['canvas']),
                   tuple(fields['outputs']),
                   _typed(HEADS[metadata.detector], fields['head']), box_head
                   and _typed(BoxHead, box_head),
                   {name: files[name]
                    for name in names})


def _foreign(path: str, reason: str) -> InputError:
    return InputError(
        f'{path}: not a detector for OpenCV, or cut off ({reason}); copy it, '
        'or export it with tools/export.py --to opencv, again')


def _plain(value: Any) -> Any:
    """Named tuples as dicts, for JSON."""
    if hasattr(value, '_asdict'):
        value = value._asdict()
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    return value


def _typed(kind: type, fields: dict) -> Any:
    """Named tuples of :func:`_plain` again."""
    return kind(
        **{
            name:
            _typed(hint, fields[name]) if hasattr(hint, '_fields'
                                                  ) else fields[name]
            for name, hint in get_type_hints(kind).items()
        })
