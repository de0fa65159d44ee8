// Layout of the names of boxes, so that they can be read.

const overlap = (a, b) => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left))
  * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));

// The corners of a box, the usual place first: on top of its upper left corner.
function corners([x1, y1, x2, y2], width, height) {
  return [
    [x1, y1 - height], [x1, y1], [x2 - width, y1 - height], [x2 - width, y1],
    [x1, y2], [x1, y2 - height], [x2 - width, y2], [x2 - width, y2 - height],
  ];
}

// Places names one after the other, the most important first.
//
// Boxes are xyxy, sizes and the frame [width, height], all in one unit.
// Returns [{left, top, isFree}]; a name that is not free covers an earlier one.
export function placeNames(boxes, sizes, frame) {
  const taken = [];
  return boxes.map((box, i) => {
    const [width, height] = sizes[i];
    let best = null;
    for (const [x, y] of corners(box, width, height)) {
      const left = Math.max(0, Math.min(frame[0] - width, x));
      const top = Math.max(0, Math.min(frame[1] - height, y));
      const place = { left, top, right: left + width, bottom: top + height };
      const cost = taken.reduce((sum, other) => sum + overlap(place, other), 0);
      if (!best || cost < best.cost) best = { ...place, cost };
      if (!cost) break;
    }
    const isFree = best.cost <= 0.1 * width * height;
    if (isFree) taken.push(best);
    return { left: best.left, top: best.top, isFree };
  });
}
