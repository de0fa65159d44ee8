// Drawing pad: a sheet for mouse, finger or pen.

import { byId, el, svg } from './dom.js';
import { text } from './text.js';

const COLORS = {
  black: '#1c1c1c', red: '#e03131', orange: '#f76707', yellow: '#fcc419', green: '#2f9e44',
  blue: '#1c7ed6', purple: '#7048e8', pink: '#f06595', brown: '#8d5524', eraser: '#ffffff',
};
const WIDTHS = { thin: 6, medium: 14, thick: 36 };
const LONG = 1200, SHORT = 900;

// Strokes {color, width, points}; null stands for a cleared sheet, so that
// clearing can be undone as well.
const history = [];
const strokes = () => history.slice(history.lastIndexOf(null) + 1);
let active = null;
let canvas, pen;

export const isDrawn = () => strokes().length > 0;

function choice(group, name, look) {
  return el('label', { class: `choice ${group}` },
    el('input', { type: 'radio', name: group, value: name, class: 'unseen', 'data-label': `${group}s.${name}` }), look);
}

function swatch(name) {
  const icon = svg('svg', { class: 'icon', viewBox: '0 0 24 24' },
    svg('path', { d: 'M9 19L4 14L14 4L20 10L11 19ZM9 9L15 15M11 19H20' }));
  const node = el('span', { class: 'swatch', 'aria-hidden': 'true' }, name === 'eraser' ? icon : '');
  node.style.background = COLORS[name];
  return node;
}

function dot(name) {
  const node = el('span', { class: 'dot', 'aria-hidden': 'true' });
  node.style.width = node.style.height = `${4 + WIDTHS[name] / 2}px`;
  return node;
}

const chosen = group => document.querySelector(`input[name=${group}]:checked`).value;

const middle = ([x, y], [otherX, otherY]) => [(x + otherX) / 2, (y + otherY) / 2];

// Draws a stroke from a point on. A line through the middles of the points is
// smooth where the pen was fast.
function trace({ color, width, points }, first = 0) {
  pen.strokeStyle = color;
  pen.lineWidth = width;
  pen.beginPath();
  pen.moveTo(...(first ? middle(points[first - 1], points[first]) : points[0]));
  for (let i = Math.max(first, 1); i < points.length - 1; i += 1) {
    pen.quadraticCurveTo(...points[i], ...middle(points[i], points[i + 1]));
  }
  // A dot has to be a line to be drawn: an eye is one tap.
  const [x, y] = points.at(-1);
  pen.lineTo(x + 0.01, y);
  pen.stroke();
}

function redraw() {
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  strokes().forEach(stroke => trace(stroke));
}

export function describePad() {
  canvas.setAttribute('aria-label', text('pad', { n: strokes().length }));
  byId('undo').disabled = !history.length;
  byId('clear').disabled = byId('tag-drawing').disabled = !isDrawn();
}

function point(event) {
  const { left, top, width, height } = canvas.getBoundingClientRect();
  return [(event.clientX - left) * canvas.width / width, (event.clientY - top) * canvas.height / height];
}

function begin(event) {
  // One pen at a time: a palm that rests on the sheet must not draw.
  if (active || event.button !== 0) return;
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  active = event.pointerId;
  history.push({ color: COLORS[chosen('color')], width: WIDTHS[chosen('width')], points: [point(event)] });
  trace(history.at(-1));
}

function move(event) {
  if (event.pointerId !== active) return;
  // A fast pen reports several places per frame.
  const events = event.getCoalescedEvents?.() || [];
  const stroke = history.at(-1), drawn = stroke.points.length;
  stroke.points.push(...(events.length ? events : [event]).map(point));
  // Only the new part: a whole drawing per move is too slow for a phone.
  trace(stroke, drawn - 1);
}

function end(event) {
  if (event.pointerId !== active) return;
  active = null;
  redraw();
  describePad();
}

function change(step) {
  step();
  redraw();
  describePad();
}

const button = (id, press, kind) => el('button', {
  type: 'button', id, class: kind, 'data-text': id === 'tag-drawing' ? 'tagIt' : id, click: press,
});

// Builds the sheet; tag(file) is called with the drawing as a PNG file.
export function makePad(tag) {
  const portrait = window.innerHeight > window.innerWidth;
  canvas = el('canvas', {
    id: 'canvas', role: 'img', 'aria-describedby': 'pad-hint',
    width: portrait ? SHORT : LONG, height: portrait ? LONG : SHORT,
    pointerdown: begin, pointermove: move, pointerup: end, pointercancel: end,
  });
  pen = canvas.getContext('2d');
  pen.lineCap = pen.lineJoin = 'round';
  const save = () => canvas.toBlob(blob => tag(new File([blob], 'drawing.png', { type: 'image/png' })), 'image/png');
  byId('pad').append(
    el('div', { class: 'tools' },
      el('div', { class: 'choices', role: 'radiogroup', 'data-label': 'color' },
        Object.keys(COLORS).map(name => choice('color', name, swatch(name)))),
      el('div', { class: 'choices', role: 'radiogroup', 'data-label': 'width' },
        Object.keys(WIDTHS).map(name => choice('width', name, dot(name))))),
    el('div', { class: 'sheet paper' }, canvas),
    el('p', { id: 'pad-hint', class: 'quiet', 'data-text': 'padHint' }),
    el('div', { class: 'row' },
      button('tag-drawing', save, 'primary'),
      button('undo', () => change(() => history.pop())),
      button('clear', () => change(() => history.push(null)))));
  document.querySelector('input[value=black]').checked = true;
  document.querySelector('input[value=medium]').checked = true;
  redraw();
  describePad();
}
