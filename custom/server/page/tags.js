// From the objects of an answer to what is shown: pure functions.

// The objects that count: above their own threshold, or above the given one.
export function objectsAbove(objects, threshold) {
  return objects.filter(object => object.score >= (threshold ?? object.threshold));
}

// [{label, count, score}] of distinct labels, best score first.
export function distinctTags(objects) {
  const found = new Map();
  for (const { label, score } of objects) {
    const tag = found.get(label) || { label, count: 0, score: 0 };
    found.set(label, { label, count: tag.count + 1, score: Math.max(tag.score, score) });
  }
  return [...found.values()].sort((a, b) => b.score - a.score);
}

// Black or white, whichever has more contrast (WCAG 2.1) with '#rrggbb'.
export function ink(color) {
  const [r, g, b] = [1, 3, 5].map(i => parseInt(color.slice(i, i + 2), 16) / 255)
    .map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000000' : '#ffffff';
}
