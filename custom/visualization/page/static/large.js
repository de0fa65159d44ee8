// One image, large, over the page: state.image tells which. Arrows step,
// Esc closes.

function stepButton(image, text) {
  return el('button', {
    type: 'button', disabled: image === undefined ? '' : null,
    click: () => go({ image: String(image) }),
  }, text);
}

function showLarge(title, under, [previous, next], ...content) {
  const dialog = byId('large');
  dialog.replaceChildren(
    el('header', {},
      el('h2', { translate: 'no' }, title),
      el('p', { class: 'quiet' }, under),
      el('div', { class: 'buttons' },
        stepButton(previous, say('← Previous')), stepButton(next, say('Next →')),
        el('button', { type: 'button', click: () => go({ image: '' }) }, say('Close')))),
    el('div', { class: 'columns' }, ...content));
  if (!dialog.open) dialog.showModal();
  dialog.focus();
}

// `neighbor` gives what is a step away, undefined at an end.
function useLargeKeys(neighbor) {
  byId('large').addEventListener('keydown', event => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    const image = neighbor(move);
    if (image !== undefined) go({ image: String(image) });
    event.preventDefault();
  });
  byId('large').addEventListener('cancel', event => {
    event.preventDefault();
    go({ image: '' });
  });
}
