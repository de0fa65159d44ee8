"""Labeling config of Label Studio: the XML of a project's boxes and labels.

Format: https://labelstud.io/tags/rectanglelabels
"""
import re
import xml.etree.ElementTree as ET
from typing import Any, Dict, Iterator, Mapping, NamedTuple, Sequence, Tuple
from xml.sax.saxutils import quoteattr

from custom.classes import hex_color, match_class
from custom.utils.errors import InputError

_CONFIG = '''\
<View>
  <Image name="image" value="$image" zoom="true"/>
  <RectangleLabels name="label" toName="image">
{labels}  </RectangleLabels>
</View>
'''


class BoxLabel(NamedTuple):
    """A label: its name in results, which is the alias where there is one;
    the names that people gave it; and the classes of a model that mean it
    by its ``predicted_values``."""
    name: str
    spellings: Tuple[str, ...]
    predicted: Tuple[str, ...]


class LabelingConfig(NamedTuple):
    """Labeling config of a project: ``from_name`` and ``to_name`` of its
    ``RectangleLabels``, the key of the image among a task's data, and the
    labels in their order."""
    from_name: str
    to_name: str
    image_key: str
    labels: Tuple[BoxLabel, ...]

    def label_names(self, classes: Sequence[str]) -> Dict[str, str]:
        """The label of each class that has one, by name and never by
        position: 해 means sun, and so does ``predicted_values="sun"``."""
        told = [(s, one.name) for one in self.labels for s in one.predicted]
        own = [(s, one.name) for one in self.labels for s in one.spellings]
        names: Dict[str, str] = {}
        for spelling, name in told + own:
            cls = match_class(spelling, classes)
            if cls is not None:
                names.setdefault(cls, name)
        return names


def parse_labeling_config(text: str) -> LabelingConfig:
    """Reads a labeling config.

    Of several ``RectangleLabels`` the first of an image counts.

    Raises:
        InputError: It is no XML, has a document type, or no such labels.
    """
    try:
        root = ET.fromstring(text, ET.XMLParser(target=_Builder()))
    except (ET.ParseError, ValueError) as error:
        raise InputError(f'labeling config: no XML ({error}).') from None
    images = {
        tag.get('name'): tag.get('value', '')
        for tag in root.iter('Image')
    }
    for control in root.iter('RectangleLabels'):
        for to_name in control.get('toName', '').split(','):
            key = re.fullmatch(r'\$([\w.-]+)', images.get(to_name, ''))
            labels = tuple(_labels(control))
            if key and labels and control.get('name'):
                return LabelingConfig(
                    control.get('name'), to_name, key[1], labels)
    raise InputError(
        'labeling config: has no <RectangleLabels> with labels for an '
        '<Image value="$…">. Choose "Object Detection with Bounding Boxes" '
        'in the settings of the project.')


def write_labeling_config(colors: Mapping[str, Tuple[int, int, int]]) -> str:
    """The config for boxes of classes, each with its RGB color, 0 to 255."""
    labels = ''.join(f'    <Label value={quoteattr(name)} '
                     f'background="{hex_color(color)}"/>\n'
                     for name, color in colors.items())
    return _CONFIG.format(labels=labels)


class _Builder(ET.TreeBuilder):
    """Builder that refuses entities, which only a document type declares."""

    def doctype(self, *_: Any) -> None:
        raise ValueError('it has a <!DOCTYPE>')


def _labels(control: ET.Element) -> Iterator[BoxLabel]:
    for label in control.iter('Label'):
        value, alias = label.get('value', ''), label.get('alias', '')
        told = label.get('predicted_values', '')
        predicted = filter(None, map(str.strip, told.split(',')))
        if alias or value:
            yield BoxLabel(alias or value, (alias, value), tuple(predicted))
