import type { Finding } from '@aiops/contract/model/finding'
import type { HealthCheck } from '@aiops/contract/model/kubernetes'
import { isoTime } from '../../../kernel/clock.ts'
import { Redaction } from '../../../kernel/redaction.ts'
import type { Stepwise } from '../../../kernel/stepwise.ts'
import { clusterGraph } from '../graph/cluster-graph.ts'
import { type Kind, kindNames } from '../object/kind.ts'
import type { Pod } from '../object/pod.ts'
import type { ClusterView } from '../view.ts'
import { overallStatus } from './diagnostics.ts'
import { kubernetesEvent } from './event-list.ts'
import { overviewCounts } from './overview.ts'
import { platformOf } from './platform.ts'

export type SupportBundleAsk = {
  view: ClusterView
  cluster: { id: string; name: string }
  /** Version of the platform. */
  version: string
  createdMs: number
  problemStatement?: string
  checks: readonly HealthCheck[]
  findings: readonly Finding[]
  /** Only what is in it, where given. */
  namespace?: string
  /** Of all files together, before they are packed. */
  bytesMax?: number
  /** Takes addresses of people out too. */
  emails?: boolean
}
export type SupportBundle = {
  /** By path. */
  files: Map<string, string>
  bytes: number
  /** What did not fit, in words. Also in metadata.json. */
  leftOut: string[]
}

/**
 * What somebody who is asked for help needs to see of a cluster, without secrets: metadata, cluster, diagnostics, findings, events, logs,
 * topology, and the kept fields of objects. What matters most comes first; what does not fit is left out, and said. A step is one file, or
 * 64 objects of one.
 */
export function* supportBundle(ask: SupportBundleAsk): Stepwise<SupportBundle> {
  const redaction = new Redaction({ emails: ask.emails ?? false })
  const draft = new BundleDraft(redaction, (ask.bytesMax ?? defaultBytesMax) - metadataBytes)
  const { view, checks } = ask
  const place = ask.namespace || undefined
  const platform = platformOf(view)
  const unknown = kindNames.filter((kind) => !view.isKnown(kind))
  const counts = yield* overviewCounts(view)
  draft.json('cluster_info.json', { ...ask.cluster, ...platform, ...counts, unknown_kinds: unknown })
  draft.json('diagnostics.json', { status: overallStatus(checks), checks })
  yield
  yield* draft.list('findings.json', ask.findings, 0.5)
  const events = view.list('Event', place).toSorted((a, b) => b.lastMs - a.lastMs)
  yield* draft.list('events.json', events.slice(0, eventsMax).map(kubernetesEvent), 0.3)
  if (events.length > eventsMax) draft.leftOut.push(`events.json: ${events.length - eventsMax} older events`)
  yield* addLogs(draft, view, place)
  const graph = yield* clusterGraph(view, { ...(place ? { namespace: place } : {}), limit: topologyMax })
  if (graph.truncated) draft.leftOut.push(`topology: things beyond the first ${topologyMax}`)
  yield* draft.lists('topology.json', { nodes: graph.nodes, edges: graph.edges }, 0.3)
  for (const [path, kind] of manifests) {
    const objects = view.list(kind, kind === 'Node' ? undefined : place)
    yield* draft.list(`manifests/${path}.json`, objects, kind === 'Pod' ? 0.8 : 0.5)
  }
  draft.files.set('metadata.json', metadataOf(ask, draft, redaction))
  return { files: draft.files, bytes: draft.bytes, leftOut: draft.leftOut }
}

const defaultBytesMax = 32 * 2 ** 20
/** Kept free for metadata.json, which is written last. */
const metadataBytes = 128 * 1_024
const [eventsMax, topologyMax] = [5_000, 2_000]
const manifests: readonly (readonly [path: string, kind: Kind])[] = [
  ['nodes', 'Node'],
  ['services', 'Service'],
  ['networkpolicies', 'NetworkPolicy'],
  ['deployments', 'Deployment'],
  ['statefulsets', 'StatefulSet'],
  ['daemonsets', 'DaemonSet'],
  ['jobs', 'Job'],
  ['persistentvolumeclaims', 'PersistentVolumeClaim'],
  ['ingresses', 'Ingress'],
  ['pods', 'Pod'],
]

/** Of one container. The end of a log is what is kept. */
const logBytesMax = 256 * 1_024

function* addLogs(draft: BundleDraft, view: ClusterView, place: string | undefined): Stepwise<void> {
  for (const [i, pod] of view.list('Pod', place).entries()) {
    if (i % 64 === 63) yield
    for (const name of containerNames(pod)) {
      const { metadata } = pod
      const lines = view.logLines(metadata.namespace, metadata.name, name)
      if (lines.length === 0) continue
      const texts: string[] = []
      let bytes = 0
      for (const { timeMs, text } of lines.toReversed()) {
        const line = timeMs === 0 ? text : `${isoTime(timeMs)} ${text}`
        bytes += Buffer.byteLength(line) + 1
        if (bytes > logBytesMax) break
        texts.push(line)
      }
      const path = `logs/${metadata.namespace}/${metadata.name}/${name}.log`
      if (texts.length < lines.length)
        draft.leftOut.push(`${path}: ${lines.length - texts.length} older lines`)
      draft.text(path, `${texts.reverse().join('\n')}\n`, 0.5)
      yield
    }
  }
}

const containerNames = ({ spec }: Pod): string[] =>
  [...spec.initContainers, ...spec.containers, ...spec.ephemeralContainers].map(({ name }) => name)

function metadataOf(ask: SupportBundleAsk, draft: BundleDraft, redaction: Redaction): string {
  const notes = draft.leftOut.slice(0, notesMax)
  if (draft.leftOut.length > notes.length) notes.push(`and ${draft.leftOut.length - notes.length} more`)
  const problem = redaction.text((ask.problemStatement ?? '').slice(0, 4_096))
  return `${JSON.stringify(
    {
      created_at: isoTime(ask.createdMs),
      state_of: isoTime(ask.view.timeMs),
      version: ask.version,
      cluster: ask.cluster,
      namespace: ask.namespace || null,
      problem_statement: problem,
      files: draft.files.size + 1,
      left_out: notes,
      redacted: redaction.counts,
    },
    null,
    2,
  )}\n`
}
const notesMax = 500

/** Files of a bundle that is being made. Everything that goes into it goes by its redaction. */
class BundleDraft {
  readonly files = new Map<string, string>()
  readonly leftOut: string[] = []
  bytes = 0
  readonly #redaction: Redaction
  readonly #bytesMax: number
  constructor(redaction: Redaction, bytesMax: number) {
    this.#redaction = redaction
    this.#bytesMax = bytesMax
  }

  json(path: string, value: unknown): void {
    this.#put(path, `${JSON.stringify(this.#redaction.value(value), null, 2)}\n`, 1)
  }

  /** `share`: of what is left, at most so much. */
  text(path: string, text: string, share: number): void {
    this.#put(path, this.#redaction.text(text), share)
  }

  *list(path: string, items: readonly unknown[], share: number): Stepwise<void> {
    this.#put(path, `${yield* this.#rows(path, items, this.#left * share)}\n`, 1)
  }

  /** Several lists of one object, `share` for each. */
  *lists(path: string, lists: Readonly<Record<string, readonly unknown[]>>, share: number): Stepwise<void> {
    const room = this.#left * share
    const parts: string[] = []
    for (const [name, items] of Object.entries(lists))
      parts.push(`"${name}": ${yield* this.#rows(`${path}, ${name}`, items, room)}`)
    this.#put(path, `{${parts.join(',\n')}}\n`, 1)
  }

  *#rows(path: string, items: readonly unknown[], room: number): Stepwise<string> {
    const rows: string[] = []
    let bytes = 4
    for (const [i, item] of items.entries()) {
      if (i % 64 === 63) yield
      const row = JSON.stringify(this.#redaction.value(item))
      bytes += Buffer.byteLength(row) + 2
      if (bytes > room) {
        this.leftOut.push(`${path}: ${items.length - i} of ${items.length}`)
        break
      }
      rows.push(row)
    }
    return rows.length === 0 ? '[]' : `[\n${rows.join(',\n')}\n]`
  }

  get #left(): number {
    return Math.max(this.#bytesMax - this.bytes, 0)
  }

  /** Names within a path are those of objects, and a cluster may lie about them. */
  #put(path: string, text: string, share: number): void {
    const safe = path
      .split('/')
      .map((part) =>
        part
          .replace(/[^\w.-]/g, '_')
          .replace(/^\.+/, '_')
          .slice(0, 260),
      )
      .join('/')
    const bytes = Buffer.byteLength(text)
    if (bytes > this.#left * share || this.files.size >= filesMax || this.files.has(safe)) {
      this.leftOut.push(safe)
      return
    }
    this.bytes += bytes
    this.files.set(safe, text)
  }
}
const filesMax = 20_000
