"""Hugging Face model folder: safetensors, ONNX, config and model card."""
import json
from pathlib import Path
from typing import Sequence

import numpy as np
import yaml

from custom.checkpoint.loading import write_whole
from custom.checkpoint.publish import published
from custom.config.literal import config_from_checkpoint
from custom.export.to_onnx import export_onnx
from custom.utils.atomic_folder import replace_folder
from custom.utils.errors import InputError

_MARK = '.drawing_tagger.json'
_WEIGHTS = 'model.safetensors'

CARD = """# {title}

A {detector} that finds {count} things in pictures, trained with Drawing Tagger
on MMDetection. It gives a box, a name and a score each.

{classes}

| file | |
|---|---|
| `{weights}` | weights; class names, thresholds and config are in its header |
{onnx}| `config.json` | names of labels, thresholds and scores, for programs |

In a clone of Drawing Tagger, with
`pip install -c constraints.txt -e '.[train,huggingface]'`:

```sh
python tools/infer.py path/to/{weights} path/to/pictures
```

```python
from custom.apis import Predictor

for label, score, box in Predictor('path/to/{weights}')('picture.jpg'):
    print(label, score, box)
```

## Scores

{scores}
"""


def export_huggingface(checkpoint: str, out: str,
                       images: Sequence[np.ndarray]) -> str:
    """Writes a folder that can be put on the Hugging Face Hub; uploads
    nothing.

    In it are ``model.safetensors``, which every tool here reads as it does
    the checkpoint and whose weights are the same bit for bit,
    ``model.onnx`` where the detector can be exported, ``config.json`` and
    ``README.md``, a model card with the scores that ``tools/publish.py
    --results`` has put into the checkpoint.

    Args:
        checkpoint: Path of a checkpoint trained here.
        out: Folder to write, whole or not at all.
        images: As for :func:`custom.export.to_onnx.export_onnx`.

    Returns:
        A line that says how well the answers of ``model.onnx`` agree with
        torch's, or why there is none.

    Raises:
        InputError: The package safetensors is missing, the checkpoint can't
            be read or lacks what :func:`custom.checkpoint.publish.published`
            asks for, or the folder holds something else or can't be written.
    """
    stored = published(checkpoint)
    meta = stored['meta']
    detector = config_from_checkpoint(stored, checkpoint).model.type
    with replace_folder(Path(out), _MARK) as (folder, names):
        write_whole(stored, str(folder / _WEIGHTS))
        try:
            agreement = export_onnx(checkpoint, str(folder / 'model.onnx'),
                                    images)
            said = f'model.onnx is as torch on drawn pictures: {agreement}'
            names.append('model.onnx')
        except InputError as error:
            said = f'no model.onnx: {error}'
        (folder / 'config.json').write_text(
            json.dumps(_config(meta, detector), ensure_ascii=False, indent=2),
            encoding='utf-8')
        (folder / 'README.md').write_text(
            _card(
                Path(checkpoint).stem, meta, detector, 'model.onnx' in names),
            encoding='utf-8')
        names += [_WEIGHTS, 'config.json', 'README.md']
    return said


def _config(meta: dict, detector: str) -> dict:
    """Content of config.json, which the Hub and its programs look for."""
    classes = meta['dataset_meta']['classes']
    return dict(
        model_type='drawing-tagger',
        architectures=[detector],
        id2label=dict(enumerate(classes)),
        label2id={
            name: label
            for label, name in enumerate(classes)
        },
        thresholds=meta['dataset_meta'].get('thresholds', {}),
        results=meta.get('results', {}))


def _card(title: str, meta: dict, detector: str, onnx: bool) -> str:
    results = meta.get('results', {})
    head = dict(
        library_name='drawing-tagger',
        pipeline_tag='object-detection',
        tags=['object-detection', 'mmdetection'])
    text = CARD.format(
        title=title,
        detector=detector,
        count=len(meta['dataset_meta']['classes']),
        classes=', '.join(meta['dataset_meta']['classes']),
        weights=_WEIGHTS,
        onnx='| `model.onnx` | the same detector, without torch |\n'
        if onnx else '',
        scores='\n\n'.join(map(_table, results, results.values()))
        or 'Not measured.')
    return f'---\n{yaml.safe_dump(head, sort_keys=False)}---\n\n{text}'


def _table(name: str, results: dict) -> str:
    """AP and AP50 of one data set, of all classes and by class, in points; a
    class without boxes has none."""
    overall = results['scores']
    rows = [('**all**', overall['coco/bbox_mAP'], overall['coco/bbox_mAP_50'])]
    rows += [(row['class'], row['AP'], row['AP50'])
             for row in results['per_class']]
    lines = [[title, *('' if ap is None else f'{100 * ap:.1f}' for ap in aps)]
             for title, *aps in rows]
    how = ', with test-time augmentation' * bool(results.get('tta'))
    if results.get('slice'):
        how += f', in slices of {results["slice"]} pixels'
    return '\n'.join([
        f'On {name}, {results["split"]} split{how}:\n', '| | AP | AP50 |',
        '|---|---|---|', *(f'| {" | ".join(line)} |' for line in lines)
    ])
