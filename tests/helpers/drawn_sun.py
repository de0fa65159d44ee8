"""An image of the sun and nothing else, its box known."""
import math

import cv2
import numpy as np

SUN_BOX = (48, 48, 208, 208)


def draw_sun():
    """A yellow disc with twelve orange rays amid white paper; uint8 (256, 256,
    3), BGR."""
    image = np.full((256, 256, 3), 255, np.uint8)
    cv2.circle(image, (128, 128), 44, (60, 225, 255), -1, cv2.LINE_AA)
    cv2.circle(image, (128, 128), 44, (30, 30, 30), 3, cv2.LINE_AA)
    for angle in np.arange(12) * math.pi / 6:
        near, far = (
            tuple(
                round(128 + radius * side)
                for side in (math.cos(angle), math.sin(angle)))
            for radius in (54, 80))
        cv2.line(image, near, far, (20, 140, 255), 4, cv2.LINE_AA)
    return image
