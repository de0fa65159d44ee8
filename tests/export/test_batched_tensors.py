import torch

from custom.export.batched_tensors import NO_SCORE, drop_small


def test_boxes_that_are_clipped_to_a_line_are_none():
    boxes = torch.tensor([[[0., 0, 4, 4], [9, 2, 9, 8], [2, 7, 8, 8]]])
    scores = torch.tensor([[.5, .9, .7]])

    assert drop_small(boxes, scores,
                      0).tolist() == torch.tensor([[.5, NO_SCORE,
                                                    .7]]).tolist()
    assert drop_small(boxes, scores, -1).tolist() == scores.tolist()
