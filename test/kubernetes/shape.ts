import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { asNewEvent } from './event-form.ts'
import { apiVersionOf, type Served } from './resource.ts'
import { Refusal } from './status.ts'
import type { Entry } from './store.ts'
import { type TableOptions, tableOf } from './table.ts'

/** The form that a client asked for its answer in. */
export type Shape =
  | { form: 'object' }
  | { form: 'metadata'; isList: boolean }
  | ({ form: 'table' } & TableOptions)
export type ListMeta = {
  resourceVersion: string
  continue?: string | undefined
  remainingItemCount?: number | undefined
}

/** By Accept, in its order; protobuf and CBOR are passed over, as a client that names them names JSON too. */
export function shapeOf(accept: string | undefined, query: URLSearchParams): Shape {
  const offers = (accept || '*/*').split(',').map((offer) => offer.trim())
  for (const offer of offers) {
    const [media = '', ...parameters] = offer.split(';').map((part) => part.trim())
    if (!['application/json', 'application/*', '*/*'].includes(media)) continue
    const as = parameters.find((part) => part.startsWith('as='))?.slice(3)
    if (as === undefined) return { form: 'object' }
    if (as === 'PartialObjectMetadata') return { form: 'metadata', isList: false }
    if (as === 'PartialObjectMetadataList') return { form: 'metadata', isList: true }
    if (as === 'Table') {
      const include = query.get('includeObject') ?? 'Metadata'
      return { form: 'table', includeObject: include as TableOptions['includeObject'], withColumns: true }
    }
  }
  throw new Refusal(406, 'NotAcceptable', 'only application/json is accepted here')
}

/** The text of an object's fields without the first brace, made once. */
const texts = new WeakMap<RawObject, string>()
function fieldsText(object: RawObject): string {
  let text = texts.get(object)
  if (text === undefined) {
    text = JSON.stringify(object).slice(1)
    texts.set(object, text)
  }
  return text
}
const typeText = (kind: string, apiVersion: string) =>
  `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`

const formOf = (type: Served, object: RawObject): RawObject =>
  type.group === 'events.k8s.io' ? asNewEvent(object) : object

export function objectText(type: Served, entry: Entry, shape: Shape, now: number): string {
  const object = formOf(type, entry.object)
  if (shape.form === 'table') return JSON.stringify(tableOf(type, [{ ...entry, object }], {}, shape, now))
  if (shape.form === 'metadata') {
    return `${typeText('PartialObjectMetadata', 'meta.k8s.io/v1')}"metadata":${JSON.stringify(object.metadata)}}`
  }
  return `${typeText(type.kind, apiVersionOf(type))}${fieldsText(object)}`
}

export function listText(
  type: Served,
  entries: readonly Entry[],
  meta: ListMeta,
  shape: Shape,
  now: number,
): string {
  const formed =
    type.group === 'events.k8s.io'
      ? entries.map((entry) => ({ ...entry, object: asNewEvent(entry.object) }))
      : entries
  if (shape.form === 'table') return JSON.stringify(tableOf(type, formed, meta, shape, now))
  const head = (kind: string, version: string) =>
    `${typeText(kind, version)}"metadata":${JSON.stringify(meta)},"items":`
  if (shape.form === 'metadata') {
    const items = formed.map(({ object }) => ({
      kind: 'PartialObjectMetadata',
      apiVersion: 'meta.k8s.io/v1',
      metadata: object.metadata,
    }))
    return `${head('PartialObjectMetadataList', 'meta.k8s.io/v1')}${JSON.stringify(items)}}`
  }
  // Within a list of a built-in kind, objects do not name it.
  const start = type.isCustom ? typeText(type.kind, apiVersionOf(type)) : '{'
  return `${head(`${type.kind}List`, apiVersionOf(type))}[${formed.map(({ object }) => start + fieldsText(object)).join(',')}]}`
}

/** A bookmark is an object of the kind with nothing in it but a version. */
export function bookmarkText(
  type: Served,
  version: number,
  shape: Shape,
  isInitialEnd: boolean,
  now: number,
): string {
  const metadata = {
    resourceVersion: String(version),
    creationTimestamp: null,
    ...(isInitialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
  }
  if (shape.form === 'table') {
    const entry = { namespace: '', name: '', object: { metadata } }
    const table = tableOf(type, [entry], { resourceVersion: String(version) }, shape, now)
    return JSON.stringify(table)
  }
  return JSON.stringify(
    shape.form === 'metadata'
      ? { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
      : { kind: type.kind, apiVersion: apiVersionOf(type), metadata },
  )
}
