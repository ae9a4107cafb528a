import { Fault } from '../kernel/fault.ts'
import { eachOf } from '../kernel/semaphore.ts'
import type { RepositoryFile } from './forge.ts'

/** A blob of a tree; `sizeBytes` where the forge says it. */
export type TreeEntry = { path: string; sha: string; sizeBytes?: number | undefined }

export const fileBytesMax = 1_048_576
export const treeFilesMax = 2_000
const treeBytesMax = 16 * 1_048_576
const parallelMax = 6

/** Text of blobs by their sha, which never changes. Holds at most 16 MiB, least recently used first out. */
export class BlobCache {
  readonly #texts = new Map<string, string | null>()
  #chars = 0

  get(sha: string): string | null | undefined {
    const text = this.#texts.get(sha)
    if (text === undefined) return undefined
    this.#texts.delete(sha)
    this.#texts.set(sha, text)
    return text
  }

  /** null: no text. */
  set(sha: string, text: string | null): void {
    if (this.#texts.has(sha)) return
    this.#texts.set(sha, text)
    this.#chars += (text?.length ?? 0) + sha.length
    for (const [oldest, old] of this.#texts) {
      if (this.#chars <= treeBytesMax / 2) break
      this.#texts.delete(oldest)
      this.#chars -= (old?.length ?? 0) + oldest.length
    }
  }
}

/**
 * The text files among the entries, by path. What is no text, or larger than 1 MiB, is left out; more than 2,000 files or 16 MiB are
 * refused with BODY_TOO_LARGE. `read` gives the bytes of a blob, and undefined where it is larger than 1 MiB.
 */
export async function readTree(
  entries: readonly TreeEntry[],
  cache: BlobCache,
  read: (sha: string) => Promise<Buffer | undefined>,
): Promise<RepositoryFile[]> {
  if (entries.length > treeFilesMax) throw tooLarge()
  const files: RepositoryFile[] = []
  let bytes = 0
  await eachOf(entries, parallelMax, async ({ path, sha, sizeBytes }) => {
    if (sizeBytes !== undefined && sizeBytes > fileBytesMax) return
    let text = cache.get(sha)
    if (text === undefined) {
      const body = await read(sha)
      text = body === undefined ? null : (textOf(body) ?? null)
      cache.set(sha, text)
    }
    if (text === null) return
    bytes += Buffer.byteLength(text)
    if (bytes > treeBytesMax) throw tooLarge()
    files.push({ path, content: text })
  })
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** UTF-8 without NUL, or undefined. */
export function textOf(body: Uint8Array): string | undefined {
  if (body.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  } catch {
    return undefined
  }
}

export const tooLarge = (): Fault =>
  new Fault('BODY_TOO_LARGE', 'The folder holds more than 2,000 files or 16 MiB of text; name a smaller one.')
