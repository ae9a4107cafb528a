// Runs before everything else, as a file because the server's policy allows no inline script.

// The theme, before the first paint. The stored choice is 'light', 'dark' or 'system'; shell/theme.ts writes it.
;(() => {
  let choice = 'system'
  try {
    choice = localStorage.getItem('theme') ?? 'system'
  } catch {}
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
  document.documentElement.classList.toggle('dark', dark)
})()

// zod tries `new Function` once when its first schema is made, unless told not to; the policy would report the try.
globalThis.__zod_globalConfig = { jitless: true }
