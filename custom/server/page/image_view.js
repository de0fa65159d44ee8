// Image view: the image and the boxes that lie over it.

import { byId, el, svg } from './dom.js';
import { placeNames } from './layout.js';
import { ink } from './tags.js';

const frame = byId('frame'), image = byId('image');
let address = null;
let marks = [];

export function setSize(width, height) {
  frame.style.aspectRatio = `${width} / ${height}`;
  frame.style.setProperty('--ratio', width / height);
}

// Shows a file before the service has answered; the browser turns it as its
// EXIF data says. Calls onSeen(whether the browser can show this format).
export function showFile(file, onSeen) {
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(file);
  setSize(4, 3);
  frame.dataset.image = 'awaited';
  image.onload = () => {
    frame.dataset.image = 'seen';
    setSize(image.naturalWidth, image.naturalHeight);
    onSeen(true);
  };
  image.onerror = () => {
    frame.dataset.image = 'unseen';
    onSeen(false);
  };
  image.src = address;
}

// objects: [{label, name, color, score, box}] best first, boxes in pixels of
// an image of this size.
export function showBoxes(objects, width, height) {
  const area = ({ box: [x1, y1, x2, y2] }) => (x2 - x1) * (y2 - y1);
  const rectangle = ({ box: [x1, y1, x2, y2] }, attributes) => svg('rect', {
    x: x1, y: y1, width: x2 - x1, height: y2 - y1, ...attributes,
  });
  // Small boxes lie over large ones, white edges keep them apart from lines
  // of the drawing in the same color.
  const overlay = svg('svg', {
    viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: 'none', 'aria-hidden': 'true',
  }, [...objects].sort((a, b) => area(b) - area(a)).map(object => svg('g', {
    class: 'box', 'data-class': object.label,
  }, rectangle(object, { class: 'halo' }), rectangle(object, { stroke: object.color }))));
  marks = objects.map(object => {
    const node = el('span', { class: 'name', 'data-class': object.label, 'aria-hidden': 'true' },
      object.name, el('small', {}, object.score));
    node.style.background = object.color;
    node.style.color = ink(object.color);
    return { node, box: object.box, width, height };
  });
  frame.querySelectorAll('svg, .name').forEach(node => node.remove());
  frame.append(overlay, ...marks.map(({ node }) => node));
  layOut();
}

function layOut() {
  const { clientWidth, clientHeight } = frame;
  const places = placeNames(
    marks.map(({ box, width, height }) => box.map((value, i) =>
      value * (i % 2 ? clientHeight / height : clientWidth / width))),
    marks.map(({ node }) => [node.offsetWidth, node.offsetHeight]),
    [clientWidth, clientHeight]);
  marks.forEach(({ node }, i) => {
    node.style.left = `${places[i].left}px`;
    node.style.top = `${places[i].top}px`;
    node.classList.toggle('crowded', !places[i].isFree);
  });
}

// Brings out the boxes of one label; null brings out none.
export function highlight(label) {
  frame.classList.toggle('choosy', label !== null);
  for (const node of frame.querySelectorAll('[data-class]')) {
    node.classList.toggle('chosen', node.dataset.class === label);
  }
}

new ResizeObserver(layOut).observe(frame);
