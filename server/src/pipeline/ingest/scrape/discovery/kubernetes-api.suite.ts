import { Fault } from '../../../../kernel/fault.ts'
import type { HttpRequest, HttpResponse, HttpStream } from '../../../../port/http-client.ts'

type Kept = {
  metadata: { name: string; namespace?: string; resourceVersion?: string; [key: string]: unknown }
}
type Told = { version: number; plural: string; type: string; object: unknown }
type Watcher = { push(event: object): void; end(error?: Error): void; plural: string; namespace: string }

/**
 * An API server as far as list and watch go: versions, pages, a history that is compacted, a cache that may be behind, watches that end,
 * break and are told bookmarks (https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
 */
export class FakeApi {
  readonly objects = new Map<string, Map<string, Kept>>()
  readonly asked: HttpRequest[] = []
  version = 100
  /** What the next requests are answered with instead. */
  readonly refusals: number[] = []
  /** 410 as an event of the watch, rather than as its status. */
  tellsExpiry = true
  /** Lists that allow the cache (resourceVersion=0) show how everything was then. */
  cached: { version: number; objects: Map<string, Map<string, Kept>> } | undefined
  readonly #history: Told[] = []
  #compacted = 0
  readonly #watchers = new Set<Watcher>()

  get watching(): number {
    return this.#watchers.size
  }

  put(plural: string, object: Kept): void {
    const kept = this.#of(plural)
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name}`
    const type = kept.has(key) ? 'MODIFIED' : 'ADDED'
    this.version += 1
    const versioned = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } }
    kept.set(key, versioned)
    this.#tell({ version: this.version, plural, type, object: versioned })
  }

  delete(plural: string, key: string): void {
    const object = this.#of(plural).get(key)
    if (!object) return
    this.#of(plural).delete(key)
    this.version += 1
    const last = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } }
    this.#tell({ version: this.version, plural, type: 'DELETED', object: last })
  }

  bookmark(): void {
    for (const watcher of this.#watchers)
      watcher.push({
        type: 'BOOKMARK',
        object: { kind: 'Pod', metadata: { resourceVersion: String(this.version) } },
      })
  }

  /** Forgets what changed before now. */
  compact(): void {
    this.#compacted = this.version
    this.#history.splice(0)
  }

  lag(): void {
    this.cached = {
      version: this.version,
      objects: new Map([...this.objects].map(([plural, kept]) => [plural, new Map(kept)])),
    }
  }

  /** Ends all watches, as a server does when their time is over, or breaks them. */
  cut(broken = false): void {
    for (const watcher of this.#watchers)
      watcher.end(broken ? new Fault('UPSTREAM_FAILED', 'The connection broke.') : undefined)
  }

  readonly send = async (request: HttpRequest): Promise<HttpResponse> => {
    this.asked.push(request)
    const refused = this.refusals.shift()
    if (refused !== undefined) return { status: refused, headers: {}, body: Buffer.from('{}') }
    const { plural, namespace, query } = placeOf(request.url)
    const cached = query.get('resourceVersion') === '0' ? this.cached : undefined
    const kept = (cached?.objects ?? this.objects).get(plural) ?? new Map<string, Kept>()
    const all = [...kept.values()].filter(({ metadata }) => fits(metadata, namespace, query))
    const from = Number(query.get('continue') ?? 0)
    const limit = Math.min(Number(query.get('limit')), 3)
    const more = from + limit < all.length ? { continue: String(from + limit) } : {}
    const metadata = { resourceVersion: String(cached?.version ?? this.version), ...more }
    const items = all.slice(from, from + limit)
    return { status: 200, headers: {}, body: Buffer.from(JSON.stringify({ metadata, items })) }
  }

  readonly stream = async (request: HttpRequest): Promise<HttpStream> => {
    this.asked.push(request)
    const { plural, namespace, query } = placeOf(request.url)
    const from = Number(query.get('resourceVersion'))
    const isOld = from < this.#compacted
    const refused = this.refusals.shift() ?? (isOld && !this.tellsExpiry ? 410 : undefined)
    if (refused !== undefined) return { status: refused, headers: {}, body: linesOf(['{}']) }
    if (isOld) {
      const status = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version' }
      return { status: 200, headers: {}, body: linesOf([JSON.stringify({ type: 'ERROR', object: status })]) }
    }
    const missed = this.#history.filter((one) => one.version > from && one.plural === plural)
    return { status: 200, headers: {}, body: this.#watch(plural, namespace, missed, request.signal) }
  }

  #of(plural: string): Map<string, Kept> {
    const kept = this.objects.get(plural) ?? new Map<string, Kept>()
    this.objects.set(plural, kept)
    return kept
  }

  #tell(told: Told): void {
    this.#history.push(told)
    for (const watcher of this.#watchers)
      if (watcher.plural === told.plural) watcher.push({ type: told.type, object: told.object })
  }

  #watch(plural: string, namespace: string, missed: readonly Told[], signal: AbortSignal | undefined) {
    const waiting: object[] = missed.map(({ type, object }) => ({ type, object }))
    let wake = (): void => undefined
    let ended: { error: Error | undefined } | undefined
    const watcher: Watcher = {
      ...{ plural, namespace },
      push(event) {
        waiting.push(event)
        wake()
      },
      end(error) {
        ended = { error }
        wake()
      },
    }
    this.#watchers.add(watcher)
    if (signal?.aborted) watcher.end()
    signal?.addEventListener('abort', () => watcher.end())
    const watchers = this.#watchers
    return (async function* () {
      try {
        for (;;) {
          for (let event = waiting.shift(); event; event = waiting.shift()) {
            const { metadata } = (event as { object: Kept }).object
            if (namespace !== '' && metadata.namespace !== undefined && metadata.namespace !== namespace)
              continue
            const line = Buffer.from(`${JSON.stringify(event)}\n`)
            // In two parts, as a network cuts where it likes.
            yield line.subarray(0, line.length >> 1)
            yield line.subarray(line.length >> 1)
          }
          if (ended) {
            if (ended.error) throw ended.error
            return
          }
          await new Promise<void>((resolve) => {
            wake = resolve
          })
        }
      } finally {
        watchers.delete(watcher)
      }
    })()
  }
}

function placeOf(address: string): { plural: string; namespace: string; query: URLSearchParams } {
  const url = new URL(address)
  const parts = url.pathname.split('/')
  const namespace = parts.at(-3) === 'namespaces' ? (parts.at(-2) ?? '') : ''
  return { plural: parts.at(-1) ?? '', namespace, query: url.searchParams }
}

function fits(metadata: Kept['metadata'], namespace: string, query: URLSearchParams): boolean {
  const name = query.get('fieldSelector')?.replace('metadata.name=', '')
  return (
    (namespace === '' || metadata.namespace === namespace) && (name === undefined || metadata.name === name)
  )
}

async function* linesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`)
}
