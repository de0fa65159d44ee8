"""The first segmentation, which selective search starts from."""
import numpy as np
from skimage.segmentation import felzenszwalb


def segment(image: np.ndarray, scale: float, sigma: float,
            min_size: int) -> np.ndarray:
    """Graph-based segmentation with scikit-image.

    P. Felzenszwalb and D. Huttenlocher, "Efficient Graph-Based Image
    Segmentation", IJCV 2004.

    Args:
        image: uint8 (height, width, 3), BGR.
        scale: The paper's k; larger makes larger regions.
        sigma: Of the blur that comes first, in pixels.
        min_size: Pixels; smaller regions are merged into a neighbour.

    Returns:
        intp (height, width), the region of each pixel: 0, 1, ..., all used.
    """
    rgb = image[..., ::-1] / 255  # scikit-image's scale is for 0 to 1
    labels = felzenszwalb(rgb, scale, sigma, min_size, channel_axis=-1)
    return labels.astype(np.intp, copy=False)
