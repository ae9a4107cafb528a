import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { RelayEntry } from '../../port/relay-log.ts'
import { decodePayload, headBytes, headOf } from './record.ts'

/** One file: the position of its first byte, and how many of its bytes are whole records. */
export type Segment = { start: number; bytes: number }

export const pathOf = (folder: string, start: number): string =>
  join(folder, `${String(start).padStart(16, '0')}.log`)

/** Oldest first. */
export async function listSegments(folder: string): Promise<Segment[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{16}\.log$/.test(name)).sort()
  return Promise.all(
    names.map(async (name) => ({
      start: Number(name.slice(0, 16)),
      bytes: (await stat(join(folder, name))).size,
    })),
  )
}

/** Up to where there are whole records. */
export async function wholeLength(
  file: FileHandle,
  sizeBytes: number,
  entryBytesMax: number,
): Promise<number> {
  let whole = 0
  await eachRecord(file, sizeBytes, entryBytesMax, (at, _entry, bytes) => {
    whole = at + bytes
  })
  return whole
}

export async function withRecords(
  path: string,
  sizeBytes: number,
  entryBytesMax: number,
  visit: (at: number, entry: RelayEntry, bytes: number) => void,
): Promise<void> {
  const file = await open(path, 'r')
  try {
    await eachRecord(file, sizeBytes, entryBytesMax, visit)
  } finally {
    await file.close()
  }
}

/** Stops at the first that is not whole. */
async function eachRecord(
  file: FileHandle,
  sizeBytes: number,
  entryBytesMax: number,
  visit: (at: number, entry: RelayEntry, bytes: number) => void,
): Promise<void> {
  const head = Buffer.allocUnsafe(headBytes)
  for (let at = 0; at + headBytes <= sizeBytes; ) {
    await file.read(head, 0, headBytes, at)
    const { length, checksum } = headOf(head)
    if (length > entryBytesMax || at + headBytes + length > sizeBytes) return
    const payload = Buffer.allocUnsafe(length)
    await file.read(payload, 0, length, at + headBytes)
    const entry = decodePayload(payload, checksum)
    if (!entry) return
    visit(at, entry, headBytes + length)
    at += headBytes + length
  }
}
