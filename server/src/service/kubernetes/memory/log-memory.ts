import type { LogLine } from '../view.ts'
import type { MemoryConfig } from './config.ts'
import { Fifo } from './fifo.ts'
import type { Ledger, Ledgers } from './ledger.ts'
import { blockBytes, type LogBlock, OpenLogBlock, readBlock } from './log-block.ts'

export type ContainerRef = { namespace: string; pod: string; container: string; previous: boolean }
export type LogTail = {
  /** Of the pod, by container: each in order of time. */
  lines: (LogLine & { container: string })[]
  /** Older ones are remembered. */
  truncated: boolean
}

type LogConfig = Pick<MemoryConfig, 'log_block_bytes' | 'log_line_bytes_max' | 'log_containers_max'>
/** Log lines of one container, oldest first. */
type Stream = {
  readonly about: ContainerRef
  readonly blocks: Fifo<LogBlock>
  open: OpenLogBlock
  bytes: number
  lastMs: number
  /** Texts of the newest moment: a follow that was broken off goes on with what was said then. */
  readonly latest: Set<string>
}

/** Log lines of containers, compressed, the oldest forgotten first. Reading a block of 128 KiB takes about a millisecond and a half. */
export class LogMemory {
  readonly #streams = new Map<string, Stream>()
  /** By namespace, and by pod. */
  readonly #byNamespace = new Map<string, Set<Stream>>()
  readonly #byPod = new Map<string, Set<Stream>>()
  readonly #ledgers: Ledgers
  readonly #config: LogConfig
  lines = 0

  constructor(ledgers: Ledgers, config: LogConfig) {
    this.#ledgers = ledgers
    this.#config = config
  }

  /** Answers how many were kept; a line known already, or older than what is sealed, is not. */
  add(about: ContainerRef, lines: readonly LogLine[], nowMs: number): number {
    const stream = this.#streamOf(about)
    if (!stream) return 0
    const [before, known] = [stream.open.bytes, this.lines]
    let bytes = 0
    for (const { timeMs, text } of lines) {
      const line =
        text.length > this.#config.log_line_bytes_max ? cutText(text, this.#config.log_line_bytes_max) : text
      const hasTime = timeMs > 0 && timeMs < nowMs + aheadMsMax
      if (hasTime && (timeMs < stream.lastMs || (timeMs === stream.lastMs && stream.latest.has(line))))
        continue
      const at = hasTime ? timeMs : Math.max(nowMs, stream.lastMs)
      stream.open.add(hasTime ? at : -at, line)
      if (at > stream.lastMs) stream.latest.clear()
      if (hasTime && stream.latest.size < latestMax) stream.latest.add(line)
      stream.lastMs = at
      this.lines++
      if (stream.open.length >= this.#config.log_block_bytes) bytes += this.#seal(stream)
    }
    this.#count(stream, bytes + stream.open.bytes - before)
    return this.lines - known
  }

  /** The newest lines of a container, oldest first. */
  tail(about: ContainerRef, max: number, sinceMs = 0, untilMs = Number.POSITIVE_INFINITY): LogLine[] {
    const stream = this.#streams.get(keyOf(about))
    return stream ? tailOf(stream, max, sinceMs, untilMs) : []
  }

  /** The newest lines of a pod's containers, or of one of them, in order of time. */
  podTail(
    ask: { namespace: string; pod: string; container?: string; previous: boolean },
    max: number,
    sinceMs = 0,
    untilMs = Number.POSITIVE_INFINITY,
  ): LogTail {
    const found: (LogLine & { container: string })[] = []
    let truncated = false
    for (const stream of this.#byPod.get(podKey(ask)) ?? []) {
      const { about } = stream
      if (about.previous !== ask.previous || (ask.container && ask.container !== about.container)) continue
      const lines = tailOf(stream, max + 1, sinceMs, untilMs)
      if (lines.length > max) truncated = true
      for (const line of lines) found.push({ ...line, container: about.container })
    }
    // Stable, and lines without a time stay behind those they came after.
    let last = 0
    const keyed = found.map((line) => {
      last = line.timeMs || last
      return { line, at: last }
    })
    const sorted = keyed.sort((a, b) => a.at - b.at).map(({ line }) => line)
    return { lines: sorted.slice(-max), truncated: truncated || sorted.length > max }
  }

  /** Whether lines of this pod, or container of it, are remembered. */
  has(ask: { namespace: string; pod: string; container?: string; previous: boolean }): boolean {
    for (const { about } of this.#byPod.get(podKey(ask)) ?? []) {
      if (about.previous === ask.previous && (!ask.container || ask.container === about.container))
        return true
    }
    return false
  }

  /** Forgets lines of before, by whole blocks. Answers how many blocks. */
  expire(namespace: string, beforeMs: number): number {
    let blocks = 0
    for (const stream of this.#byNamespace.get(namespace) ?? []) {
      for (let first = stream.blocks.first; first && first.lastMs <= beforeMs; first = stream.blocks.first) {
        this.#drop(stream)
        blocks++
      }
      if (stream.blocks.length === 0 && stream.lastMs <= beforeMs) this.#forget(stream)
    }
    return blocks
  }

  /** Forgets the oldest block of the container that takes most, for room, until so many bytes are free. Answers how many blocks. */
  evict(ledger: Ledger, bytes: number): number {
    const target = ledger.logBytes - bytes
    let blocks = 0
    while (ledger.logBytes > target) {
      let [largest, next]: [Stream | undefined, number] = [undefined, 0]
      for (const stream of this.#byNamespace.get(ledger.namespace) ?? []) {
        if (!largest || stream.bytes > largest.bytes) {
          next = largest?.bytes ?? 0
          largest = stream
        } else if (stream.bytes > next) next = stream.bytes
      }
      if (!largest) break
      do {
        if (largest.blocks.length > 0) this.#drop(largest)
        else this.#forget(largest)
        blocks++
      } while (ledger.logBytes > target && largest.bytes > next && largest.blocks.length > 0)
    }
    return blocks
  }

  #streamOf(about: ContainerRef): Stream | undefined {
    const key = keyOf(about)
    const known = this.#streams.get(key)
    if (known || this.#streams.size >= this.#config.log_containers_max) return known
    const stream: Stream = {
      ...{ about: { ...about }, blocks: new Fifo(), open: new OpenLogBlock(), bytes: 0, lastMs: 0 },
      latest: new Set(),
    }
    this.#streams.set(key, stream)
    setOf(this.#byNamespace, about.namespace).add(stream)
    setOf(this.#byPod, podKey(about)).add(stream)
    this.#count(stream, stream.open.bytes + streamBytes)
    return stream
  }

  #seal(stream: Stream): number {
    const block = stream.open.seal()
    stream.blocks.push(block)
    return block.packed.length + blockBytes
  }

  #drop(stream: Stream): void {
    const block = stream.blocks.shift()
    if (!block) return
    this.lines -= block.lines
    this.#count(stream, -block.packed.length - blockBytes)
  }

  #forget(stream: Stream): void {
    while (stream.blocks.length > 0) this.#drop(stream)
    this.lines -= stream.open.lines
    this.#count(stream, -stream.bytes)
    this.#streams.delete(keyOf(stream.about))
    removeFrom(this.#byNamespace, stream.about.namespace, stream)
    removeFrom(this.#byPod, podKey(stream.about), stream)
  }

  #count(stream: Stream, bytes: number): void {
    stream.bytes += bytes
    this.#ledgers.of(stream.about.namespace).logBytes += bytes
  }
}

/** Of a stream without lines: its names and places in tables, and a line of the newest moment. */
const streamBytes = 800
/** A time farther in the future is none. */
const aheadMsMax = 600_000
/** Lines of one moment that are known again. */
const latestMax = 256
const keyOf = ({ namespace, pod, container, previous }: ContainerRef): string =>
  `${namespace}/${pod}/${container}${previous ? '/' : ''}`
const podKey = ({ namespace, pod }: { namespace: string; pod: string }): string => `${namespace}/${pod}`

function tailOf(
  stream: Pick<Stream, 'blocks' | 'open'>,
  max: number,
  sinceMs: number,
  untilMs: number,
): LogLine[] {
  const parts: LogLine[][] = []
  let [missing, last] = [max, 0]
  const take = (lines: readonly LogLine[]): void => {
    const wanted = lines.filter(({ timeMs }) => {
      last = timeMs || last
      return (timeMs === 0 && sinceMs === 0) || (timeMs >= sinceMs && timeMs <= untilMs)
    })
    parts.push(missing < wanted.length ? wanted.slice(wanted.length - missing) : wanted)
    missing -= parts.at(-1)!.length
  }
  take(stream.open.read())
  for (let i = stream.blocks.length - 1; i >= 0 && missing > 0; i--) {
    const block = stream.blocks.at(i)!
    if (block.lastMs < sinceMs) break
    if (block.firstMs <= untilMs) take(readBlock(block))
  }
  return parts.reverse().flat()
}

function cutText(text: string, max: number): string {
  const code = text.charCodeAt(max - 2)
  return `${text.slice(0, code >= 0xd800 && code <= 0xdbff ? max - 2 : max - 1)}…`
}

function setOf<T>(sets: Map<string, Set<T>>, key: string): Set<T> {
  const known = sets.get(key)
  if (known) return known
  const set = new Set<T>()
  sets.set(key, set)
  return set
}

function removeFrom<T>(sets: Map<string, Set<T>>, key: string, item: T): void {
  const set = sets.get(key)
  set?.delete(item)
  if (set?.size === 0) sets.delete(key)
}
