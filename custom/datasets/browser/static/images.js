// Images with their boxes: a page of thumbnails, and one image large.

const PER_PAGE = 60;

// Boxes over an image; large ones first, so that small ones lie on top.
function boxOverlay(width, height, boxes, marks) {
  const drawn = boxes.filter(box => !isHidden(box[0]))
    .sort((a, b) => b[3] * b[4] - a[3] * a[4]);
  return overlay([0, 0, width, height], drawn.map(box => rectangle(box.slice(1, 5), {
    stroke: classOf(box[0]).color,
    class: `box${box[5] ? ' crowd' : ''}${isMeant(box) ? '' : ' faint'}`,
  })), marks.map(mark => rectangle(mark, { class: 'mark' })));
}

// Boxes to be marked on an image: they lie on a problem's first image.
function marksOf(image, isWanted) {
  return (problemsOf.get(image) || [])
    .filter(problem => problem[IMAGES][0] === image && isWanted(problem))
    .flatMap(problem => problem[MARKS]);
}

function badge(image) {
  const problems = (problemsOf.get(image) || []).filter(isWorrying);
  if (!problems.length) return [];
  const bad = problems.some(p => data.codes[p[CODE]].severity === 'error');
  return [el('span', { class: `badge ${bad ? 'error' : 'warning'}` },
    plural(problems.length, 'problem'))];
}

function cell(image) {
  const [name, split, width, height, flat] = data.images[image];
  const square = thumbFrame(image, width, height,
    boxOverlay(width, height, boxesOf(image), marksOf(image, isAsked)));
  square.append(...badge(image));
  const count = plural(flat.length / 6, 'box', 'boxes');
  return el('li', {}, el('button', {
    type: 'button', class: 'cell', title: name, click: () => go({ image: String(image) }),
  }, square,
  el('span', { class: 'name' }, name),
  el('span', { class: 'under' }, `${data.splits[split]}, ${count}`)));
}

function renderImages(section) {
  const images = shownImages(), pages = Math.ceil(images.length / PER_PAGE);
  const page = Math.max(1, Math.min(pages, Number(state.page) || 1));
  const start = (page - 1) * PER_PAGE, end = Math.min(images.length, start + PER_PAGE);
  const turn = to => { go({ page: String(to) }); window.scrollTo(0, 0); };
  byId('count').textContent = images.length
    ? `Images ${number(start + 1)} to ${number(end)} of ${number(images.length)}`
    : 'No image is left by these filters.';
  section.replaceChildren(
    el('ul', { class: 'grid' }, images.slice(start, end).map(cell)),
    el('nav', { class: 'pager', 'aria-label': 'Pages' }, pager(page, pages, turn)));
  loadThumbnails();
}

// One image, large.

function neighbor(image, step) {
  const images = shownImages().includes(image) ? shownImages() : data.images.map((_, i) => i);
  return images[images.indexOf(image) + step];
}

function tag(box, width, height) {
  const cls = classOf(box[0]);
  return boxTag(cls.name, box.slice(1), width, height, cls, isMeant(box) ? '' : 'faint');
}

function swatch(label) {
  return colorSwatch(classOf(label).color);
}

function largeImage(image) {
  const [, , width, height] = data.images[image];
  const boxes = boxesOf(image);
  return originalFrame(image, width, height,
    boxOverlay(width, height, boxes, marksOf(image, () => true)),
    boxes.filter(box => !isHidden(box[0])).map(box => tag(box, width, height)));
}

function boxTable(image) {
  const rows = boxesOf(image).map(([label, x, y, w, h, crowd]) => el('tr', {},
    el('td', {}, swatch(label), classOf(label).name + (crowd ? ' (crowd)' : '')),
    [x, y, w, h].map(value => el('td', { class: 'figure' }, number(value)))));
  return rows.length
    ? table('figures', 'Boxes, in pixels', ['class', 'x', 'y', 'width', 'height'], rows)
    : el('p', {}, 'No boxes.');
}

function imageLinks(images) {
  const links = images.slice(0, 8).flatMap(image => [el('a', {
    href: address({ image: String(image) }),
  }, data.images[image][NAME]), ' ']);
  return images.length > 8 ? [...links, `and ${number(images.length - 8)} more`] : links;
}

function problemText(problem, image) {
  const code = data.codes[problem[CODE]];
  const others = problem[IMAGES].filter(other => other !== image);
  return el('li', {},
    el('span', { class: `badge ${code.severity}` }, code.severity), ` ${code.title}`,
    el('p', {}, `${problem[RECORD]}: ${problem[DETAIL]}`),
    others.length ? el('p', {}, 'See also ', imageLinks(others)) : [],
    el('p', { class: 'quiet' }, `${code.effect} Cure: ${code.cure}.`));
}

function renderLarge() {
  const image = Number(state.image);
  if (state.image === '' || !data.images[image]) {
    byId('large').close();
    return;
  }
  const [name, split, width, height] = data.images[image];
  const problems = problemsOf.get(image) || [];
  showLarge(name, `${data.splits[split]}, ${width} × ${height} pixels`,
    [neighbor(image, -1), neighbor(image, 1)],
    largeImage(image),
    el('div', {},
      problems.length
        ? el('ul', { class: 'problems' }, problems.map(problem => problemText(problem, image))) : [],
      boxTable(image)));
}
