// The frame of the page: language, views, filters, keys.

const VIEWS = {
  report: ['Report', []],
  pictures: ['Pictures', ['cause', 'class', 'search', 'boxes']],
  errors: ['Errors', ['cause', 'class', 'search', 'boxes']],
  labels: ['Labels that look wrong', ['kind', 'class', 'search', 'boxes']],
};

function filterOptions() {
  const cause = name => [name, say(OUTCOME_TEXTS[name])];
  return {
    cause: [say('What'), [['', state.view === 'pictures' ? say('all') : say('all errors')],
      ['fp', say('found and wrong (false positives)')],
      ['fn', say('not found as such (false negatives)')],
      ...['class', 'location', 'both', 'duplicate', 'background', 'missed', 'right'].map(cause),
      ...data.earlier && state.view === 'pictures'
        ? [['mended', say('fewer errors than before')], ['broken', say('more errors than before')]] : []]],
    kind: [say('What'), [['', say('all')], ...data.kinds.map(kind => [kind, say(KIND_TEXTS[kind])])]],
    class: [say('Class'), [['', say('all')],
      ...data.classes.map(({ name }, label) => [name, className(label)])]],
    boxes: [say('Boxes found'), [['', say('at the thresholds')],
      ['unsure', say('unsure ones too, from 0.05')]]],
  };
}

function renderFilters() {
  const options = filterOptions();
  if (state.true !== '' || state.found !== '') {
    byId('filters').replaceChildren(el('button', {
      type: 'button', class: 'pair-filter', click: () => go({ true: '', found: '', page: '1' }),
    }, `${pairText()} ✕`));
    return;
  }
  const controls = VIEWS[state.view][1].map(key => {
    if (key === 'search') {
      return el('label', {}, say('File name'), el('input', {
        type: 'search', id: 'filter-search', value: state.search, placeholder: say('part of it'),
        input: event => go({ search: event.target.value, page: '1' }),
      }));
    }
    const [title, choices] = options[key];
    return el('label', {}, title, el('select', {
      id: `filter-${key}`, change: event => go({ [key]: event.target.value, page: '1' }),
    }, choices.map(([value, text]) =>
      el('option', { value, selected: state[key] === value ? '' : null }, text))));
  });
  byId('filters').replaceChildren(...controls);
}

function renderHead() {
  byId('views').hidden = !data.images.length;
  byId('views').setAttribute('aria-label', say('Views'));
  byId('views').replaceChildren(...Object.entries(VIEWS).map(([view, [title]]) => el('a', {
    href: `#view=${view}`, 'aria-current': view === state.view ? 'page' : null,
  }, say(title))));
  const isTyping = document.activeElement && document.activeElement.id === 'filter-search';
  if (!isTyping) renderFilters();
}

function setLanguage(language) {
  document.documentElement.lang = language;
  const button = byId('language');
  button.hidden = false;
  button.textContent = language === 'ko' ? 'English' : '한국어';
  button.lang = language === 'ko' ? 'en' : 'ko';
}

// A page opened from a file may have no storage.
function stored(language) {
  try {
    if (language) localStorage.setItem('language', language);
    return localStorage.getItem('language');
  } catch {
    return null;
  }
}

let renderedFor = null;

function render() {
  if (!VIEWS[state.view] || !data.images.length) state.view = 'report';
  renderHead();
  const isReport = state.view === 'report';
  byId('report').hidden = !isReport;
  byId('view').hidden = byId('filters').hidden = byId('count').hidden = isReport;
  // The view stays as it is under a large image, focus included.
  const key = address({ image: '' }) + document.documentElement.lang;
  if (key !== renderedFor && !isReport) renderGallery(byId('view'));
  renderedFor = key;
  renderLarge();
}

const languages = ['en', 'ko'];
const wanted = stored() || navigator.language.slice(0, 2);
setLanguage(languages.includes(wanted) ? wanted : 'en');
byId('language').addEventListener('click', () => {
  const language = document.documentElement.lang === 'en' ? 'ko' : 'en';
  stored(language);
  setLanguage(language);
  render();
});
useLargeKeys(neighbor);
window.addEventListener('popstate', () => {
  const before = state.view;
  state = readAddress();
  render();
  if (state.view !== before) window.scrollTo(0, 0);
});
render();
