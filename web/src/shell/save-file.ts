import { fetchWithKey } from './session.ts'

/** Saves what a path answers, under the name the server gives it or else `name`. A link would show no key, and save a refusal as if it were the file. */
export async function saveFile(path: string, name: string): Promise<void> {
  const response = await fetchWithKey(path)
  if (!response.ok) throw new Error(`Not downloaded: the server answered ${response.status}.`)
  const named = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  saveBlob(await response.blob(), named ?? name)
}

export function saveBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  Object.assign(link, { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
