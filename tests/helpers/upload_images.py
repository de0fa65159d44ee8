"""Image files, made as needed."""
import io

FORMATS = ('JPEG', 'PNG', 'WEBP', 'GIF', 'BMP', 'TIFF')


def encode(image, kind, **options):
    """The bytes of a Pillow image in a format."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()
