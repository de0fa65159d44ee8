"""Image files, made as needed."""
import io

import pillow_heif

FORMATS = ('JPEG', 'PNG', 'WEBP', 'GIF', 'BMP', 'TIFF', 'AVIF', 'HEIF')


def encode(image, kind, **options):
    """The bytes of a Pillow image in a format."""
    file = io.BytesIO()
    if kind == 'HEIF':
        pillow_heif.from_pillow(image).save(file, **options)
    else:
        image.save(file, kind, **options)
    return file.getvalue()
