"""Makes the pictures of the README of photographs of pages: readme.py FROM TO

Each is the top of a page, made smaller, in as many colors as keep it below
150 KB."""
import os
import sys

from PIL import Image

source, target = sys.argv[1:]
# name of the photograph, of the picture, and how much of it: left, top, right, bottom
pictures = (('saaskpi-executive-overview', 'executive', (255, 0, 1600, 1622)), ('saaskpi-analytics-customers', 'customers', (255, 890, 1600, 2478)),
            ('saaskpi-crm-actions', 'actions', (255, 0, 1600, 1760)), ('report', 'report', (0, 0, 1600, 1900)))
width, limit = 1000, 150_000

os.makedirs(target, exist_ok=True)
for photograph, name, box in pictures:
    picture = Image.open(f'{source}/{photograph}.png').convert('RGB')
    picture = picture.crop((box[0], box[1], box[2], min(box[3], picture.height)))
    picture = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    path = f'{target}/{name}.png'
    for colors in (256, 128, 64, 32, 16):
        picture.quantize(colors, dither=Image.Dither.NONE).save(path, optimize=True)
        if os.path.getsize(path) <= limit:
            break
    else:
        sys.exit(f'{path} has {os.path.getsize(path)} bytes')
    print(f'ok - {path}: {colors} colors, {os.path.getsize(path)} bytes')
