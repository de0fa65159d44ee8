"""Files that were made to break decoders: each kind of sample that public
corpora hold (Pillow's, PngSuite's, libjpeg-turbo's, go-fuzz's), made small.
"""
import functools

from tests.helpers.hostile.bmp import bmp
from tests.helpers.hostile.gif import gif
from tests.helpers.hostile.heif import heif
from tests.helpers.hostile.jpeg import jpeg_content, jpeg_structure
from tests.helpers.hostile.large import large
from tests.helpers.hostile.other import other_files
from tests.helpers.hostile.png import png_data, png_header
from tests.helpers.hostile.tiff import tiff
from tests.helpers.hostile.webp import webp

GROUPS = {
    one.__name__: functools.cache(one)
    for one in (png_header, png_data, jpeg_structure, jpeg_content, gif, bmp,
                tiff, webp, heif, other_files, large)
}
