// Copies text. Resolves to whether it worked.

export async function copyText(value) {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(value).then(() => true, () => false);
  }
  // Browsers hide the clipboard from plain http, as in http://192.168.0.7:8000.
  const area = document.createElement('textarea');
  const focused = document.activeElement;
  area.value = value;
  area.className = 'unseen';
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  focused.focus();
  return isCopied;
}
