import { gzipSync } from 'node:zlib'
import type { Clock } from '../../server/src/kernel/clock.ts'
import type { Random } from '../../server/src/kernel/random.ts'
import type { AccessAsk, RawObject } from '../../server/src/port/cluster-api.ts'
import { type AccessRule, type Authentication, isAllowed, reviewOf, userOf } from './access.ts'
import type { Channel } from './channel.ts'
import { type Discovery, versionOf } from './discovery.ts'
import type { FaultSwitch } from './fault-switch.ts'
import { listPage, matcherOf, watchAskOf } from './list.ts'
import type { PodLogs } from './pod-log.ts'
import type { PodMetrics } from './pod-metrics.ts'
import { readProtobuf } from './protobuf-body.ts'
import type { Registry } from './resource.ts'
import { pathOf, type ResourcePath } from './resource-path.ts'
import { listText, objectText, shapeOf } from './shape.ts'
import { badRequest, forbidden, noMethod, noPath, notFound, Refusal } from './status.ts'
import type { Entry, Store } from './store.ts'
import type { Watches } from './watches.ts'
import type { WriteAsk, Writer } from './write.ts'

export type ApiRequest = {
  method: string
  /** Path and query. */
  url: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  body?: Uint8Array
  /** Common name of a client certificate that was checked. */
  certificateUser?: string | undefined
}
export type ApiAnswer = {
  status: number
  headers: Record<string, string>
  body: Uint8Array | Channel
}

export type HandlerDeps = {
  store: Store
  registry: Registry
  watches: Watches
  writer: Writer
  logs: PodLogs
  metrics: PodMetrics
  discovery: Discovery
  faults: FaultSwitch
  clock: Clock
  random: Random
  /** That it says it is of. */
  gitVersion: string
}
export type HandlerOptions = { authentication: Authentication; access: AccessRule; gzipBytesMin: number }

/** The API server without a wire: one request, one answer, undefined where the connection is dropped instead. */
export function createHandler(deps: HandlerDeps, options: HandlerOptions) {
  return (request: ApiRequest): ApiAnswer | undefined => {
    const { faults, random } = deps
    if (random.next() < faults.dropChance) return undefined
    try {
      const { refuse } = faults
      if (refuse && refuse.times > 0) {
        refuse.times--
        const more =
          refuse.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: refuse.retryAfterSeconds }
        throw new Refusal(refuse.status, refuse.reason, `the server says ${refuse.reason}`, more)
      }
      const answer = answerTo(deps, options, request)
      const isWanted = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '')
      if (!isWanted || !(answer.body instanceof Uint8Array) || answer.body.length < options.gzipBytesMin)
        return answer
      return {
        ...answer,
        headers: { ...answer.headers, 'content-encoding': 'gzip' },
        body: gzipSync(answer.body, { level: 1 }),
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.status === 404 && !error.reason)
        return text(`${error.message}\n`, 404, 'text/plain; charset=utf-8')
      const retry: Record<string, string> =
        error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) }
      const answer = json(error.body(), error.status)
      return { ...answer, headers: { ...answer.headers, ...retry } }
    }
  }
}

const text = (body: string, status = 200, type = 'application/json'): ApiAnswer => ({
  status,
  headers: { 'content-type': type },
  body: Buffer.from(body),
})
const json = (body: unknown, status = 200, type = 'application/json'): ApiAnswer =>
  text(JSON.stringify(body), status, type)

function answerTo(deps: HandlerDeps, options: HandlerOptions, request: ApiRequest): ApiAnswer {
  const user = userOf(options.authentication, request.headers, request.certificateUser)
  const url = new URL(request.url, 'http://server')
  const path = url.pathname
  const allowed = (who: string, ask: AccessAsk) => isAllowed(options.access, deps.faults, who, ask)
  const fixed = fixedPath(deps, request, path)
  if (fixed) return fixed
  const review = /^\/apis\/(authorization|authentication)\.k8s\.io\/v1\/(\w+)$/.exec(path)?.[2]
  if (review && request.method === 'POST') return json(reviewed(review, bodyOf(request), user, allowed), 201)
  if (path.startsWith('/apis/metrics.k8s.io/v1beta1/')) {
    return json(deps.metrics.answer(path.slice('/apis/metrics.k8s.io/v1beta1/'.length), url.searchParams))
  }
  const asked = pathOf(deps.registry, path)
  if (!asked) throw noPath()
  const verb = verbOf(request.method, asked, url.searchParams)
  const { type, namespace, name, subresource } = asked
  const ask: AccessAsk = { verb, group: type.group, resource: type.plural }
  if (subresource) ask.subresource = subresource
  if (namespace !== undefined) ask.namespace = namespace
  if (!allowed(user, ask)) throw forbidden(type, verb, name ?? '', user, namespace ?? '')
  return resource(deps, request, asked, verb, url.searchParams)
}

function fixedPath(deps: HandlerDeps, request: ApiRequest, path: string): ApiAnswer | undefined {
  const { discovery } = deps
  if (['/livez', '/readyz', '/healthz'].includes(path)) return text('ok', 200, 'text/plain')
  if (path === '/version') return json(versionOf(deps.gitVersion))
  const aggregated = /as=APIGroupDiscoveryList/.test(request.headers.accept ?? '')
  const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  if (path === '/api') {
    if (aggregated) return json(discovery.aggregated(true), 200, aggregatedType)
    return json({ kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] })
  }
  if (path === '/apis')
    return aggregated ? json(discovery.aggregated(false), 200, aggregatedType) : json(discovery.groups())
  const openApi = path.startsWith('/openapi/v3')
    ? discovery.openApi(path.slice('/openapi/v3'.length))
    : undefined
  if (openApi) return json(openApi)
  const group = /^\/apis\/([^/]+)$/.exec(path)?.[1]
  const groupVersion = /^\/api\/(v1)$/.exec(path)?.[1] ?? /^\/apis\/([^/]+\/[^/]+)$/.exec(path)?.[1]
  if (groupVersion?.startsWith('metrics.k8s.io/')) deps.metrics.check()
  const found = group ? discovery.group(group) : groupVersion ? discovery.resources(groupVersion) : undefined
  return found && json(found)
}

function reviewed(
  plural: string,
  review: RawObject,
  user: string,
  allowed: (user: string, ask: AccessAsk) => boolean,
): RawObject {
  if (plural === 'selfsubjectreviews')
    return { ...review, status: { userInfo: { username: user, groups: ['system:authenticated'] } } }
  if (plural === 'selfsubjectaccessreviews' || plural === 'subjectaccessreviews')
    return reviewOf(review, user, allowed)
  if (plural === 'selfsubjectrulesreviews') {
    const all = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] }
    return { ...review, status: { resourceRules: [all], nonResourceRules: [], incomplete: true } }
  }
  throw noPath()
}

function verbOf(method: string, { name }: ResourcePath, query: URLSearchParams): string {
  if (method === 'GET')
    return query.get('watch') === 'true' || query.get('watch') === '1' ? 'watch' : name ? 'get' : 'list'
  if (method === 'POST') return 'create'
  if (method === 'PUT') return 'update'
  if (method === 'PATCH') return 'patch'
  if (method === 'DELETE') return name ? 'delete' : 'deletecollection'
  throw noMethod()
}

/** Kinds whose deletion is answered by what was deleted; the others' by a Status. */
const returned = new Set([
  'pods',
  'namespaces',
  'services',
  'serviceaccounts',
  'persistentvolumes',
  'persistentvolumeclaims',
  'resourcequotas',
])

function resource(
  deps: HandlerDeps,
  request: ApiRequest,
  asked: ResourcePath,
  verb: string,
  query: URLSearchParams,
): ApiAnswer {
  const { store, watches, clock, faults } = deps
  const { type, namespace, name, subresource } = asked
  const shape = subresource === 'log' ? ({ form: 'object' } as const) : shapeOf(request.headers.accept, query)
  const isMetadataList = shape.form === 'metadata' && shape.isList
  if (verb === 'list' && shape.form === 'metadata' && !shape.isList)
    throw new Refusal(406, 'NotAcceptable', 'a list has no form as PartialObjectMetadata')
  if (verb === 'get' && isMetadataList)
    throw new Refusal(500, '', 'an object has no form as PartialObjectMetadataList')
  const one = (entry: Entry, status = 200) => text(objectText(type, entry, shape, clock.now()), status)
  const matches = () => matcherOf(type, namespace, verb === 'watch' ? name : undefined, query)
  if (subresource === 'exec') {
    if (!store.get(type.storage, namespace ?? '', name ?? '')) throw notFound(type, name ?? '')
    const isUpgrade = /upgrade/i.test(request.headers.connection ?? '')
    if (!isUpgrade) throw badRequest('Upgrade request required')
    return json({})
  }
  if (verb === 'watch') {
    const ask = watchAskOf(query, faults.isWatchListMissing)
    // The real server fails at each event for who accepts lists only, and says nothing of it.
    const body = watches.open({ ...ask, type, shape, matches: isMetadataList ? () => false : matches() })
    const as = shape.form === 'table' ? ';as=Table;v=v1;g=meta.k8s.io' : ''
    return { status: 200, headers: { 'content-type': `application/json${as};stream=watch` }, body }
  }
  if (verb === 'list') {
    const { entries, meta } = listPage(store, type, matches(), query)
    return text(listText(type, entries, meta, shape, clock.now()))
  }
  if (verb === 'get') {
    const entry = store.get(type.storage, namespace ?? '', name!)
    if (!entry) throw notFound(type, name!)
    if (subresource === 'log') {
      const body = deps.logs.read(entry.object, query, clock.now())
      return { status: 200, headers: { 'content-type': 'text/plain' }, body }
    }
    return one(entry)
  }
  if (verb === 'deletecollection') {
    const { entries, meta } = listPage(store, type, matches(), query)
    const options = bodyOf(request)
    for (const entry of entries) {
      const ask = { ...writeAskOf(asked, request, query), namespace: entry.namespace, name: entry.name }
      deps.writer.delete(ask, options)
    }
    return text(listText(type, entries, meta, shape, clock.now()))
  }
  if (verb === 'delete') {
    const { entry, isGone } = deps.writer.delete(writeAskOf(asked, request, query), bodyOf(request))
    if (!isGone || returned.has(type.plural)) return one(entry)
    const { uid } = entry.object.metadata as { uid?: string }
    const details = { name, group: type.group, kind: type.plural, uid }
    return json({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details })
  }
  if (verb === 'create' && (name !== undefined || (type.namespaced && namespace === undefined)))
    throw noMethod()
  return one(
    written(deps.writer, verb, writeAskOf(asked, request, query), request),
    verb === 'create' ? 201 : 200,
  )
}

function written(writer: Writer, verb: string, ask: WriteAsk, request: ApiRequest): Entry {
  const body = bodyOf(request)
  if (verb === 'create') return writer.create(ask, body)
  if (verb === 'update') return writer.update(ask, body)
  return writer.patch(ask, body, request.headers['content-type'] ?? '')
}

const writeAskOf = (asked: ResourcePath, request: ApiRequest, query: URLSearchParams): WriteAsk => ({
  type: asked.type,
  namespace: asked.namespace ?? '',
  name: asked.name ?? '',
  subresource: asked.subresource ?? '',
  manager:
    query.get('fieldManager') ?? (request.headers['user-agent'] ?? 'unknown').split('/')[0] ?? 'unknown',
  isDryRun: query.get('dryRun') === 'All',
})

function bodyOf(request: ApiRequest): RawObject {
  if (!request.body?.length) return {}
  if (request.headers['content-type'] === 'application/vnd.kubernetes.protobuf')
    return readProtobuf(request.body)
  try {
    const body: unknown = JSON.parse(Buffer.from(request.body).toString())
    if (typeof body === 'object' && body !== null) return body as RawObject
  } catch {
    // Said below.
  }
  throw badRequest('the body of the request is no JSON object')
}
