"""Other files: none of the eight formats, or two at once."""
import struct

from tests.helpers.hostile.png import chunk, png_file
from tests.helpers.hostile.sample import (BAD, NOISE, OK, OTHER, Samples,
                                          samples)
from tests.helpers.upload_images import encode


def other_files() -> Samples:
    png = encode(NOISE, 'PNG')
    lol = ''.join(f'<!ENTITY l{n} "{"&l%d;" % (n - 1) * 10}">'
                  for n in range(1, 10))
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><text>&l9;</text></svg>'
    xml = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "l">{lol}]>{svg}'
    files = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + svg
    fits = b''.join(
        line.ljust(80) for line in (b'SIMPLE  =                    T', b'END'))
    made = {
        'PNG and HTML': (png + b'<script>alert(1)</script>', OK),
        'PNG and HTML in its text':
        (png[:33] + chunk(b'tEXt', b'a\0<html><script>alert(1)</script>') +
         png[33:], OK),
        'HTML and PNG': (b'<html>' + png, OTHER),
        'PDF and JPEG': (b'%PDF-1.7\n' + encode(NOISE, 'JPEG'), OTHER),
        'JPEG in a ZIP archive': (b'PK\3\4' + encode(NOISE, 'JPEG'), OTHER),
        'EPS': (b'%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n'
                b'(/etc/passwd) (r) file', OTHER),
        'EPS, binary':
        (b'\xc5\xd0\xd3\xc6' + struct.pack('<I', 30) + bytes(50), OTHER),
        'PSD':
        (b'8BPS\0\1' + bytes(6) + struct.pack('>HIIHH', 3, 2**31, 2**31, 8, 3),
         OTHER),
        'SVG': (svg.encode(), OTHER),
        'SVG, a billion laughs': (xml.encode(), OTHER),
        'SVG, a file of the server': (files.encode(), OTHER),
        'ICO': (b'\0\0\1\0\1\0' + bytes(16), OTHER),
        'ICO, a bomb':
        (b'\0\0\1\0\1\0' + bytes(8) + struct.pack('<II', 99999, 22) +
         png_file(40_000, 25_000), OTHER),
        'CUR': (b'\0\0\2\0\1\0' + bytes(16), OTHER),
        'FITS': (fits.ljust(2880), OTHER),
        'FITS, gzipped': (fits.replace(b'T', b'F'), OTHER),
        'JPEG 2000': (encode(NOISE, 'JPEG2000'), OTHER),
        'AVIF': (b'\0\0\0\x1cftypavif' + bytes(99), BAD),
        'a video': (b'\0\0\0\x1cftypmp42' + bytes(99), OTHER),
        'PPM': (b'P6\n99999 99999\n255\n', OTHER),
        'DDS': (b'DDS ' + bytes(124), OTHER),
        'ICNS': (b'icns' + b'\xff' * 30, OTHER),
        'QOI': (b'qoif' + b'\xff' * 20, OTHER),
        'SGI': (b'\x01\xda' + b'\1' * 100, OTHER),
        'PCX': (b'\x0a\5\1\x08' + b'\xff' * 124, OTHER),
        'FLI': (b'\0\0\0\0\x12\xaf' + bytes(122), OTHER, BAD),
        'WMF': (b'\xd7\xcd\xc6\x9a' + bytes(40), OTHER),
        'SUN': (b'\x59\xa6\x6a\x95' + b'\xff' * 40, OTHER),
        'TGA': (b'\0\0\2' + bytes(99), BAD, OTHER),
        'WAV': (b'RIFF\xff\xff\0\0WAVEfmt ', BAD),
        'gzip': (b'\x1f\x8b\x08' + bytes(99), BAD),
        'a program': (b'\x7fELF' + bytes(99), BAD, OTHER),
        'a pickle': (b"cos\nsystem\n(S'touch pickled'\ntR.", BAD),
        'zeros': (bytes(1_000_000), BAD),
        'empty': (b'', BAD),
    }
    return samples(made)
