import cv2
import numpy as np
import pytest

from custom.datasets.proposals.recall import proposal_recall
from custom.datasets.proposals.recall_plot import plot_recall

OBJECT = np.array([[0., 0, 10, 10]])


@pytest.mark.parametrize('count', [0, 1, 3])
def test_plot(tmp_path, count):
    path = tmp_path / 'recall.png'
    proposals = OBJECT.repeat(count, 0)
    plot_recall(proposal_recall([proposals], [OBJECT]), 'cars, train', path)
    assert cv2.imread(str(path)).shape == (600, 800, 3)
    assert [*tmp_path.iterdir()] == [path]
