// Figures of the images and boxes that the filters keep. A plot here is a
// table whose last column is a bar: it reads the same without eyes.

const SPLIT_COLORS = { train: '#3b6fb6', val: '#d9822b', test: '#3f8f5f' };

function bar(share, color) {
  const node = el('span', { class: 'bar' });
  node.style.width = share ? `max(1px, ${100 * share}%)` : '0';
  node.style.background = color;
  return node;
}

// Counts of values between edges, as rows without the empty ends.
function histogram(caption, unit, values, edges, names) {
  const counts = new Array(edges.length - 1).fill(0);
  for (const value of values) {
    counts[edges.findIndex(edge => edge > value) - 1] += 1;
  }
  const filled = counts.map((count, i) => count ? i : -1).filter(i => i >= 0);
  if (!filled.length) return [];
  const first = filled[0], last = filled[filled.length - 1];
  const most = Math.max(...counts);
  const rows = counts.slice(first, last + 1).map((count, i) => el('tr', {},
    el('th', { scope: 'row' }, names(edges[first + i], edges[first + i + 1])),
    el('td', { class: 'figure' }, number(count)),
    el('td', { class: 'figure' }, percent(count, values.length)),
    el('td', { class: 'bars' }, bar(count / most, 'var(--accent)'))));
  return table('figures', caption, [unit, 'count', 'share', ''], rows);
}

function range(from, to) {
  if (to === Infinity) return `${from} and more`;
  return from === 0 ? `under ${to}` : `${from} to ${to}`;
}

function ratio(from, to) {
  const words = value => value >= 1 ? `${value}:1` : `1:${Math.round(100 / value) / 100}`;
  if (to === Infinity) return `wider than ${words(from)}`;
  return from === 0 ? `taller than ${words(to)}` : `${words(from)} to ${words(to)}`;
}

function classCounts(boxes) {
  const none = () => data.splits.map(() => 0);
  const counts = new Map(data.classes.map((_, label) => [label, none()]));
  const images = new Map(), totals = none();
  for (const { image, box } of boxes) {
    const label = box[0], split = data.images[image][SPLIT];
    if (!counts.has(label)) counts.set(label, none());
    counts.get(label)[split] += 1;
    totals[split] += 1;
    if (!images.has(label)) images.set(label, new Set());
    images.get(label).add(image);
  }
  return { counts, images, totals };
}

function classTable(boxes) {
  const { counts, images, totals } = classCounts(boxes);
  const share = (split, count) => totals[split] ? count / totals[split] : 0;
  const most = Math.max(...[...counts.values()].flatMap(c => c.map((n, s) => share(s, n))), 1e-9);
  const sum = list => list.reduce((a, b) => a + b, 0);
  const rows = [...counts].sort((a, b) => sum(b[1]) - sum(a[1])).map(([label, count]) => el('tr', {},
    el('th', { scope: 'row' }, swatch(label), classOf(label).name),
    count.map(n => el('td', { class: 'figure' }, number(n))),
    el('td', { class: 'figure' }, number((images.get(label) || new Set()).size)),
    el('td', { class: 'figure' }, percent(sum(count), boxes.length)),
    el('td', { class: 'bars' }, count.map((n, split) =>
      bar(share(split, n) / most, SPLIT_COLORS[data.splits[split]])))));
  return table('figures', 'Boxes per class',
    ['class', ...data.splits.map(splitHead), 'images', 'share', 'share of each split'], rows);
}

function splitHead(split) {
  const node = el('span', { class: 'swatch' });
  node.style.background = SPLIT_COLORS[split];
  return el('span', {}, node, split);
}

function sizeTable(boxes) {
  const rows = Object.values(BOX_SIZES).map(([name, fits]) => {
    const count = boxes.filter(({ box }) => fits(box[3] * box[4])).length;
    return el('tr', {}, el('th', { scope: 'row' }, name),
      el('td', { class: 'figure' }, number(count)),
      el('td', { class: 'figure' }, percent(count, boxes.length)));
  });
  return table('figures', 'Box sizes as COCO counts them', ['area in pixels', 'boxes', 'share'], rows);
}

const CELLS = 24;

function heatMap(boxes) {
  const grid = new Array(CELLS * CELLS).fill(0), thirds = new Array(9).fill(0);
  for (const { image, box: [, x, y, w, h] } of boxes) {
    const place = cells => {
      const at = (center, side) =>
        Math.max(0, Math.min(cells - 1, Math.floor(cells * center / side)));
      const [, , width, height] = data.images[image];
      return at(y + h / 2, height) * cells + at(x + w / 2, width);
    };
    grid[place(CELLS)] += 1;
    thirds[place(3)] += 1;
  }
  const most = Math.max(...grid);
  if (!most) return [];
  const rows = ['top', 'middle', 'bottom'].map((name, row) => el('tr', {},
    el('th', { scope: 'row' }, name),
    thirds.slice(3 * row, 3 * row + 3).map(count =>
      el('td', { class: 'figure' }, percent(count, boxes.length)))));
  return el('div', {},
    el('figure', {},
      el('figcaption', {}, 'Where the middles of the boxes are'),
      svg('svg', { viewBox: `0 0 ${CELLS} ${CELLS}`, class: 'heat', 'aria-hidden': 'true' },
        grid.map((count, i) => svg('rect', {
          x: i % CELLS, y: Math.floor(i / CELLS), width: 1.02, height: 1.02,
          'fill-opacity': (count / most).toFixed(3),
        }, svg('title', {}, plural(count, 'box', 'boxes')))))),
    table('figures', 'Share of boxes by their middle', ['', 'left', 'center', 'right'], rows));
}

function summaryTable(images) {
  const rows = data.splits.map((name, split) => {
    const own = images.filter(image => data.images[image][SPLIT] === split);
    const boxes = own.flatMap(boxesOf).filter(isMeant);
    const empty = own.filter(image => data.images[image][BOXES].length === 0).length;
    return [name, own.length, boxes.length, empty, boxes.filter(box => box[5]).length,
      own.length ? (boxes.length / own.length).toFixed(1) : '–'];
  });
  return table('figures', 'Splits', ['split', 'images', 'boxes', 'images without a box',
    'crowd boxes', 'boxes per image'],
  rows.map(([name, ...figures]) => el('tr', {}, el('th', { scope: 'row' }, name),
    figures.map(figure => el('td', { class: 'figure' },
      typeof figure === 'number' ? number(figure) : figure)))));
}

function renderStatistics(section) {
  const images = shownImages();
  const boxes = images.flatMap(image =>
    boxesOf(image).filter(isMeant).map(box => ({ image, box })));
  const solid = boxes.filter(({ box }) => box[3] > 0 && box[4] > 0);
  const perImage = new Map(images.map(image => [image, 0]));
  boxes.forEach(({ image }) => perImage.set(image, perImage.get(image) + 1));
  const known = images.filter(image => data.images[image][WIDTH] > 0);
  const side = ({ box: [, , , w, h] }) => Math.sqrt(w * h);
  byId('count').textContent = `Of ${plural(images.length, 'image')} and `
    + `${plural(boxes.length, 'box', 'boxes')} that the filters keep.`;
  section.replaceChildren(
    el('div', { class: 'plots' }, [
      summaryTable(images),
      classTable(boxes),
      sizeTable(boxes),
      histogram('Box sides', 'root of the area, pixels', solid.map(side),
        [0, 8, 16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, Infinity], range),
      histogram('Box sides against the image', 'root of the share of its area, %', solid.map(b =>
        100 * side(b) / Math.sqrt(data.images[b.image][WIDTH] * data.images[b.image][HEIGHT])),
      [0, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, Infinity], range),
      histogram('Aspect ratios of boxes', 'width : height', solid.map(({ box }) => box[3] / box[4]),
        [0, 1 / 8, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 4 / 5, 5 / 4, 3 / 2, 2, 3, 4, 8, Infinity], ratio),
      histogram('Boxes per image', 'boxes', [...perImage.values()],
        [0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, Infinity],
        (from, to) => to - from === 1 ? String(from) : range(from, to - 1)),
      histogram('Image sizes', 'long side, pixels',
        known.map(image => Math.max(data.images[image][WIDTH], data.images[image][HEIGHT])),
        [0, 128, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, Infinity], range),
      heatMap(solid),
    ].flat()));
}
