// The service's answers. Addresses are relative, so that the page also works
// behind a proxy that serves it under a path.

// Asked once with a low score: the slider then needs no further request.
export const LEAST_SCORE = 0.05;

export class ServiceError extends Error {
  // status: 0 where there was no answer; retryAfter: seconds, 0 for "don't".
  constructor(code, status = 0, message = '', hint = '', retryAfter = 0) {
    super(message);
    Object.assign(this, { code, hint, retryAfter, canRetry: !status || status >= 500 });
  }
}

// A proxy in between answers with a status alone, in HTML.
const CODES = { 413: 'body_too_large', 503: 'queue_full', 504: 'deadline' };

async function failure(response) {
  const { status, headers } = response;
  const body = await response.json().catch(() => null);
  const { code = CODES[status], message, hint } = body?.error || {};
  const wait = status === 503 ? Number(headers.get('Retry-After')) || 0 : 0;
  return new ServiceError(code, status, message, hint, wait);
}

async function ask(path, options) {
  const cut = error => {
    throw error.name === 'AbortError' ? error : new ServiceError('network');
  };
  const response = await fetch(path, options).catch(cut);
  if (!response.ok) throw await failure(response);
  return response.json().catch(cut);
}

export function requestTags(file, lang, signal) {
  const body = new FormData();
  body.append('file', file, file.name);
  return ask(`tag?format=full&score_thr=${LEAST_SCORE}&lang=${lang}`, { method: 'POST', body, signal });
}

// {label: {label, tags: {ko, en}, color, threshold}}
export async function fetchLabels() {
  const labels = await ask('labels', {});
  return new Map(labels.map(({ colour: color, ...entry }) => // codespell:ignore colour
    [entry.label, { ...entry, color }]));
}

export async function isReady() {
  const response = await fetch('readyz').catch(() => null);
  return Boolean(response?.ok);
}
