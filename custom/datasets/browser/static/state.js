// The data of the page, and what is shown of it.

const data = JSON.parse(byId('data').textContent);
// An image is [name, split, width, height, [label, x, y, w, h, crowd, ...]],
// a problem [code, split, record, detail, [image, ...], [[x, y, w, h], ...]];
// split, label and code are positions in lists, -1 for none.
const NAME = 0, SPLIT = 1, WIDTH = 2, HEIGHT = 3, BOXES = 4;
const CODE = 0, RECORD = 2, DETAIL = 3, IMAGES = 4, MARKS = 5;

const NO_CLASS = { name: '(no class)', color: '#777777', ink: '#ffffff' };
const BOX_SIZES = {
  small: ['small: area under 32²', area => area < 32 * 32],
  medium: ['medium: 32² to 96²', area => area >= 32 * 32 && area < 96 * 96],
  large: ['large: from 96²', area => area >= 96 * 96],
};
const IMAGE_SIZES = {
  256: ['under 256', 0, 256], 512: ['256 to 511', 256, 512],
  1024: ['512 to 1023', 512, 1024], 2048: ['1024 to 2047', 1024, 2048],
  more: ['2048 and more', 2048, Infinity],
};
const DEFAULTS = {
  view: 'pictures', search: '', split: '', class: '', box: '', size: '',
  problem: '', page: '1', image: '', hide: [],
};

let state = readAddress();

const problemsOf = new Map(); // image -> its problems
data.problems.forEach(problem => problem[IMAGES].forEach(image => {
  if (!problemsOf.has(image)) problemsOf.set(image, []);
  problemsOf.get(image).push(problem);
}));

function classOf(label) {
  return data.classes[label] || NO_CLASS;
}

function isHidden(label) {
  return state.hide.includes(classOf(label).name);
}

// [label, x, y, w, h, crowd] of each box of an image.
function boxesOf(image) {
  const flat = data.images[image][BOXES], boxes = [];
  for (let i = 0; i < flat.length; i += 6) boxes.push(flat.slice(i, i + 6));
  return boxes;
}

// Whether the filters for class and size mean this box.
function isMeant([label, , , w, h]) {
  if (state.class && classOf(label).name !== state.class) return false;
  const size = BOX_SIZES[state.box];
  return !size || size[1](w * h);
}

function isWorrying(problem) {
  return data.codes[problem[CODE]].severity !== 'note';
}

// Whether the filter for problems means this one.
function isAsked(problem) {
  return state.problem === data.codes[problem[CODE]].code
    || (state.problem === 'any' && isWorrying(problem));
}

function fitsProblem(image) {
  const problems = problemsOf.get(image) || [];
  return state.problem === 'none' ? !problems.some(isWorrying) : problems.some(isAsked);
}

function isShown(image) {
  const [name, split, width, height, flat] = data.images[image];
  if (state.split && data.splits[split] !== state.split) return false;
  if (state.search && !name.toLowerCase().includes(state.search.toLowerCase())) return false;
  const size = IMAGE_SIZES[state.size], side = Math.max(width, height);
  if (size && !(side >= size[1] && side < size[2])) return false;
  if (state.problem && !fitsProblem(image)) return false;
  if (state.box === 'none') return flat.length === 0;
  return !(state.class || state.box) || boxesOf(image).some(isMeant);
}

let shownFor = null, shown = [];

// The images that the filters keep.
function shownImages() {
  const key = address({ view: '', page: '', image: '', hide: [] });
  if (key !== shownFor) {
    shown = data.images.map((_, image) => image).filter(isShown);
    shownFor = key;
  }
  return shown;
}
