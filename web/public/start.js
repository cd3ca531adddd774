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

// The chunks of the page that the address names, as the build lists them.
const page = /^#\/(\w+)/.exec(location.hash)?.[1] ?? 'today';
const chunks = document.documentElement.dataset.pages?.split(';').find((one) => one.startsWith(`${page} `));
for (const href of chunks?.split(' ').slice(1) ?? []) {
  if (href) document.head.append(Object.assign(document.createElement('link'), { rel: 'modulepreload', href }));
}
