const storageName = 'aiops.key'

/** The API key of this tab, where the server asks for one. It goes with the tab and is sent to no other origin. */
export function sessionKey(): string | null {
  return sessionStorage.getItem(storageName)
}

/** Keeps the key and starts the page anew with it, at the same address; null forgets it. */
export function startSession(key: string | null): void {
  if (key === null) sessionStorage.removeItem(storageName)
  else sessionStorage.setItem(storageName, key)
  location.reload()
}

/** `fetch` that shows the key. */
export function fetchWithKey(input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
  const key = sessionKey()
  if (key === null) return fetch(input, init)
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${key}`)
  return fetch(input, { ...init, headers })
}
