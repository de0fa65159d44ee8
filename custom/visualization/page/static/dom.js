// Elements. Class names, file names and messages come from strangers: they
// reach the page as text nodes and attributes, never as markup.

function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (typeof value === 'function') node.addEventListener(key, value);
    else if (value !== null && value !== false) node.setAttribute(key, value);
  }
  node.append(...children.flat());
  return node;
}

function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  return fill(node, attributes, children);
}

function byId(id) {
  return document.getElementById(id);
}

function number(value) {
  return value.toLocaleString('en');
}

function plural(count, one, many) {
  return `${number(count)} ${count === 1 ? one : many || one + 's'}`;
}

function percent(part, whole) {
  return whole ? `${(100 * part / whole).toFixed(1)} %` : '–';
}

// In a table of figures all columns but the first are numbers.
function table(kind, caption, heads, rows) {
  return el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    el('table', { class: kind },
      el('caption', {}, caption),
      el('thead', {}, el('tr', {}, heads.map(head => el('th', { scope: 'col' }, head)))),
      el('tbody', {}, rows)));
}

// Previous and next, with the place between them.
function pager(page, pages, open) {
  if (pages < 2) return [];
  const turn = (to, text, key) => el('button', {
    type: 'button', id: key, disabled: to < 1 || to > pages ? '' : null,
    click: () => { open(to); byId(key).focus(); },
  }, text);
  return [turn(page - 1, say('← Previous'), 'page-previous'),
    el('span', {}, say('page {page} of {pages}', { page: number(page), pages: number(pages) })),
    turn(page + 1, say('Next →'), 'page-next')];
}
