"""Kernels of matching and AP, compiled by numba when this is imported.

All numbers are float64 and nothing is reordered or fused, so that they equal
those of pycocotools to the last bit.
"""
import numpy as np

from custom.utils.numba import njit

_EPSILON = np.spacing(1)


@njit('float64(float64[::1], float64[::1], boolean)')
def _iou(box, truth, crowd):
    """IoU of two xywh boxes; with a crowd region intersection over ``box``.

    As bbIou of pycocotools' maskApi.c.
    """
    width = (min(box[2] + box[0], truth[2] + truth[0]) - max(box[0], truth[0]))
    if width <= 0:
        return 0.
    height = (
        min(box[3] + box[1], truth[3] + truth[1]) - max(box[1], truth[1]))
    if height <= 0:
        return 0.
    own = box[2] * box[3]
    inter = width * height
    return inter / (own if crowd else own + truth[2] * truth[3] - inter)


@njit('void(int32[::1], float64[:, ::1], int64[::1], int64[::1], '
      'float64[:, ::1], boolean[::1], float64, int64[::1])')
def count_pairs(images, boxes, truth_begins, truth_rows, truth_boxes, crowd,
                least, counts):
    """Counts, for every detection, the truth of its image that it overlaps.

    Args:
        images: (N,), row of the image.
        boxes: (N, 4), xywh.
        truth_begins: (I + 1,), where each image begins in ``truth_rows``.
        truth_rows: (G,), rows of the truth, by image.
        truth_boxes: (G, 4), xywh.
        crowd: (G,).
        least: The smallest IoU that counts.
        counts: (N,), is written.
    """
    for i in range(len(images)):
        count = 0
        for k in range(truth_begins[images[i]], truth_begins[images[i] + 1]):
            j = truth_rows[k]
            count += _iou(boxes[i], truth_boxes[j], crowd[j]) >= least
        counts[i] = count


@njit('void(int32[::1], int32[::1], float64[:, ::1], int64[::1], int64[::1], '
      'int32[::1], float64[:, ::1], boolean[::1], float64, int64[::1], '
      'int32[::1], float64[::1], float64[::1])')
def fill_pairs(images, labels, boxes, truth_begins, truth_rows, truth_labels,
               truth_boxes, crowd, least, begins, pair_truth, pair_iou, best):
    """Writes the pairs that :func:`count_pairs` counted.

    Args:
        labels, truth_labels: (N,) and (G,).
        begins: (N + 1,), where the pairs of each detection begin.
        pair_truth: (P,), row of the truth, is written.
        pair_iou: (P,), is written.
        best: (N,), the best IoU with truth of the label that is no crowd, is
            written.
    """
    for i in range(len(images)):
        at = begins[i]
        best[i] = 0.
        for k in range(truth_begins[images[i]], truth_begins[images[i] + 1]):
            j = truth_rows[k]
            iou = _iou(boxes[i], truth_boxes[j], crowd[j])
            if iou >= least:
                pair_truth[at] = j
                pair_iou[at] = iou
                at += 1
            if labels[i] == truth_labels[j] and not crowd[j]:
                best[i] = max(best[i], iou)


@njit('void(int64[::1], int32[::1], float64[::1], int32[::1], int32[::1], '
      'boolean[::1], boolean[::1], float64[::1], int32[:, ::1], '
      'boolean[:, ::1], int32[:, ::1])')
def match_greedily(begins, pair_truth, pair_iou, labels, truth_labels, crowd,
                   truth_ignored, thresholds, truth_of, ignored, found_by):
    """COCO's greedy matching, as evaluateImg of pycocotools.

    Args:
        begins, pair_truth, pair_iou: The pairs of :func:`fill_pairs`.
        labels: (N,); those of one image and label stand by falling score.
        truth_labels, crowd, truth_ignored: (G,).
        thresholds: (T,).
        truth_of: (T, N) of -1; row of the matched truth, is written.
        ignored: (T, N) of False, is written.
        found_by: (T, G) of -1; the detection, is written.
    """
    for t in range(len(thresholds)):
        for i in range(len(labels)):
            match = -1
            # Truth that is ignored is taken only where no other is free.
            for ignore in (False, True):
                best = min(thresholds[t], 1 - 1e-10)
                for k in range(begins[i], begins[i + 1]):
                    j = pair_truth[k]
                    if (pair_iou[k] < best or truth_ignored[j] != ignore
                            or truth_labels[j] != labels[i]
                            or (found_by[t, j] >= 0 and not crowd[j])):
                        continue
                    best = pair_iou[k]
                    match = j
                if match >= 0:
                    truth_of[t, i] = match
                    ignored[t, i] = ignore
                    found_by[t, match] = i
                    break


@njit('float64(float64[::1], float64[::1], float64, float64[::1])')
def interpolate(true_positives, false_positives, positives, recalls):
    """AP by interpolation at given recalls, as accumulate of pycocotools.

    Args:
        true_positives, false_positives: (n,), how many there are down to each
            true positive, by falling score. What stands between two of them
            changes nothing, since precision falls there.
        positives: How many there are to be found, above 0.
        recalls: Rising.
    """
    total = 0.
    best = 0.
    recall = len(recalls) - 1
    for i in range(len(true_positives) - 1, -1, -1):
        reached = true_positives[i] / positives
        while recall >= 0 and recalls[recall] > reached:
            total += best
            recall -= 1
        found = true_positives[i] + false_positives[i] + _EPSILON
        best = max(best, true_positives[i] / found)
    return (total + (recall + 1) * best) / len(recalls)


@njit('void(int32[:, ::1], int32[::1], int64[::1], int32[::1], boolean[::1], '
      'int64[::1], int32[::1], int64[::1], float64[::1], float64[:, :, ::1])')
def average_weighted(weights, images, begins, events, is_true, event_begins,
                     truth_images, truth_begins, recalls, out):
    """AP of every row of image weights, IoU threshold and class.

    Only true positives and what is ignored is visited for each threshold: at
    100 boxes an image that is a tenth of all.

    Args:
        weights: (R, I), how often each image counts.
        images: (N,), row of the image of the detections, by class and falling
            score.
        begins: (C + 1,), where each class begins there.
        events: (E,), the detections that are matched or ignored, by threshold,
            then as above.
        is_true: (E,), true positive; the others are ignored.
        event_begins: (T * C + 1,), where each threshold and class begins.
        truth_images: (G,), row of the image of what is to be found, by class.
        truth_begins: (C + 1,).
        recalls: Of :func:`interpolate`.
        out: (R, T, C), is written; NaN where there is nothing to be found.
    """
    classes = len(begins) - 1
    counted = np.empty(len(images), np.int64)
    true_positives = np.empty(len(events))
    false_positives = np.empty(len(events))
    for row in range(len(weights)):
        weight = weights[row]
        for c in range(classes):
            positives = 0
            for k in range(truth_begins[c], truth_begins[c + 1]):
                positives += weight[truth_images[k]]
            total = 0
            for i in range(begins[c], begins[c + 1]):
                total += weight[images[i]]
                counted[i] = total
            for t in range(out.shape[1]):
                found, left_out, points = 0, 0, 0
                group = t * classes + c
                for e in range(event_begins[group], event_begins[group + 1]):
                    i = events[e]
                    if not is_true[e]:
                        left_out += weight[images[i]]
                    elif weight[images[i]]:
                        found += weight[images[i]]
                        true_positives[points] = found
                        false_positives[points] = (
                            counted[i] - left_out - found)
                        points += 1
                out[row, t, c] = np.nan if positives == 0 else interpolate(
                    true_positives[:points], false_positives[:points],
                    positives, recalls)
