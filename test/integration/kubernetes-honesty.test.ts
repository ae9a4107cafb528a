import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { type ApiServer, createApiServer, type Listening } from '../kubernetes/index.ts'
import {
  exchange,
  type Machinery,
  machineryPrograms,
  startMachinery,
  widget,
} from './kubernetes-machinery.ts'
import { integration } from './real-server.ts'

const path = `/apis/${widget.group}/${widget.version}/namespaces/default/${widget.plural}`
const merge = 'application/merge-patch+json'
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const partial = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'

type Side = {
  /** `headers` beside `content-type: application/json`. */
  ask(
    method: string,
    path: string,
    body?: RawObject | string,
    headers?: Record<string, string>,
  ): Promise<Said>
  compact(): Promise<void> | void
}
type Said = { status: number; bodies: RawObject[] }
type Step = [claim: string, take: (side: Side, memory: Record<string, string>) => Promise<unknown>]

const made = (name: string, more: RawObject = {}, spec: RawObject = { n: 1 }): RawObject => ({
  apiVersion: 'example.test/v1',
  kind: 'Widget',
  metadata: { name, ...more },
  spec,
})
const metaOf = (object: unknown) => ((object as RawObject | undefined)?.metadata ?? {}) as RawObject
const versionOf = (said: Said): string => String(metaOf(said.bodies[0]).resourceVersion)

/** The real server answers a path that it does not serve by plain text. */
const read = (text: string): RawObject => (/^\{/.test(text) ? JSON.parse(text) : { kind: 'text', text })
/** When bookmarks come, but for the one after the first list, is for each server to say. */
const isBookmark = (body: RawObject) => body.type === 'BOOKMARK' && !metaOf(body.object).annotations

/** What must be the same in both: not names of versions, ids, times and sentences. */
function gist({ status, bodies }: Said): unknown {
  return { status, bodies: bodies.filter((body) => !isBookmark(body)).map(gistOf) }
}
function gistOf(body: RawObject): unknown {
  const meta = metaOf(body)
  const object = body.object as RawObject | undefined
  if (typeof body.type === 'string' && object) return { event: body.type, object: gistOf(object) }
  if (body.kind === 'Status') {
    const { status, reason, code, details } = body as { details?: RawObject } & RawObject
    return { kind: 'Status', status, reason, code, of: details?.kind, isContinued: Boolean(meta.continue) }
  }
  if (body.kind === 'Table') {
    const { columnDefinitions, rows } = body as Record<string, RawObject[]>
    return {
      columns: columnDefinitions?.map(({ name, type }) => [name, type]),
      rows: rows?.map(({ cells, object: of }) => [(cells as unknown[])[0], (of as RawObject).kind]),
    }
  }
  const items = body.items as RawObject[] | undefined
  return {
    kind: body.kind,
    apiVersion: body.apiVersion,
    name: meta.name,
    generation: meta.generation,
    isDeleting: Boolean(meta.deletionTimestamp),
    isContinued: Boolean(meta.continue),
    remaining: meta.remainingItemCount,
    isInitialEnd: (meta.annotations as RawObject | undefined)?.['k8s.io/initial-events-end'],
    spec: body.spec,
    text: body.text,
    items: items?.map((item) => gistOf(item)),
  }
}

const single = partial.replace('List', '')
const one =
  (method: string, where: string, body?: RawObject | string, headers?: Record<string, string>): Step[1] =>
  async (side) =>
    gist(await side.ask(method, where, body, headers))
const watch = (query: string) => `${path}?watch=true&timeoutSeconds=1&${query}`

const steps: Step[] = [
  ['an empty list', one('GET', path)],
  ['create', one('POST', path, made('a', { labels: { app: 'x' } }))],
  ['create a second time', one('POST', path, made('a'))],
  ['create under a bad name', one('POST', path, made('Not_Good'))],
  ['create without a name', one('POST', path, { ...made('x'), metadata: {} })],
  ['create in another namespace than the path has', one('POST', path, made('x', { namespace: 'other' }))],
  ['create another kind', one('POST', path, { ...made('x'), kind: 'Gadget' })],
  ['create with a version', one('POST', path, made('x', { resourceVersion: '1' }))],
  ['create what is no JSON', one('POST', path, '{"metadata":')],
  ['create to see only', one('POST', `${path}?dryRun=All`, made('dry'))],
  ['get', one('GET', `${path}/a`)],
  ['get what is not there', one('GET', `${path}/nobody`)],
  ['a kind that is not served', one('GET', '/apis/example.test/v1/gadgets')],
  ['an answer in a form that is not known', one('GET', path, undefined, { accept: 'text/plain' })],
  ['update without a version', one('PUT', `${path}/a`, made('a'))],
  [
    'update, and update from an old version',
    async (side) => {
      const read = (await side.ask('GET', `${path}/a`)).bodies[0]!
      const first = await side.ask('PUT', `${path}/a`, { ...read, spec: { n: 2 } })
      return [gist(first), gist(await side.ask('PUT', `${path}/a`, { ...read, spec: { n: 3 } }))]
    },
  ],
  ['update under another name', one('PUT', `${path}/a`, made('b', { resourceVersion: '5' }))],
  ['patch', one('PATCH', `${path}/a`, { spec: { n: 4, m: null } }, { 'content-type': merge })],
  ['patch what is not there', one('PATCH', `${path}/nobody`, {}, { 'content-type': merge })],
  [
    'patch in a way that custom objects have not',
    one('PATCH', `${path}/a`, {}, { 'content-type': 'application/strategic-merge-patch+json' }),
  ],
  [
    'patch that changes nothing makes no version',
    async (side) => {
      const before = versionOf(await side.ask('GET', `${path}/a`))
      await side.ask('PATCH', `${path}/a`, { spec: { n: 4 } }, { 'content-type': merge })
      return versionOf(await side.ask('GET', `${path}/a`)) === before
    },
  ],
  [
    'more of them, and a list in pages',
    async (side, memory) => {
      for (const name of ['b', 'c', 'd', 'e'])
        await side.ask('POST', path, made(name, { labels: { app: 'y', name } }))
      const first = await side.ask('GET', `${path}?limit=2`)
      memory.token = encodeURIComponent(String(metaOf(first.bodies[0]).continue))
      memory.version = versionOf(first)
      await side.ask('DELETE', `${path}/d`)
      const second = await side.ask('GET', `${path}?limit=2&continue=${memory.token}`)
      return [gist(first), gist(second), versionOf(second) === memory.version]
    },
  ],
  ['a page after nonsense', one('GET', `${path}?limit=2&continue=nonsense`)],
  [
    'a page and a version',
    async (side, memory) =>
      gist(await side.ask('GET', `${path}?continue=${memory.token}&resourceVersion=${memory.version}`)),
  ],
  [
    'the list of an earlier version',
    async (side, memory) =>
      gist(await side.ask('GET', `${path}?resourceVersion=${memory.version}&resourceVersionMatch=Exact`)),
  ],
  ['a match without a version', one('GET', `${path}?resourceVersionMatch=Exact`)],
  ['a version that is none', one('GET', `${path}?resourceVersion=abc`)],
  ['labels', one('GET', `${path}?labelSelector=${encodeURIComponent('app in (y),name notin (c)')}`)],
  ['labels that are not there', one('GET', `${path}?labelSelector=${encodeURIComponent('!name')}`)],
  ['labels that cannot be read', one('GET', `${path}?labelSelector=${encodeURIComponent('a in (')}`)],
  ['a page of what is picked', one('GET', `${path}?limit=1&labelSelector=app%3Dy`)],
  ['a field', one('GET', `${path}?fieldSelector=metadata.name%3Db`)],
  ['not a field', one('GET', `${path}?fieldSelector=metadata.name!%3Db`)],
  ['a field that the kind has not', one('GET', `${path}?fieldSelector=spec.n%3D1`)],
  ['a table', one('GET', path, undefined, { accept: table })],
  ['metadata alone', one('GET', path, undefined, { accept: partial })],
  [
    'watch from a version',
    async (side, memory) => gist(await side.ask('GET', watch(`resourceVersion=${memory.version}`))),
  ],
  ['watch from nowhere', one('GET', watch(''))],
  ['watch of what is picked', one('GET', watch('labelSelector=name%3Db'))],
  [
    'watch of metadata alone',
    one('GET', watch('fieldSelector=metadata.name%3Da'), undefined, { accept: partial }),
  ],
  [
    'watch of metadata by the name of one',
    one('GET', watch('fieldSelector=metadata.name%3Da'), undefined, { accept: single }),
  ],
  ['list of metadata by the name of one', one('GET', path, undefined, { accept: single })],
  ['one by the name of one', one('GET', `${path}/a`, undefined, { accept: single })],
  ['one by the name of a list', one('GET', `${path}/a`, undefined, { accept: partial })],
  ['watch of a table', one('GET', watch(''), undefined, { accept: table })],
  [
    'watch that begins with a list',
    one('GET', watch('sendInitialEvents=true&allowWatchBookmarks=true&resourceVersionMatch=NotOlderThan')),
  ],
  [
    'watch that begins with a list of any age',
    one('GET', watch('sendInitialEvents=true&allowWatchBookmarks=true')),
  ],
  ['watch with a match', one('GET', watch('resourceVersion=1&resourceVersionMatch=NotOlderThan'))],
  [
    'watch sees an object come into what is picked, and go',
    async (side) => {
      const from = versionOf(await side.ask('GET', path))
      for (const app of ['new', 'other'])
        await side.ask('PATCH', `${path}/b`, { metadata: { labels: { app } } }, { 'content-type': merge })
      return gist(await side.ask('GET', watch(`resourceVersion=${from}&labelSelector=app%3Dnew`)))
    },
  ],
  ['delete what is not there', one('DELETE', `${path}/nobody`)],
  ['delete another than that', one('DELETE', `${path}/b`, { preconditions: { uid: 'another' } })],
  [
    'delete what a finalizer holds, and let it go',
    async (side) => {
      await side.ask('POST', path, made('held', { finalizers: ['example.test/hold'] }))
      const from = versionOf(await side.ask('GET', path))
      const asked = await side.ask('DELETE', `${path}/held`)
      const again = await side.ask('POST', path, made('held'))
      const patch = { metadata: { finalizers: [] } }
      const free = await side.ask('PATCH', `${path}/held`, patch, { 'content-type': merge })
      const gone = await side.ask('GET', `${path}/held`)
      const seen = await side.ask('GET', watch(`resourceVersion=${from}`))
      return [asked, again, free, gone, seen].map(gist)
    },
  ],
  [
    'after history is forgotten: pages, lists and watches of before',
    async (side, memory) => {
      await side.ask('POST', path, made('last'))
      await side.compact()
      const page = await side.ask('GET', `${path}?limit=2&continue=${memory.token}`)
      const token = encodeURIComponent(String(metaOf(page.bodies[0]).continue))
      const next = await side.ask('GET', `${path}?limit=9&continue=${token}`)
      const exact = await side.ask(
        'GET',
        `${path}?resourceVersion=${memory.version}&resourceVersionMatch=Exact`,
      )
      const seen = await side.ask('GET', watch(`resourceVersion=${memory.version}`))
      return [page, next, exact, seen].map(gist)
    },
  ],
  ['a version that is not there yet', one('GET', `${path}?resourceVersion=99999999`)],
  ['delete all that is picked', one('DELETE', `${path}?labelSelector=app%3Dy`)],
  ['what is left', one('GET', path)],
]

integration('the API server of the tests and that of Kubernetes, over etcd,', machineryPrograms, () => {
  let real: Machinery
  let test: ApiServer
  let listening: Listening
  let sides: Side[]
  const memories: Record<string, string>[] = [{}, {}]
  const sideOf = (server: Parameters<typeof exchange>[0], compact: Side['compact']): Side => ({
    compact,
    async ask(method, where, body, headers = {}) {
      const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body)
      const answer = await exchange(
        server,
        method,
        where,
        { 'content-type': 'application/json', ...headers },
        text,
      )
      const isWatch = where.includes('watch=true')
      const parts = isWatch ? answer.text.split('\n').filter(Boolean) : [answer.text]
      return { status: answer.status, bodies: parts.map(read) }
    },
  })

  beforeAll(async () => {
    real = await startMachinery({ watchCache: false })
    test = createApiServer()
    test.faults.gone = 'stream'
    test.register(widget)
    test.put('Namespace', { metadata: { name: 'default' } })
    listening = await test.listen()
    sides = [sideOf(real, () => real.compact()), sideOf(listening, () => test.compact())]
  })
  afterAll(async () => {
    await listening?.close()
    await real?.stop()
  })

  it.each(steps)('say the same: %s', async (_claim, take) => {
    const [theirs, ours] = await Promise.all(sides.map((side, at) => take(side, memories[at]!)))
    expect(ours).toEqual(theirs)
  })
})
