"""COCO data set with labels by name; no box is dropped in silence."""
from pathlib import Path
from pickle import UnpicklingError
from typing import NoReturn, Optional, Sequence

from mmdet.datasets import CocoDataset
from mmdet.registry import DATASETS
from mmengine.dataset import force_full_init
from mmengine.logging import print_log

from custom.datasets.annotations.class_mapping import match_categories
from custom.datasets.annotations.reader import open_coco
from custom.datasets.annotations.strict_reader import valid_table
from custom.datasets.image_records import ImageRecords
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
        # The color belongs to the class, not to its position.
        if 'palette' not in (metainfo or {}):
            meta['palette'] = [*class_colors(meta['classes']).values()]
        return meta

    def load_data_list(self) -> Sequence[dict]:
        """One dict per image, in the order of the file.

        Returns:
            As of :class:`custom.datasets.image_records.ImageRecords`. With
            proposals, or where the file has a ``segmentation``, they are a
            list, and such an instance has a ``mask``.
        """
        file = open_coco(self.ann_file)
        table = valid_table(file)
        self.cat2label = match_categories(table.categories,
                                          self.metainfo['classes'],
                                          self.ann_file)
        self.cat_ids = list(self.cat2label)
        records = ImageRecords(
            table, [self.cat2label[key] for key in table.category_ids],
            Path(self.data_prefix['img']))
        if not table.has_masks and self.proposal_file is None:
            self.serialize_data = False  # they are compact
            return records
        data_list = [*records]
        if table.has_masks:
            masks = [
                ann.get('segmentation') for ann in file.records('annotations')
            ]
            for row, record in enumerate(data_list):
                for instance, annotation in zip(record['instances'],
                                                records.annotations(row)):
                    if masks[annotation]:
                        instance['mask'] = masks[annotation]
        return data_list

    @force_full_init
    def get_data_info(self, idx: int) -> dict:
        """BaseDataset.get_data_info; a record that is made anew isn't copied.
        """
        if not isinstance(self.data_list, ImageRecords):
            return super().get_data_info(idx)
        return dict(self.data_list[idx], sample_idx=idx % len(self))

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

    def filter_data(self) -> Sequence[dict]:
        """Leaves out what ``filter_cfg`` asks for, and says how many."""
        if self.test_mode or self.filter_cfg is None:
            return self.data_list
        # The rule of CocoDataset, which would make all records.
        empty = self.filter_cfg.get('filter_empty_gt', False)
        smallest = self.filter_cfg.get('min_size', 0)
        if isinstance(self.data_list, ImageRecords):
            kept = self.data_list.filtered(empty, smallest)
        else:
            kept = [
                record for record in self.data_list
                if min(record['width'], record['height']) >= smallest and (
                    record['instances'] or not empty)
            ]
        left_out = len(self.data_list) - len(kept)
        if left_out:
            print_log(
                f'{self.ann_file}: {left_out} of {len(self.data_list)} '
                'images left out (without boxes, or too small: '
                f'filter_cfg {self.filter_cfg})', 'current')
        return kept
