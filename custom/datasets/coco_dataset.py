"""COCO data set with labels by name; no box is dropped in silence."""
import itertools
from collections import defaultdict
from pathlib import Path
from pickle import UnpicklingError
from typing import List, NoReturn, Optional

from mmdet.datasets import CocoDataset
from mmdet.registry import DATASETS
from mmengine.logging import print_log

from custom.datasets.annotations.class_mapping import match_categories
from custom.datasets.annotations.reader import open_coco
from custom.datasets.annotations.strict_reader import valid_table
from custom.utils.errors import InputError
from custom.visualization.palette import class_colors


@DATASETS.register_module()
class CocoByNameDataset(CocoDataset):
    """COCO JSON whose categories are matched to the classes by name.

    ``metainfo=dict(classes=...)`` or the METAINFO of a subclass names the
    classes. The label of a box is the position of its class in that list,
    whatever the order of the file's categories: MMDetection's own CocoDataset
    numbers them in file order, so that every name can be wrong while the mAP
    looks fine. Boxes thinner than a pixel are kept; boxes marked ``ignore``
    or ``iscrowd`` carry ``ignore_flag`` 1.

    Raises:
        InputError: No classes are named; or the file has a category that is
            no class, a bad box or another problem named by
            :func:`custom.datasets.annotations.strict_reader.read_annotations`.
    """
    # Without it, the 80 of COCO would be the classes of any file.
    METAINFO: dict = {}

    @classmethod
    def _load_metainfo(cls, metainfo: Optional[dict] = None) -> dict:
        meta = super()._load_metainfo(metainfo)
        if not meta.get('classes'):
            raise InputError(
                f'{cls.__name__}: no classes are named. Write '
                "metainfo=dict(classes=('cat', 'dog')) in the data set's "
                'config, or give tools/train.py --data.')
        # The colour belongs to the class, not to its position.
        if 'palette' not in (metainfo or {}):
            meta['palette'] = [*class_colors(meta['classes']).values()]
        return meta

    def load_data_list(self) -> List[dict]:
        """One dict per image, in the order of the file.

        Returns:
            ``img_path``, ``img_id``, ``height``, ``width`` and ``instances``,
            each with ``bbox`` (xyxy, float pixels), ``bbox_label``,
            ``ignore_flag`` and, where the file has a ``segmentation``,
            ``mask``.
        """
        file = open_coco(self.ann_file)
        table = valid_table(file)
        # cat_ids and cat_img_map are what CocoDataset.filter_data reads.
        self.cat2label = match_categories(table.categories,
                                          self.metainfo['classes'],
                                          self.ann_file)
        self.cat_ids = list(self.cat2label)
        self.cat_img_map = defaultdict(list)
        instances: List[List[dict]] = [[] for _ in table.image_ids]
        masks = (ann.get('segmentation') for ann in file.records('annotations')
                 ) if table.has_masks else itertools.repeat(None)
        for image, category, (x, y, w, h), crowd, mask in zip(
                table.image_of.tolist(), table.category_of.tolist(),
                table.boxes.tolist(), table.crowd.tolist(), masks):
            category_id = table.category_ids[category]
            self.cat_img_map[category_id].append(table.image_ids[image])
            instance = dict(
                bbox=[x, y, x + w, y + h],
                bbox_label=self.cat2label[category_id],
                ignore_flag=int(crowd))
            if mask:
                instance['mask'] = mask
            instances[image].append(instance)
        folder = Path(self.data_prefix['img'])
        data_list = []
        for row, name in enumerate(table.file_names):
            width, height = table.image_size(row)
            data_list.append(
                dict(
                    img_path=str(folder / name),
                    img_id=table.image_ids[row],
                    height=height,
                    width=width,
                    instances=instances[row]))
        return data_list

    def load_proposals(self) -> None:
        """BaseDetDataset.load_proposals; InputError if they are missing or
        those of other images."""
        try:
            super().load_proposals()
        except (OSError, EOFError, UnpicklingError) as error:
            self._refuse_proposals(f'cannot be read ({error})')
        except (AssertionError, KeyError):
            self._refuse_proposals(f'is not of the images of {self.ann_file}')

    def _refuse_proposals(self, what: str) -> NoReturn:
        raise InputError(
            f'{self.proposal_file}: {what}. Make the proposals: python '
            f'tools/make_proposals.py {self.data_root}') from None

    def filter_data(self) -> List[dict]:
        """Leaves out what ``filter_cfg`` asks for, and says how many."""
        kept = super().filter_data()
        left_out = len(self.data_list) - len(kept)
        if left_out:
            print_log(
                f'{self.ann_file}: {left_out} of {len(self.data_list)} '
                'images left out (without boxes, or too small: '
                f'filter_cfg {self.filter_cfg})', 'current')
        return kept
