// Result panel beside the image: summary, tags, problem, table of boxes.

import { byId, el } from './dom.js';
import { hasText, language, percent, text } from './text.js';

function swatch(color) {
  const node = el('span', { class: 'swatch', 'aria-hidden': 'true' });
  node.style.background = color;
  return node;
}

// classes: Map of label to {tags, color}, as fetchLabels() tells.
export function showVocabulary(classes) {
  byId('vocabulary').replaceChildren(
    el('h3', {}, text('vocabulary', { n: classes.size })),
    el('ul', {}, [...classes.values()].map(({ tags, color }) =>
      el('li', {}, swatch(color), tags[language()]))));
}

// tags: [{label, name, color, count, score}]; handlers: {enter, leave, press}.
export function showTags(tags, pinned, handlers) {
  byId('tags').replaceChildren(...tags.map(({ label, name, color, count, score }) => {
    const bar = el('span', { class: 'bar', 'aria-hidden': 'true' });
    bar.style.width = percent(score);
    bar.style.background = color;
    const enter = () => handlers.enter(label);
    return el('li', {}, el('button', {
      type: 'button', class: 'tag', value: label, 'aria-pressed': String(label === pinned),
      pointerenter: enter, focus: enter, pointerleave: handlers.leave, blur: handlers.leave,
      click: () => handlers.press(label),
    }, swatch(color), el('strong', {}, name), ' ',
    el('span', { class: 'quiet' }, text('count', { n: count })), ' ',
    el('span', { class: 'score' }, text('best', { score: percent(score) })), bar));
  }));
}

// objects: [{name, score, box}], box in pixels of the image.
export function showTable(objects) {
  byId('boxes').replaceChildren(el('table', {},
    el('thead', {}, el('tr', {}, text('columns').split(',').map(head => el('th', { scope: 'col' }, head)))),
    el('tbody', {}, objects.map(({ name, score, box }) => el('tr', {},
      el('th', { scope: 'row' }, name), el('td', {}, score),
      box.map(value => el('td', {}, Math.round(value).toLocaleString())))))));
}

// A ServiceError in the reader's language, then in the service's own words.
export function showProblem(error, retry) {
  const { code, message, hint, retryAfter, canRetry } = error;
  const title = hasText(`problems.${code}`) ? `problems.${code}` : 'problems.other';
  const advice = hasText(`advice.${code}`)
    ? el('p', {}, text(`advice.${code}`)) : el('p', { lang: 'en' }, hint);
  byId('problem').replaceChildren(
    el('strong', {}, text(title)),
    advice,
    el('p', { lang: 'en', class: 'quiet' }, message),
    retryAfter ? el('p', { class: 'quiet' }, text('retrySoon', { n: retryAfter })) : '',
    canRetry ? el('button', { type: 'button', id: 'retry', click: retry }, text('retry')) : '');
}
