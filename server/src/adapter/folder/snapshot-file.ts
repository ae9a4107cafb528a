import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { messageOf } from '../../kernel/fault.ts'
import { SerialExecutor } from '../../kernel/queue.ts'
import type { FoundSnapshot, SnapshotStore } from '../../port/snapshot-store.ts'
import { durableFiles } from './durable-files.ts'

/** `AIOPSNAP`, the form's version, the number of parts and their lengths, then the parts, then SHA-256 of all that. Little endian. */
const magic = 'AIOPSNAP'
const formVersion = 1
const headBytes = 16
const hashBytes = 32
const partsMax = 16
/** Written, read and hashed at once. */
const chunkBytes = 1_048_576
/** Larger ones are none of ours. */
const fileBytesMax = 16 * 2 ** 30

/** A snapshot in one file, replaced as a whole. Its owner alone may read it. */
export function openSnapshotFile(path: string): SnapshotStore {
  const writes = new SerialExecutor(path, 4)
  return {
    write: (parts) => writes.run(() => writeParts(path, parts)),
    async read(): Promise<FoundSnapshot> {
      let file: FileHandle
      try {
        file = await open(path, 'r')
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === 'ENOENT'
          ? { kind: 'NONE' }
          : { kind: 'REFUSED', reason: messageOf(error) }
      }
      try {
        return await readParts(file)
      } catch (error) {
        return { kind: 'REFUSED', reason: messageOf(error) }
      } finally {
        await file.close()
      }
    },
  }
}

async function writeParts(path: string, parts: readonly Uint8Array[]): Promise<void> {
  await durableFiles.makeFolder(dirname(path))
  await durableFiles.replace(path, async (file) => {
    const hash = createHash('sha256')
    for (const part of [headOf(parts), ...parts])
      for (let from = 0; from < part.length; from += chunkBytes) {
        const chunk = part.subarray(from, from + chunkBytes)
        hash.update(chunk)
        await file.writeFile(chunk)
      }
    await file.writeFile(hash.digest())
  })
}

function headOf(parts: readonly Uint8Array[]): Uint8Array {
  const head = Buffer.alloc(headBytes + 8 * parts.length)
  head.write(magic, 'latin1')
  head.writeUInt32LE(formVersion, 8)
  head.writeUInt32LE(parts.length, 12)
  for (const [i, part] of parts.entries()) head.writeBigUInt64LE(BigInt(part.length), headBytes + 8 * i)
  return head
}

async function readParts(file: FileHandle): Promise<FoundSnapshot> {
  const refused = (reason: string): FoundSnapshot => ({ kind: 'REFUSED', reason })
  const { size } = await file.stat()
  const hash = createHash('sha256')
  const fixed = await readWhole(file, Math.min(size, headBytes), hash)
  if (fixed.length < headBytes || fixed.subarray(0, 8).toString('latin1') !== magic)
    return refused('it is no snapshot')
  const form = fixed.readUInt32LE(8)
  if (form !== formVersion) return refused(`it is of form ${form}, this program writes ${formVersion}`)
  const count = fixed.readUInt32LE(12)
  if (count > partsMax || size > fileBytesMax) return refused('its beginning is damaged')
  const table = await readWhole(file, 8 * count, hash)
  const lengths = Array.from({ length: count }, (_, i) => Number(table.readBigUInt64LE(8 * i)))
  const sum = lengths.reduce((total, length) => total + length, headBytes + 8 * count + hashBytes)
  if (sum !== size) return refused(`it has ${size} bytes, not ${sum}`)
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (const length of lengths) parts.push(await readWhole(file, length, hash))
  const kept = await readWhole(file, hashBytes, createHash('sha256'))
  return kept.equals(hash.digest()) ? { kind: 'FOUND', parts } : refused('its checksum does not fit')
}

/** Throws where the file is shorter. Memory of its own, so that it can be handed on. */
async function readWhole(
  file: FileHandle,
  length: number,
  hash: ReturnType<typeof createHash>,
): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.from(new ArrayBuffer(length))
  for (let from = 0; from < length; ) {
    const wanted = Math.min(chunkBytes, length - from)
    const { bytesRead } = await file.read(bytes, from, wanted)
    if (bytesRead === 0) throw new Error('it ends too early')
    hash.update(bytes.subarray(from, from + bytesRead))
    from += bytesRead
  }
  return bytes
}
