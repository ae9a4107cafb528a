import { randomBytes } from 'node:crypto'
import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { Fault, messageOf } from '../../kernel/fault.ts'
import type { ObjectStore } from '../../port/object-store.ts'
import { durableFiles } from './durable-files.ts'

/** Ends the name of what is being written; no key may. */
const partial = '.partial'
const segment = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,200}$/

/**
 * Objects as files of a folder. An object is written beside its place, synced, then renamed over it and the folder synced, so that
 * a crash leaves the old one or the new one; what a crash left half-written is removed when the store is opened.
 */
export async function openObjectFolder(path: string): Promise<ObjectStore> {
  await guard(path, async () => {
    await durableFiles.makeFolder(path)
    for await (const file of filesUnder(path, ''))
      if (file.endsWith(partial)) await rm(join(path, file), { force: true })
  })
  const placeOf = (key: string): string => join(path, ...segmentsOf(key))
  return {
    put: (key, body) =>
      guard(key, async () => {
        const place = placeOf(key)
        const folder = dirname(place)
        await durableFiles.makeFolder(folder)
        const beside = `${place}.${randomBytes(6).toString('hex')}${partial}`
        try {
          await writeSynced(beside, body)
          await rename(beside, place)
        } catch (error) {
          await rm(beside, { force: true })
          throw error
        }
        await durableFiles.syncFolder(folder)
      }),
    get: (key, range) => guard(key, () => readPart(placeOf(key), key, range)),
    async *list(prefix) {
      // Only the folder that every such key lies in is walked.
      const within = prefix.slice(0, prefix.lastIndexOf('/') + 1)
      const keys: string[] = []
      for await (const key of filesUnder(path, within))
        if (key.startsWith(prefix) && !key.endsWith(partial)) keys.push(key)
      for (const key of keys.sort(byBytes)) {
        const found = await stat(join(path, key)).catch(() => undefined)
        if (found) yield { key, sizeBytes: found.size }
      }
    },
    delete: (key) => guard(key, () => rm(placeOf(key), { force: true })),
    async close() {},
  }
}

const byBytes = (a: string, b: string): number => (a < b ? -1 : 1)

function segmentsOf(key: string): string[] {
  const segments = key.split('/')
  if (segments.every((one) => segment.test(one)) && key.length <= 900 && !key.endsWith(partial))
    return segments
  throw new Fault(
    'INVALID_REQUEST',
    `"${key.slice(0, 100)}" is no key of an object: it is segments of letters, digits, dot, underscore and hyphen, with "/" between.`,
  )
}

async function writeSynced(path: string, body: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(body)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function readPart(
  path: string,
  key: string,
  range: { start: number; end: number } | undefined,
): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((error) => {
    if (isMissing(error)) throw new Fault('NOT_FOUND', `There is no object ${key}.`)
    throw error
  })
  try {
    const { size } = await file.stat()
    const start = Math.min(range?.start ?? 0, size)
    const bytes = new Uint8Array(Math.max(0, Math.min(range?.end ?? size, size) - start))
    for (let at = 0; at < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, start + at)
      if (bytesRead === 0) return bytes.subarray(0, at)
      at += bytesRead
    }
    return bytes
  } finally {
    await file.close()
  }
}

async function* filesUnder(root: string, within: string): AsyncIterable<string> {
  const entries = await readdir(join(root, within), { withFileTypes: true }).catch((error) => {
    if (isMissing(error)) return []
    throw error
  })
  for (const entry of entries) {
    const key = `${within}${entry.name}`
    if (entry.isDirectory()) yield* filesUnder(root, `${key}/`)
    else if (entry.isFile()) yield key.replaceAll(sep, '/')
  }
}

/** Trouble with the disk is the store's to report, in its own words. */
async function guard<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault('STORAGE_UNAVAILABLE', `The object folder cannot serve ${what} (${messageOf(error)}).`, {
      cause: error,
    })
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
