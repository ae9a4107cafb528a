import { type FileHandle, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import type { RelayEntry, RelayLog, RelayLoss, RelayPosition } from '../../port/relay-log.ts'
import { durableFiles } from './durable-files.ts'
import { LossFile, noLoss } from './loss-file.ts'
import { PositionSlots } from './position-slots.ts'
import { decodePayload, encodeRecord, headBytes, headOf } from './record.ts'
import { listSegments, pathOf, type Segment, wholeLength, withRecords } from './segment.ts'

export type SegmentLogOptions = {
  folder: string
  /** On disk, in all. */
  bytesMax: number
  /** What happens to a request for which there is no room. */
  whenFull: 'refuse' | 'drop_oldest'
  /** Of one entry. */
  entryBytesMax: number
  /** For a log that is new. */
  newId(): string
}
type Waiting = { record: Buffer; resolve(): void; reject(fault: Fault): void }

const segmentBytesMax = 16 * 1_048_576
/** Written and fsynced at once, and what may wait for that. */
const batchBytes = 4 * 1_048_576
const waitingBytesMax = 32 * 1_048_576
const retryAfterSeconds = 30

/**
 * Files named after the position at which each begins; a position is a byte of all that was ever appended. Whole files go once all in
 * them is released, or for room. A tail that was torn is cut off when the log is opened.
 */
export async function openSegmentLog(options: SegmentLogOptions): Promise<RelayLog> {
  const log = new SegmentLog(options)
  await log.open()
  return log
}

class SegmentLog implements RelayLog {
  id = ''
  readonly #options: SegmentLogOptions
  readonly #segmentBytes: number
  /** Oldest first; the last is written. */
  #segments: Segment[] = []
  #writer: FileHandle | undefined
  #reader: { start: number; file: FileHandle } | undefined
  #slots: PositionSlots | undefined
  /** First byte that is not released. */
  #position = 0
  /** End of the entry that the reader has. */
  #given = -1
  /** One that was counted as dropped while the reader had it: it may have gone all the same. */
  #doubtful: { position: number; bytes: number } | undefined
  #waiting: Waiting[] = []
  #waitingBytes = 0
  #writing: Promise<void> | undefined
  /** The writer's file may hold more than is counted: it is cut before the next write. */
  #torn = false
  #losses: LossFile | undefined

  constructor(options: SegmentLogOptions) {
    this.#options = options
    this.#segmentBytes = Math.min(segmentBytesMax, Math.max(65_536, Math.floor(options.bytesMax / 16)))
  }

  async open(): Promise<void> {
    const { folder } = this.#options
    await durableFiles.makeFolder(folder)
    const { slots, position } = await PositionSlots.open(join(folder, 'position'))
    this.#slots = slots
    this.id = await idIn(folder, this.#options.newId)
    this.#losses = await LossFile.open(join(folder, 'losses.json'))
    this.#segments = await listSegments(folder)
    const last = this.#segments.at(-1)
    if (last) {
      this.#writer = await open(pathOf(folder, last.start), 'r+')
      last.bytes = await wholeLength(this.#writer, last.bytes, this.#options.entryBytesMax)
      await this.#writer.truncate(last.bytes)
    }
    this.#position = Math.min(Math.max(position, this.#segments[0]?.start ?? position), this.#end)
    // Nothing is there any more of what the position is about, so that nothing may be taken for released.
    if (!last) this.#position = position
    await this.#removeReleased()
  }

  append(entry: RelayEntry): Promise<void> {
    const record = encodeRecord(entry)
    const { bytesMax, whenFull, entryBytesMax } = this.#options
    if (record.length > Math.min(entryBytesMax, bytesMax))
      return Promise.reject(new Fault('BODY_TOO_LARGE', 'The request is larger than may be kept here.'))
    const room = bytesMax - this.#diskBytes - this.#waitingBytes
    if (whenFull === 'refuse' && record.length > room)
      return Promise.reject(
        new Fault(
          'QUEUE_FULL',
          `What waits to be sent on takes ${this.#diskBytes} bytes of ${bytesMax}; send it again later.`,
          { retryAfterSeconds },
        ),
      )
    if (this.#waitingBytes + record.length > waitingBytesMax)
      return Promise.reject(new Fault('QUEUE_FULL', 'The disk is slower than what comes in.'))
    this.#waitingBytes += record.length
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, resolve, reject })
      this.#writing ??= this.#write()
    })
  }

  next(): ReturnType<RelayLog['next']> {
    return this.#onDisk(() => this.#next())
  }

  async #next(): ReturnType<RelayLog['next']> {
    for (;;) {
      const at = this.#position
      const segment = this.#segments.findLast(({ start }) => start <= at)
      if (!segment || at >= this.#end) return undefined
      if (at >= segment.start + segment.bytes) {
        // Behind a released file that a power failure brought back, or one that was cut short, the next begins further on.
        await this.#moveTo(this.#segments.find(({ start }) => start > at)?.start ?? this.#end)
        continue
      }
      const found = await this.#read(segment, at)
      // Dropped while it was read: what comes next is looked for anew.
      if (at !== this.#position) continue
      if (found) {
        this.#given = found.position
        return found
      }
      // Without its length nothing behind it can be found: the rest of this file is lost.
      const restBytes = segment.start + segment.bytes - at
      await this.#losses?.add('damaged', { ...noLoss, requests: 1, bytes: restBytes })
      await this.#moveTo(segment.start + segment.bytes)
      if (segment === this.#segments.at(-1)) await this.#roll()
    }
  }

  async release(position: RelayPosition): Promise<void> {
    if (position > this.#position) return this.#onDisk(() => this.#moveTo(position))
    if (position !== this.#doubtful?.position) return
    const { bytes } = this.#doubtful
    this.#doubtful = undefined
    await this.#onDisk(async () => this.#losses?.add('dropped', { ...noLoss, requests: -1, bytes: -bytes }))
  }

  usage() {
    return { waitingBytes: this.#end - this.#position, diskBytes: this.#diskBytes }
  }
  dropped = (): RelayLoss => this.#losses?.of('dropped') ?? noLoss
  damaged = (): RelayLoss => this.#losses?.of('damaged') ?? noLoss

  async close(): Promise<void> {
    await this.#writing
    await this.#writer?.close()
    await this.#reader?.file.close()
    await this.#slots?.close()
  }

  get #end(): number {
    const last = this.#segments.at(-1)
    return last ? last.start + last.bytes : this.#position
  }
  get #diskBytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  async #onDisk<T>(task: () => Promise<T>): Promise<T> {
    try {
      return await task()
    } catch (cause) {
      throw storageFault(cause)
    }
  }

  async #moveTo(position: number): Promise<void> {
    this.#position = Math.max(this.#position, position)
    await this.#slots?.write(this.#position)
    await this.#removeReleased()
  }

  async #removeReleased(): Promise<void> {
    while (this.#segments.length > 1 && (this.#segments[1]?.start ?? 0) <= this.#position)
      await this.#removeOldest()
  }

  async #removeOldest(): Promise<void> {
    const oldest = this.#segments.shift()
    if (!oldest) return
    const reader = this.#reader
    if (reader?.start === oldest.start) {
      this.#reader = undefined
      await reader.file.close()
    }
    await unlink(pathOf(this.#options.folder, oldest.start))
  }

  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      let bytes = 0
      let count = 0
      while (count < this.#waiting.length && (count === 0 || bytes < batchBytes)) {
        bytes += this.#waiting[count]?.record.length ?? 0
        count += 1
      }
      const batch = this.#waiting.splice(0, count)
      try {
        await this.#store(Buffer.concat(batch.map(({ record }) => record)))
        this.#waitingBytes -= bytes
        for (const { resolve } of batch) resolve()
      } catch (cause) {
        this.#torn = true
        this.#waitingBytes -= bytes
        const fault = storageFault(cause)
        for (const { reject } of batch) reject(fault)
      }
    }
    // At once, not a turn later: who appends next must find nobody writing.
    this.#writing = undefined
  }

  async #store(bytes: Buffer): Promise<void> {
    const { bytesMax, whenFull } = this.#options
    const last = this.#segments.at(-1)
    if (!last || !this.#writer || last.bytes >= this.#segmentBytes) await this.#roll()
    if (whenFull === 'drop_oldest')
      while (this.#diskBytes + bytes.length > bytesMax && this.#segments.length > 1) await this.#dropOldest()
    const segment = this.#segments.at(-1)
    const writer = this.#writer
    if (!segment || !writer) throw new Error('there is no file to write')
    if (this.#torn) await writer.truncate(segment.bytes)
    this.#torn = false
    let written = 0
    while (written < bytes.length)
      written += (await writer.write(bytes, written, bytes.length - written, segment.bytes + written))
        .bytesWritten
    await writer.datasync()
    segment.bytes += bytes.length
  }

  /** A new file; its name is on disk before anything in it is acknowledged. */
  async #roll(): Promise<void> {
    const last = this.#segments.at(-1)
    if (last?.bytes === 0) return
    if (this.#torn && last && this.#writer) await this.#writer.truncate(last.bytes)
    const start = this.#end
    const file = await open(pathOf(this.#options.folder, start), 'w+', 0o600)
    await durableFiles.syncFolder(this.#options.folder)
    await this.#writer?.close()
    this.#writer = file
    this.#torn = false
    this.#segments.push({ start, bytes: 0 })
    await this.#removeReleased()
  }

  async #dropOldest(): Promise<void> {
    const [oldest] = this.#segments
    if (!oldest) return
    const { folder, entryBytesMax } = this.#options
    const from = this.#position
    const end = oldest.start + oldest.bytes
    // First of all, so that none is read and released while it is counted as dropped.
    this.#position = Math.max(from, end)
    if (this.#given > from && this.#given <= end)
      this.#doubtful = { position: this.#given, bytes: this.#given - from }
    const loss = { ...noLoss, bytes: Math.max(0, end - Math.max(from, oldest.start)) }
    try {
      if (loss.bytes > 0)
        await withRecords(pathOf(folder, oldest.start), oldest.bytes, entryBytesMax, (at, { receivedMs }) => {
          if (oldest.start + at < from) return
          loss.requests += 1
          loss.fromMs ??= receivedMs
          loss.toMs = receivedMs
        })
    } finally {
      if (loss.bytes > 0) await this.#losses?.add('dropped', loss)
    }
    await this.#moveTo(end)
    if (this.#segments[0] === oldest) await this.#removeOldest()
  }

  /** Undefined for what is damaged, or was dropped while it was read. */
  async #read(segment: Segment, at: number): ReturnType<RelayLog['next']> {
    const within = at - segment.start
    const head = Buffer.allocUnsafe(headBytes)
    try {
      const file = await this.#readerOf(segment)
      if ((await file.read(head, 0, headBytes, within)).bytesRead < headBytes) return undefined
      const { length, checksum } = headOf(head)
      if (length > this.#options.entryBytesMax || within + headBytes + length > segment.bytes)
        return undefined
      const payload = Buffer.allocUnsafe(length)
      if ((await file.read(payload, 0, length, within + headBytes)).bytesRead < length) return undefined
      const entry = decodePayload(payload, checksum)
      return entry && { position: at + headBytes + length, entry }
    } catch (error) {
      // The file was closed for room.
      if (at !== this.#position) return undefined
      throw error
    }
  }

  async #readerOf({ start }: Segment): Promise<FileHandle> {
    if (this.#reader?.start === start) return this.#reader.file
    const before = this.#reader
    this.#reader = undefined
    await before?.file.close()
    const file = await open(pathOf(this.#options.folder, start), 'r')
    this.#reader = { start, file }
    return file
  }
}

const storageFault = (cause: unknown): Fault =>
  new Fault(
    'STORAGE_UNAVAILABLE',
    `The disk does not do what it should (${(cause as { code?: string }).code ?? 'unknown error'}).`,
    { cause },
  )

async function idIn(folder: string, newId: () => string): Promise<string> {
  const path = join(folder, 'id')
  const known = await readFile(path, 'utf8').catch(() => '')
  if (known !== '') return known
  const made = newId()
  await durableFiles.replace(path, made)
  return made
}
