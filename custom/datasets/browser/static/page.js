// The frame of the page: filters, views, keys.

// Its name, what draws it, and which controls change it.
const VIEWS = {
  pictures: ['Pictures', renderImages,
    ['search', 'split', 'class', 'box', 'size', 'problem', 'legend']],
  statistics: ['Statistics', renderStatistics,
    ['search', 'split', 'class', 'box', 'size', 'problem']],
  problems: [`Problems (${number(data.problems.length)})`, renderProblems, ['split', 'problem']],
  ...(data.pipeline && { pipeline: ['What the model sees', renderPipeline, ['legend']] }),
};
const FILTERS = {
  split: ['Split', data.splits.map(name => [name, name])],
  class: ['Class', data.classes.map(({ name }) => [name, name])],
  box: ['Box size', [...Object.entries(BOX_SIZES).map(([key, [name]]) => [key, name]),
    ['none', 'images without a box']]],
  size: ['Image, long side', Object.entries(IMAGE_SIZES)
    .sort((a, b) => a[1][1] - b[1][1]).map(([key, [name]]) => [key, name])],
  problem: ['Problem', [['any', 'any error or warning'], ['none', 'no error or warning'],
    ...data.codes.map(({ code, title }) => [code, `${code}: ${title}`])]],
};

function makeFilters() {
  const search = el('input', {
    type: 'search', id: 'search', placeholder: 'part of it',
    input: event => go({ search: event.target.value, page: '1' }),
  });
  const selects = Object.entries(FILTERS).map(([key, [title, options]]) => el('label', {
    'data-control': key,
  }, title,
    el('select', {
      id: `filter-${key}`, change: event => go({ [key]: event.target.value, page: '1' }),
    }, el('option', { value: '' }, 'all'),
    options.map(([value, text]) => el('option', { value }, text)))));
  byId('filters').append(el('label', { 'data-control': 'search' }, 'File name', search), ...selects,
    el('button', {
      type: 'button', id: 'clear',
      click: () => go({ ...DEFAULTS, view: state.view, hide: state.hide }),
    }, 'Clear'));
}

function makeLegend() {
  const hideAll = hide => () => go({ hide: hide ? data.classes.map(({ name }) => name) : [] });
  const toggle = name => () => go({
    hide: state.hide.includes(name)
      ? state.hide.filter(other => other !== name) : [...state.hide, name],
  });
  byId('legend').append(el('div', { class: 'chips' },
    data.classes.map(({ name }, label) => el('button', {
      type: 'button', class: 'chip', 'data-class': name, click: toggle(name),
    }, swatch(label), name)),
    el('button', { type: 'button', class: 'chip plain', click: hideAll(false) }, 'show all'),
    el('button', { type: 'button', class: 'chip plain', click: hideAll(true) }, 'hide all')));
}

function makeHead() {
  const boxes = data.images.reduce((sum, image) => sum + image[BOXES].length / 6, 0);
  const parts = data.splits.map((name, split) =>
    `${number(data.images.filter(image => image[SPLIT] === split).length)} ${name}`);
  document.title = `${data.name}: data set`;
  byId('name').textContent = data.name;
  byId('summary').textContent = `${plural(data.images.length, 'image')} (${parts.join(', ')}), `
    + `${plural(boxes, 'box', 'boxes')} of ${plural(data.classes.length, 'class', 'classes')}`;
}

function renderHead() {
  byId('views').replaceChildren(...Object.entries(VIEWS).map(([view, [title]]) => el('a', {
    href: address({ view, page: '1', image: '' }),
    'aria-current': view === state.view ? 'page' : null,
  }, title)));
  if (byId('search').value !== state.search) byId('search').value = state.search;
  for (const key of Object.keys(FILTERS)) byId(`filter-${key}`).value = state[key];
  document.querySelectorAll('[data-class]').forEach(chip =>
    chip.setAttribute('aria-pressed', !state.hide.includes(chip.dataset.class)));
  const controls = VIEWS[state.view][2];
  document.querySelectorAll('[data-control]').forEach(control => {
    control.hidden = !controls.includes(control.dataset.control);
  });
  const set = Object.keys(FILTERS).filter(key => state[key]).length + (state.search ? 1 : 0);
  byId('filters-title').textContent = set ? `Filters (${set} set)` : 'Filters';
  byId('filters-fold').hidden = controls.length < 2;
}

let renderedFor = null;

function render() {
  if (!VIEWS[state.view]) state.view = DEFAULTS.view;
  renderHead();
  // The view stays as it is under a large image, focus included.
  const key = address({ image: '' });
  if (key !== renderedFor) {
    VIEWS[state.view][1](byId('view'));
    renderedFor = key;
  }
  renderLarge();
}

makeHead();
makeFilters();
makeLegend();
// A phone shows the images first.
byId('filters-fold').open = byId('legend').open = window.innerWidth >= 700;
useLargeKeys(move => neighbor(Number(state.image), move));
window.addEventListener('popstate', () => { state = readAddress(); render(); });
render();
