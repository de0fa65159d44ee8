from types import SimpleNamespace

import numpy as np
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from custom.classes import KOREAN
from custom.visualization.draw import draw_detections
from custom.visualization.fonts import default_font, find_font, font_notice


@pytest.fixture
def hangul_font(tmp_path):
    """A font whose every glyph is one block: Latin and the Korean tags."""
    letters = sorted({*map(chr, range(32, 127)), *''.join(KOREAN.values())})
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    pen.lineTo((50, 700))
    pen.lineTo((450, 700))
    pen.lineTo((450, 0))
    pen.closePath()
    block = pen.glyph()
    names = {ord(c): f'u{ord(c):04X}' for c in letters}
    order = ['.notdef', *names.values()]
    builder = FontBuilder(1000)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    builder.setupGlyf({name: block for name in order})
    builder.setupHorizontalMetrics({name: (500, 50) for name in order})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({'familyName': 'Blocks', 'styleName': 'Regular'})
    builder.setupOS2()
    builder.setupPost()
    path = str(tmp_path / 'blocks.ttf')
    builder.save(path)
    return path


def test_english_needs_no_system_font():
    assert find_font('en', fonts=[]) == default_font()
    assert font_notice('en', fonts=[]) is None


def test_no_font_with_hangul_is_stated_in_one_line():
    assert find_font('ko', fonts=[]) is None
    notice = font_notice('ko', fonts=[])
    assert 'no font with Hangul found; drawing English names' in notice
    assert '\n' not in notice


def test_font_with_hangul_is_found(hangul_font):
    assert find_font('ko', fonts=[hangul_font]) == hangul_font
    assert font_notice('ko', fonts=[hangul_font]) is None


def test_fonts_that_cannot_serve_are_passed_over(hangul_font, tmp_path):
    damaged = tmp_path / 'damaged.ttf'
    damaged.write_bytes(b'not a font')
    fonts = [str(damaged), str(tmp_path / 'absent.ttf'), hangul_font]
    assert find_font('ko', fonts=fonts) == hangul_font


def test_name_that_the_korean_font_lacks(hangul_font):
    assert find_font('ko', ['여우'], fonts=[hangul_font]) is None


def test_unknown_language():
    with pytest.raises(ValueError, match='fr'):
        find_font('fr')


def test_korean_name_is_drawn(hangul_font):
    image = np.full((100, 100, 3), 255, np.uint8)
    # 나무 is two blocks wide, tree is four.
    tree = [SimpleNamespace(label='tree', score=0.87, box=(10, 30, 30, 60))]
    korean, english = (
        draw_detections(image, tree, lang=lang, fonts=[hangul_font])
        for lang in ('ko', 'en'))
    assert not np.array_equal(korean, english)
    assert np.array_equal(korean[30:], english[30:])
