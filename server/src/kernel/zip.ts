import { promisify } from 'node:util'
import { crc32, deflateRaw } from 'node:zlib'
import { assert } from './assert.ts'

export type ZipEntry = { path: string; content: string | Uint8Array }

/**
 * A zip archive (PKWARE APPNOTE 6.3.10, without ZIP64): at most 65,534 files, 4 GiB. Paths are relative, with `/`, and UTF-8. The same
 * entries and time give the same bytes.
 */
export async function zipOf(entries: readonly ZipEntry[], timeMs: number): Promise<Uint8Array> {
  assert(entries.length < 0xffff, 'an archive has at most 65,534 files')
  const { date, time } = dosTime(timeMs)
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { path, content } of entries) {
    assertPath(path)
    const bytes = typeof content === 'string' ? Buffer.from(content) : content
    const packed = await deflate(bytes)
    const isPacked = packed.length < bytes.length
    const body = isPacked ? packed : bytes
    const name = Buffer.from(path)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(utf8Flag, 2)
    fields.writeUInt16LE(isPacked ? deflated : stored, 4)
    fields.writeUInt16LE(time, 6)
    fields.writeUInt16LE(date, 8)
    fields.writeUInt32LE(crc32(bytes), 10)
    fields.writeUInt32LE(body.length, 14)
    fields.writeUInt32LE(bytes.length, 18)
    fields.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([signature(0x04034b50), fields, name])
    bodies.push(local, Buffer.from(body.buffer, body.byteOffset, body.length))
    directory.push(centralHeader(fields, name, offset))
    offset += local.length + body.length
    assert(offset < 0xffff_ffff, 'an archive is smaller than 4 GiB')
  }
  const central = Buffer.concat(directory)
  return Buffer.concat([...bodies, central, endRecord(entries.length, central.length, offset)])
}

const deflate = promisify(deflateRaw)
/** General purpose bit 11: the name is UTF-8. */
const utf8Flag = 0x0800
const [stored, deflated] = [0, 8]

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value, 0)
  return bytes
}

/** The fields of the local header, between the version that made it and where it is. */
function centralHeader(fields: Buffer, name: Buffer, offset: number): Buffer {
  const madeBy = Buffer.from([20, 0])
  const rest = Buffer.alloc(14)
  rest.writeUInt32LE(offset, 10)
  return Buffer.concat([signature(0x02014b50), madeBy, fields, rest, name])
}

function endRecord(files: number, size: number, offset: number): Buffer {
  const record = Buffer.alloc(18)
  record.writeUInt16LE(files, 4)
  record.writeUInt16LE(files, 6)
  record.writeUInt32LE(size, 8)
  record.writeUInt32LE(offset, 12)
  return Buffer.concat([signature(0x06054b50), record])
}

/** Nothing that could be written outside of where the archive is unpacked. */
function assertPath(path: string): void {
  const parts = path.split('/')
  const isPlain = parts.every((part) => part !== '' && part !== '.' && part !== '..')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  assert(isPlain && path.length < 1_024 && !/[\\:\u0000-\u001f]/.test(path), `no path of an archive: ${path}`)
}

/** In UTC, to two seconds, from 1980 on. */
function dosTime(ms: number): { date: number; time: number } {
  const at = new Date(Math.max(ms, Date.UTC(1980, 0, 1)))
  return {
    date: ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  }
}
