// Images: thumbnails that the page holds, originals beside it, and boxes.
// `data` has block (thumbnails per element), folder (the originals' address)
// and images, whose first figure is the file name.

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

// Sets what images are here by now; more come while the page is loading.
function loadThumbnails() {
  const blocks = {}, loading = document.readyState === 'loading';
  document.querySelectorAll('img[data-image]:not([src])').forEach(img => {
    const source = thumbnail(Number(img.dataset.image), blocks);
    if (source) img.src = source;
    else if (!loading) img.parentNode.classList.add('missing');
  });
  if (loading) setTimeout(loadThumbnails, 100);
}

function rectangle([x, y, w, h], attributes) {
  return svg('rect', {
    x: Math.min(x, x + w), y: Math.min(y, y + h), width: Math.abs(w), height: Math.abs(h),
    ...attributes,
  });
}

function overlay([x, y, w, h], ...rectangles) {
  return svg('svg', {
    viewBox: `${x} ${y} ${w} ${h}`, preserveAspectRatio: 'none', 'aria-hidden': 'true',
  }, ...rectangles);
}

// An image and what lies over it, as large as fits into a square.
function thumbFrame(image, width, height, ...layers) {
  const frame = el('span', { class: 'frame' }, el('img', { alt: '', 'data-image': image }), ...layers);
  frame.style.aspectRatio = `${width} / ${height}`;
  frame.style.width = `${100 * Math.min(1, width / height)}%`;
  return el('span', { class: 'square' }, frame);
}

function originalAddress(image) {
  return data.folder + data.images[image][0].split('/').map(encodeURIComponent).join('/');
}

// The original and what lies over it, or its thumbnail where there is none.
function originalFrame(image, width, height, ...layers) {
  const note = el('p', { class: 'quiet' }), original = originalAddress(image);
  const img = el('img', { alt: data.images[image][0] });
  img.addEventListener('error', () => {
    const thumb = thumbnail(image, {});
    const small = img.src.startsWith('data:');
    if (thumb && !small) img.src = thumb;
    else frame.classList.add('missing');
    note.textContent = thumb && !small
      ? say("A browser can't show {original}: this is the thumbnail, enlarged.", { original })
      : say("This image can't be shown: {original}", { original });
  });
  const frame = el('div', { class: 'frame' }, img, ...layers);
  frame.style.aspectRatio = `${width} / ${height}`;
  frame.style.setProperty('--ratio', width / height);
  img.src = original;
  return el('div', { class: 'picture' }, frame, note);
}

// Text over a box; colors are those of its class.
function boxTag(text, [x, y, w], width, height, { color, ink }, kind) {
  const inside = value => `${Math.max(0, Math.min(100, 100 * value))}%`;
  const node = el('span', { class: `tag${y < 0.05 * height ? ' inside' : ''} ${kind}` }, text);
  // A tag half as wide as the image fits on one side or the other.
  if (x <= width / 2) node.style.left = inside(x / width);
  else node.style.right = inside(1 - (x + w) / width);
  node.style.top = inside(y / height);
  node.style.background = color;
  node.style.color = ink;
  return node;
}

function colorSwatch(color) {
  const node = el('span', { class: 'swatch' });
  node.style.background = color;
  return node;
}
