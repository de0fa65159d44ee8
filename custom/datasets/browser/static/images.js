// Images with their boxes: a page of thumbnails, and one image large.

const PER_PAGE = 60;

// The thumbnail of an image as a data address; '' while it is on its way.
// They come in blocks of text, so that only those on the page are decoded.
function thumbnail(image, blocks) {
  const number = Math.floor(image / data.block);
  if (!(number in blocks)) {
    const node = byId(`thumbs-${number}`);
    const whole = node && (node.nextElementSibling || document.readyState !== 'loading');
    blocks[number] = whole ? node.textContent.split('\n') : [];
  }
  // The first line ends at the start of the block.
  const text = blocks[number][1 + image % data.block];
  return text ? `data:image/webp;base64,${text}` : '';
}

function rectangle([x, y, w, h], attributes) {
  return svg('rect', {
    x: Math.min(x, x + w), y: Math.min(y, y + h), width: Math.abs(w), height: Math.abs(h),
    ...attributes,
  });
}

// Boxes over a picture; large ones first, so that small ones lie on top.
function overlay(width, height, boxes, marks) {
  const drawn = boxes.filter(box => !isHidden(box[0]))
    .sort((a, b) => b[3] * b[4] - a[3] * a[4]);
  return svg('svg', {
    viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true',
  }, drawn.map(box => rectangle(box.slice(1, 5), {
    stroke: classOf(box[0]).colour,
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
  const frame = el('span', { class: 'frame' },
    el('img', { alt: '', 'data-image': image }),
    overlay(width, height, boxesOf(image), marksOf(image, isAsked)));
  frame.style.aspectRatio = `${width} / ${height}`;
  frame.style.width = `${100 * Math.min(1, width / height)}%`;
  const count = plural(flat.length / 6, 'box', 'boxes');
  return el('li', {}, el('button', {
    type: 'button', class: 'cell', title: name, click: () => go({ image: String(image) }),
  }, el('span', { class: 'square' }, frame, badge(image)),
  el('span', { class: 'name' }, name),
  el('span', { class: 'under' }, `${data.splits[split]}, ${count}`)));
}

// Sets what pictures are here by now; more come while the page is loading.
function loadThumbnails() {
  const blocks = {}, loading = document.readyState === 'loading';
  document.querySelectorAll('img[data-image]:not([src])').forEach(img => {
    const source = thumbnail(Number(img.dataset.image), blocks);
    if (source) img.src = source;
    else if (!loading) img.parentNode.classList.add('missing');
  });
  if (loading) setTimeout(loadThumbnails, 100);
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

// One picture, large.

function neighbour(image, step) {
  const images = shownImages().includes(image) ? shownImages() : data.images.map((_, i) => i);
  return images[images.indexOf(image) + step];
}

function tag(box, width, height) {
  const [label, x, y, w] = box, cls = classOf(label);
  const inside = value => `${Math.max(0, Math.min(100, 100 * value))}%`;
  const node = el('span', { class: `tag${y < 0.05 * height ? ' inside' : ''}${isMeant(box) ? '' : ' faint'}` }, cls.name);
  // A tag half as wide as the picture fits on one side or the other.
  if (x <= width / 2) node.style.left = inside(x / width);
  else node.style.right = inside(1 - (x + w) / width);
  node.style.top = inside(y / height);
  node.style.background = cls.colour;
  node.style.color = cls.ink;
  return node;
}

function swatch(label) {
  const node = el('span', { class: 'swatch' });
  node.style.background = classOf(label).colour;
  return node;
}

function largeImage(image) {
  const [name, , width, height] = data.images[image];
  const boxes = boxesOf(image);
  const note = el('p', { class: 'quiet' });
  const original = data.folder + name.split('/').map(encodeURIComponent).join('/');
  const img = el('img', { alt: name });
  img.addEventListener('error', () => {
    const thumb = thumbnail(image, {});
    const small = img.src.startsWith('data:');
    if (thumb && !small) img.src = thumb;
    else frame.classList.add('missing');
    note.textContent = thumb && !small
      ? `A browser can't show ${original}: this is the thumbnail, enlarged.`
      : `This image can't be shown: ${original}`;
  });
  const frame = el('div', { class: 'frame' }, img,
    overlay(width, height, boxes, marksOf(image, () => true)),
    boxes.filter(box => !isHidden(box[0])).map(box => tag(box, width, height)));
  frame.style.aspectRatio = `${width} / ${height}`;
  frame.style.setProperty('--ratio', width / height);
  img.src = original;
  return el('div', { class: 'picture' }, frame, note);
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

function step(image, text) {
  return el('button', {
    type: 'button', disabled: image === undefined ? '' : null,
    click: () => go({ image: String(image) }),
  }, text);
}

function renderLarge() {
  const dialog = byId('large'), image = Number(state.image);
  if (state.image === '' || !data.images[image]) {
    dialog.close();
    return;
  }
  const [name, split, width, height] = data.images[image];
  const problems = problemsOf.get(image) || [];
  dialog.replaceChildren(
    el('header', {},
      el('h2', {}, name),
      el('p', { class: 'quiet' }, `${data.splits[split]}, ${width} × ${height} pixels`),
      el('div', { class: 'buttons' },
        step(neighbour(image, -1), '← Previous'), step(neighbour(image, 1), 'Next →'),
        el('button', { type: 'button', click: () => go({ image: '' }) }, 'Close'))),
    el('div', { class: 'columns' }, largeImage(image),
      el('div', {},
        problems.length
          ? el('ul', { class: 'problems' }, problems.map(problem => problemText(problem, image))) : [],
        boxTable(image))));
  if (!dialog.open) dialog.showModal();
  dialog.focus();
}

function largeKeys(event) {
  const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
  const image = neighbour(Number(state.image), move);
  if (image !== undefined) go({ image: String(image) });
  event.preventDefault();
}
