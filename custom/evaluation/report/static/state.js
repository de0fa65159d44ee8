// The data of the page: images, the worst first, and what their boxes come to.

const data = JSON.parse(byId('data').textContent);
Object.assign(words, data.words);

// An image is [name, width, height, truth, found]: of each box of truth label,
// x, y, w, h, outcome and the place of what found it; of what was found label,
// score, x, y, w, h, outcome, IoU and the place of its truth; -1 for none. In a
// comparison also the number of errors of the earlier detector, and of what
// that found label, score, x, y, w, h and outcome.
const NAME = 0, WIDTH = 1, HEIGHT = 2, TRUTH = 3, FOUND = 4, EARLIER_ERRORS = 5, EARLIER = 6;
const OUTCOME = Object.fromEntries(data.outcomes.map((name, i) => [name, i]));
const BACKGROUND = data.classes.length;
const OUTCOME_TEXTS = {
  right: 'right', class: 'wrong class', location: 'badly placed', both: 'wrong class and badly placed',
  duplicate: 'found twice', background: 'nothing is there', missed: 'missed',
  crowd: 'in a crowd region', unsure: 'below the threshold',
};
const KIND_TEXTS = {
  overlooked: 'not drawn', swapped: 'wrong class drawn', 'badly located': 'badly drawn',
  'never found': 'drawn and never found',
};
const DEFAULTS = {
  view: 'report', cause: '', class: '', true: '', found: '', kind: '', search: '', boxes: '',
  page: '1', image: '',
};

let state = readAddress();

function parts(flat, size, make) {
  const made = [];
  for (let i = 0; i < flat.length; i += size) made.push(make(flat.slice(i, i + size)));
  return made;
}

const parsed = new Map();

// { truth, found } of an image, as objects.
function boxesOf(image) {
  if (!parsed.has(image)) {
    const record = data.images[image];
    parsed.set(image, {
      truth: parts(record[TRUTH], 7, ([label, x, y, w, h, outcome, partner]) =>
        ({ label, box: [x, y, w, h], outcome, partner })),
      found: parts(record[FOUND], 9, ([label, score, x, y, w, h, outcome, iou, partner]) =>
        ({ label, score, box: [x, y, w, h], outcome, iou, partner })),
      earlier: parts(record[EARLIER] || [], 7, ([label, score, x, y, w, h, outcome]) =>
        ({ label, score, box: [x, y, w, h], outcome })),
    });
  }
  return parsed.get(image);
}

function caseOf(image, place, { label, outcome, partner }) {
  // A pair of the confusion matrix; else it was found in the background.
  const truth = boxesOf(image).truth[partner];
  const isPair = truth && truth.partner === place;
  return {
    key: `${image}-d${place}`, image, outcome, at: place, truth: partner,
    trueLabel: isPair ? truth.label : BACKGROUND, foundLabel: label,
  };
}

// What counts at the thresholds: the entries of the confusion matrix, of the
// worst image first, in it the surest first, then what was missed.
const cases = data.images.flatMap((_, image) => {
  const { truth, found } = boxesOf(image);
  return [
    ...found.map((object, place) => [object, place])
      .filter(([{ outcome }]) => outcome !== OUTCOME.unsure && outcome !== OUTCOME.crowd)
      .map(([object, place]) => caseOf(image, place, object)),
    ...truth.map((box, place) => [box, place]).filter(([{ outcome }]) => outcome === OUTCOME.missed)
      .map(([{ label, outcome }, place]) => ({
        key: `${image}-t${place}`, image, outcome, at: -1, truth: place,
        trueLabel: label, foundLabel: BACKGROUND,
      })),
  ];
});

const CAUSES = {
  '': outcome => outcome !== OUTCOME.right,
  fp: outcome => outcome !== OUTCOME.right && outcome !== OUTCOME.missed,
  fn: (outcome, { trueLabel, foundLabel }) => trueLabel !== BACKGROUND && trueLabel !== foundLabel,
  ...Object.fromEntries(data.outcomes.map((name, i) => [name, outcome => outcome === i])),
};

function isOfClass({ trueLabel, foundLabel }) {
  if (!state.class) return true;
  const label = data.classes.findIndex(({ name }) => name === state.class);
  // Of what isn't there the class is what was said.
  return label === foundLabel || label === trueLabel;
}

function hasClass(image) {
  return !state.class || Object.values(boxesOf(image)).flat()
    .some(({ label }) => data.classes[label].name === state.class);
}

function isNamed(image) {
  return data.images[image][NAME].toLowerCase().includes(state.search.toLowerCase());
}

function isMeant(item) {
  if (state.true !== '' || state.found !== '') {
    return String(item.trueLabel) === state.true && String(item.foundLabel) === state.found
      && isNamed(item.image);
  }
  const fits = CAUSES[state.cause] || CAUSES[''];
  return fits(item.outcome, item) && isOfClass(item) && isNamed(item.image);
}

const errorsOf = data.images.map(() => 0);
cases.forEach(({ image, outcome }) => { if (outcome !== OUTCOME.right) errorsOf[image] += 1; });

// Of an image, how many errors this detector has more than the earlier one.
function change(image) {
  return errorsOf[image] - data.images[image][EARLIER_ERRORS];
}

const CHANGES = { mended: -1, broken: 1 };

// Those of the surest detections first, then the largest of what was missed.
function importance({ image, at, truth }) {
  const { truth: drawn, found } = boxesOf(image);
  if (at >= 0) return 1 + found[at].score;
  const [, , w, h] = drawn[truth].box;
  return Math.min(1, w * h / (data.images[image][WIDTH] * data.images[image][HEIGHT]));
}

const LISTS = {
  report: () => [],
  pictures: () => {
    const all = data.images.map((_, image) => image);
    const sign = CHANGES[state.cause];
    if (sign) {
      return all.filter(image => sign * change(image) > 0 && isNamed(image) && hasClass(image))
        .sort((a, b) => sign * (change(b) - change(a)));
    }
    if (!state.cause && !state.class) return all.filter(isNamed);
    const meant = new Set(cases.filter(isMeant).map(({ image }) => image));
    return all.filter(image => meant.has(image));
  },
  errors: () => cases.filter(isMeant).map(item => [importance(item), item])
    .sort((a, b) => b[0] - a[0]).map(([, item]) => item),
  labels: () => data.labels.map((label, i) => ({
    key: `l${i}`, kind: label[0], image: label[1], drawn: label[2], suggested: label[3],
    box: label.slice(4, 8), score: label[8],
  })).filter(({ kind, image, drawn, suggested }) => (!state.kind || data.kinds[kind] === state.kind)
    && (!state.class || [drawn, suggested].some(label => (data.classes[label] || {}).name === state.class))
    && isNamed(image)),
};

let listedFor = null, listed = [];

// What the filters keep of the view.
function items() {
  const key = address({ page: '', image: '', boxes: '' });
  if (key !== listedFor) {
    listed = LISTS[state.view]();
    listedFor = key;
  }
  return listed;
}

function keyOf(item) {
  return typeof item === 'number' ? String(item) : item.key;
}

function className(label) {
  const { name, korean } = data.classes[label] || { name: say('background') };
  return document.documentElement.lang === 'ko' && korean || name;
}
