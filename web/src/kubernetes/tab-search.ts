import { asFlag, asOneOf, asText } from '../shell/search.ts'

export const spans = ['15m', '30m', '1h'] as const
export type Span = (typeof spans)[number]

/** What a tab of a cluster's inside shows, as it stands in the address. */
export type TabSearch = {
  namespace?: string
  kind?: string
  text?: string
  phase?: string
  node?: string
  reason?: string
  problems?: true
  warnings?: true
  causes?: true
  /** Of changes and events; two hours when absent. */
  span?: Span
  /** A moment within the last two hours, ISO; now when absent. */
  at?: string
  /** What is open in full, `Pod/shop/cart-1`; a thing of the cluster as a whole as `Node/-/worker-1`. */
  object?: string
  part?: ObjectPart
  view?: 'network'
}

export const objectParts = ['summary', 'logs', 'events', 'changes', 'findings', 'fields'] as const
export type ObjectPart = (typeof objectParts)[number]

export function readTabSearch(raw: Record<string, unknown>): TabSearch {
  const found: TabSearch = {}
  for (const key of ['namespace', 'kind', 'text', 'phase', 'node', 'reason'] as const) {
    const text = asText(raw[key], 253)
    if (text) found[key] = text
  }
  for (const key of ['problems', 'warnings', 'causes'] as const) if (asFlag(raw[key])) found[key] = true
  const span = asOneOf(raw.span, spans)
  const at = Date.parse(asText(raw.at, 40) ?? '')
  const object = asText(raw.object, 600)
  const part = asOneOf(raw.part, objectParts)
  if (span) found.span = span
  if (!Number.isNaN(at)) found.at = new Date(at).toISOString()
  if (object && readObject(object)) found.object = object
  if (found.object && part && part !== 'summary') found.part = part
  if (asText(raw.view) === 'network') found.view = 'network'
  return found
}

export type ObjectName = { kind: string; namespace: string; name: string }

/** Kinds and names hold no slash, so that they can be taken apart again. */
export function readObject(text: string | undefined): ObjectName | undefined {
  const [, kind = '', namespace = '', name = ''] = /^([^/]+)\/([^/]+)\/(.+)$/.exec(text ?? '') ?? []
  return kind === '' ? undefined : { kind, namespace: namespace === '-' ? '' : namespace, name }
}

export const writeObject = ({ kind, namespace, name }: ObjectName): string =>
  `${kind}/${namespace || '-'}/${name}`

const spanMs: Record<Span, number> = { '15m': 900_000, '30m': 1_800_000, '1h': 3_600_000 }

export const startOf = (span: Span | undefined, now: number): string =>
  new Date(now - (span ? spanMs[span] : 2 * 3_600_000)).toISOString()
