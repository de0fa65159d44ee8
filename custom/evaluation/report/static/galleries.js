// Galleries: whole images, and parts of them with the truth beside what was
// found.

const PER_PAGE = { pictures: 60, errors: 36, labels: 36 };

function isWrong({ outcome }) {
  return outcome !== OUTCOME.right && outcome !== OUTCOME.crowd && outcome !== OUTCOME.unsure;
}

function shape({ label, box, outcome }, isQuiet) {
  const kind = outcome === OUTCOME.unsure || outcome === OUTCOME.crowd ? data.outcomes[outcome] : '';
  return rectangle(box, {
    stroke: data.classes[label].color,
    class: `box ${kind} ${isQuiet ? 'faint' : ''}`,
  });
}

function shapes(boxes, isQuiet = () => false) {
  return boxes.filter(({ outcome }) => outcome !== OUTCOME.unsure || state.boxes)
    .sort((a, b) => b.box[2] * b.box[3] - a.box[2] * a.box[3])
    .map(object => shape(object, isQuiet(object)));
}

function mark(box, kind) {
  return rectangle(box, { class: `mark ${kind}` });
}

// What is right in the color of its class, and errors marked.
function imageOverlay(image) {
  const { truth, found } = boxesOf(image), [, width, height] = data.images[image];
  return overlay([0, 0, width, height],
    shapes(found.filter(object => !isWrong(object))),
    found.filter(isWrong).map(({ box }) => mark(box, 'wrong')),
    truth.filter(({ outcome }) => outcome === OUTCOME.missed).map(({ box }) => mark(box, 'missed-box')));
}

function cell(item, title, ...content) {
  return el('li', {}, el('button', {
    type: 'button', class: 'cell', title, click: () => go({ image: keyOf(item) }),
  }, ...content));
}

function imageCell(image) {
  const [name, width, height] = data.images[image], errors = errorsOf[image];
  const square = thumbFrame(image, width, height, imageOverlay(image));
  square.append(el('span', { class: `badge ${errors ? 'error' : ''}` },
    (errors ? countText(errors, 'one error', '{count} errors') : say('all right'))
    + (data.earlier ? say(', before {count}', { count: data.images[image][EARLIER_ERRORS] }) : '')));
  const { truth, found } = boxesOf(image);
  const kept = found.filter(({ outcome }) => outcome !== OUTCOME.unsure).length;
  return cell(image, name, square, el('span', { class: 'name', translate: 'no' }, name),
    el('span', { class: 'under' }, say('{drawn} drawn, {found} found', { drawn: truth.length, found: kept })));
}

function countText(count, one, many) {
  return count === 1 ? say(one) : say(many, { count: number(count) });
}

// A square around boxes, with what is about them.
function regionAround(image, boxes) {
  const [, width, height] = data.images[image];
  const left = Math.min(...boxes.map(([x]) => x)), top = Math.min(...boxes.map(([, y]) => y));
  const right = Math.max(...boxes.map(([x, , w]) => x + w));
  const bottom = Math.max(...boxes.map(([, y, , h]) => y + h));
  const side = Math.min(Math.max(1.6 * Math.max(right - left, bottom - top), 48), Math.max(width, height));
  const within = (middle, size) => side >= size
    ? (size - side) / 2 : Math.max(0, Math.min(size - side, middle - side / 2));
  return [within((left + right) / 2, width), within((top + bottom) / 2, height), side, side];
}

// Part of an image: of the thumbnail, and of the original once it is there.
function crop(image, [x, y, side], ...layers) {
  const [, width, height] = data.images[image];
  const place = node => {
    node.style.width = `${100 * width / side}%`;
    node.style.height = `${100 * height / side}%`;
    node.style.left = `${-100 * x / side}%`;
    node.style.top = `${-100 * y / side}%`;
    return node;
  };
  return el('span', { class: 'crop' },
    place(el('img', { alt: '', 'data-image': image })),
    place(el('img', {
      alt: '', loading: 'lazy', decoding: 'async', src: originalAddress(image),
      error: event => event.target.remove(),
    })),
    overlay([x, y, side, side], ...layers));
}

function cropPair(image, focus, { truthAt, foundAt, box }) {
  const { truth, found } = boxesOf(image);
  const region = regionAround(image, focus);
  const marks = () => box ? [mark(box, 'wrong')] : [];
  return el('span', { class: 'duo' },
    crop(image, region, shapes(truth, object => truthAt !== undefined && object !== truth[truthAt]), marks()),
    crop(image, region, shapes(found, object => foundAt !== undefined && object !== found[foundAt]), marks()));
}

function caseTitle({ image, at, truth: truthAt, trueLabel, foundLabel }) {
  if (at < 0) return className(trueLabel);
  const { truth, found } = boxesOf(image), text = `${className(foundLabel)} ${found[at].score.toFixed(2)}`;
  const drawn = truth[truthAt];
  return drawn && drawn.label !== foundLabel ? `${className(drawn.label)} → ${text}` : text;
}

function caseText({ image, at, outcome }) {
  const text = say(OUTCOME_TEXTS[data.outcomes[outcome]]);
  if (at < 0) return text;
  const { iou } = boxesOf(image).found[at];
  return iou ? `${text}, IoU ${iou.toFixed(2)}` : text;
}

function errorCell(item) {
  const { image, at, truth: truthAt } = item, { truth, found } = boxesOf(image);
  const focus = [found[at], truth[truthAt]].filter(Boolean).map(({ box }) => box);
  return cell(item, data.images[image][NAME],
    cropPair(image, focus, { truthAt, foundAt: at }),
    el('span', { class: 'name' }, caseTitle(item)),
    el('span', { class: 'under' }, caseText(item)),
    el('span', { class: 'under', translate: 'no' }, data.images[image][NAME]));
}

function labelTitle({ drawn, suggested }) {
  if (drawn < 0) return className(suggested);
  return suggested < 0 || suggested === drawn
    ? className(drawn) : `${className(drawn)} → ${className(suggested)}`;
}

function labelText({ kind, score }) {
  return say('{kind}, suspicion {score}', {
    kind: say(KIND_TEXTS[data.kinds[kind]]), score: score.toFixed(2),
  });
}

function labelCell(item) {
  const { image, box } = item;
  return cell(item, data.images[image][NAME],
    cropPair(image, [box], { box }),
    el('span', { class: 'name' }, labelTitle(item)),
    el('span', { class: 'under' }, labelText(item)),
    el('span', { class: 'under', translate: 'no' }, data.images[image][NAME]));
}

const INTRODUCTIONS = {
  changes: 'Most changed first, by the number of errors of both detectors at their own thresholds.',
  pictures: 'Worst first: by the number of errors at the thresholds of the classes, then by how sure the detector was of them. Red is found and wrong, red and dashed was missed; what is right has the color of its class.',
  errors: 'On the left what is drawn, on the right what was found; the surest first.',
  labels: 'Labels that the detector makes look wrong, the most suspicious first: on the left what is drawn, on the right what was found, dashed the box in question. label_errors.csv and label_errors.json beside this page have all of them.',
};
const CELLS = { pictures: imageCell, errors: errorCell, labels: labelCell };

function pairText() {
  const [truth, found] = [state.true, state.found].map(label => className(Number(label)));
  if (Number(state.found) === BACKGROUND) return say('{truth}, missed', { truth });
  if (Number(state.true) === BACKGROUND) return say('{found}, found where none is drawn', { found });
  return state.true === state.found
    ? say('{truth}, found as such', { truth }) : say('{truth}, taken for {found}', { truth, found });
}

function renderGallery(section) {
  const { view } = state, list = items(), perPage = PER_PAGE[view];
  const pages = Math.ceil(list.length / perPage);
  const page = Math.max(1, Math.min(pages, Number(state.page) || 1));
  const start = (page - 1) * perPage, end = Math.min(list.length, start + perPage);
  const turn = to => { go({ page: String(to) }); window.scrollTo(0, 0); };
  byId('count').replaceChildren(list.length
    ? say('{start} to {end} of {all}', { start: number(start + 1), end: number(end), all: number(list.length) })
    : say('Nothing is left by these filters.'));
  section.replaceChildren(
    el('p', { class: 'quiet' }, say(INTRODUCTIONS[state.cause in CHANGES ? 'changes' : view])),
    data.total > data.images.length ? el('p', { class: 'quiet' }, say('The {shown} worst of {all} images are here.',
      { shown: number(data.images.length), all: number(data.total) })) : '',
    el('ul', { class: `grid ${view}` }, list.slice(start, end).map(CELLS[view])),
    el('nav', { class: 'pager', 'aria-label': say('Pages') }, pager(page, pages, turn)));
  loadThumbnails();
}
