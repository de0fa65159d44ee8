// What the model sees: the same images after the train pipeline of a config.

function drawn({ source, width, height, boxes }, text) {
  const flat = [];
  for (let i = 0; i < boxes.length; i += 6) flat.push(boxes.slice(i, i + 6));
  const frame = el('span', { class: 'frame' },
    el('img', { alt: text, src: `data:image/webp;base64,${source}` }),
    boxOverlay(width, height, flat, []));
  frame.style.aspectRatio = `${width} / ${height}`;
  frame.style.width = `${100 * Math.min(1, width / height)}%`;
  return el('li', { class: 'cell' }, el('span', { class: 'square' }, frame),
    el('span', { class: 'under' }, `${text}, ${width} × ${height}`));
}

function renderPipeline(section) {
  const { config, error, steps, samples } = data.pipeline;
  byId('count').textContent = `The train pipeline of ${config}:`;
  section.replaceChildren(
    el('ol', { class: 'steps' }, steps.map(line => el('li', {}, el('code', {}, line)))),
    error ? el('p', { class: 'badge error' }, error) : '',
    ...samples.map(({ name, draws }) => el('div', {},
      el('h3', {}, name),
      el('ul', { class: 'grid draws' }, draws.map((draw, i) =>
        drawn(draw, i ? `draw ${i}` : 'file'))))));
}
