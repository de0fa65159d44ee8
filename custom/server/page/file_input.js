// File input: picker, camera, paste, drop anywhere.

import { byId } from './dom.js';

// Calls take(files); the list is empty where what came was no file.
export function listen(take) {
  for (const id of ['file', 'camera']) {
    byId(id).addEventListener('change', event => {
      const files = [...event.target.files];
      // Without this, choosing the same file again would change nothing.
      event.target.value = '';
      if (files.length) take(files);
    });
  }
  // A large target for the mouse; the labeled button is the one for keys.
  byId('invitation').addEventListener('click', () => byId('file').click());
  document.addEventListener('paste', event => take([...event.clipboardData.files]));

  const dropping = on => document.body.classList.toggle('dropping', on);
  window.addEventListener('dragover', event => {
    // Or the browser leaves the page and opens the file itself.
    event.preventDefault();
    event.dataTransfer.dropEffect = 'copy';
    dropping(event.dataTransfer.types.includes('Files'));
  });
  window.addEventListener('dragleave', event => {
    if (!event.relatedTarget) dropping(false);
  });
  window.addEventListener('drop', event => {
    event.preventDefault();
    dropping(false);
    take([...event.dataTransfer.files]);
  });
}
