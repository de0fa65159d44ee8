// What the checks found: counts by code, and every finding.

const PROBLEMS_PER_PAGE = 50;

function codeRow(code, found) {
  const images = new Set(found.flatMap(problem => problem[IMAGES]));
  return el('tr', { class: state.problem === code.code ? 'chosen' : null },
    el('td', {}, el('span', { class: `badge ${code.severity}` }, code.severity)),
    el('th', { scope: 'row' },
      el('a', { href: address({ problem: code.code, page: '1' }) }, code.title),
      el('p', { class: 'quiet' }, `${code.code}. ${code.effect} Cure: ${code.cure}.`)),
    el('td', { class: 'figure' }, number(found.length)),
    el('td', { class: 'figure' }, images.size ? el('a', {
      href: address({ view: 'pictures', problem: code.code, page: '1' }),
    }, plural(images.size, 'image')) : '–'));
}

function problemRow(problem) {
  const code = data.codes[problem[CODE]];
  return el('tr', {},
    el('td', {}, el('span', { class: `badge ${code.severity}` }, code.severity)),
    el('td', {}, data.splits[problem[SPLIT]] || 'folder'),
    el('td', {}, problem[RECORD]),
    el('td', {}, `${code.title}: ${problem[DETAIL]}`),
    el('td', {}, imageLinks(problem[IMAGES])));
}

function renderProblems(section) {
  const codes = data.codes.map((code, i) => [code, data.problems.filter(p => p[CODE] === i)]);
  const narrowed = state.problem && state.problem !== 'none';
  const listed = data.problems.filter(problem => (!narrowed || isAsked(problem))
    && (!state.split || data.splits[problem[SPLIT]] === state.split));
  const pages = Math.ceil(listed.length / PROBLEMS_PER_PAGE);
  const page = Math.max(1, Math.min(pages, Number(state.page) || 1));
  const start = (page - 1) * PROBLEMS_PER_PAGE;
  byId('count').textContent = `${plural(listed.length, 'problem')} of ${number(data.problems.length)}`;
  section.replaceChildren(
    table('text', 'Kinds of problems, worst first', ['', 'what', 'found', 'on'],
      codes.map(([code, found]) => codeRow(code, found))),
    table('text list', narrowed ? 'Those of the filter' : 'Every problem',
      ['', 'split', 'record', 'what is wrong', 'images'],
      listed.slice(start, start + PROBLEMS_PER_PAGE).map(problemRow)),
    el('nav', { class: 'pager', 'aria-label': 'Pages' },
      pager(page, pages, to => go({ page: String(to) }))),
    narrowed ? el('p', {}, el('a', { href: address({ problem: '', page: '1' }) }, 'All kinds')) : '');
}
