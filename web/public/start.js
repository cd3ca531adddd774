// Runs before the first paint and before any module. It is a file because the content security policy forbids inline scripts.
const theme = (() => {
  try {
    return localStorage.getItem('muster.theme');
  } catch {
    // Storage can be switched off; the system's theme is used then.
    return null;
  }
})();
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;

// The chunks and style sheets of the page that the address names, as the build lists them.
const page = /^#\/(\w+)/.exec(location.hash)?.[1] ?? 'today';
const files = document.documentElement.dataset.pages?.split(';').find((one) => one.startsWith(`${page} `));
for (const href of files?.split(' ').slice(1) ?? []) {
  const rel = href.endsWith('.css') ? 'stylesheet' : 'modulepreload';
  document.head.append(Object.assign(document.createElement('link'), { rel, crossOrigin: 'anonymous', href }));
}
