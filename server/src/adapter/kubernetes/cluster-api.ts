import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { eachOf } from '../../kernel/semaphore.ts'
import {
  type AccessAsk,
  type ClusterApi,
  ClusterApiFailure,
  type ExecAnswer,
  type ExecAsk,
  type LogAsk,
  type ResourceType,
  type Selection,
} from '../../port/cluster-api.ts'
import {
  type ApiCaller,
  type ClusterApiDeps,
  type ClusterApiSettings,
  createApiCaller,
} from './api-caller.ts'
import type { Asked } from './api-failure.ts'
import { checkedPath, pathOf } from './api-path.ts'
import { discover } from './discovery.ts'
import { deadline, execMessageBytesMax, execProtocols, readExec } from './exec.ts'
import { isObject, parseJson, readListPage } from './list-page.ts'
import { watchEvents } from './watch-events.ts'

const json = 'application/json'
const metadataOf = (what: string): string => `${json};as=${what};g=meta.k8s.io;v=v1,${json}`
const pageBytesMax = 64 * 1_048_576
const objectBytesMax = 16 * 1_048_576
const smallBytesMax = 1_048_576
const timeoutMs = 30_000
const listTimeoutMs = 60_000
/** Beyond the time that a watch was asked for. */
const watchSlackMs = 30_000
/** A container may be quiet for long; what asks again goes on where it was. */
const logSilenceMs = 15 * 60_000
const reviewsParallelMax = 6

/** One cluster's API server over HTTP. Nothing is kept between calls. */
export function createClusterApi(deps: ClusterApiDeps, settings: ClusterApiSettings): ClusterApi {
  const caller = createApiCaller(deps, settings)
  return {
    async version(signal) {
      const asked: Asked = { verb: 'get', resource: '/version' }
      const { body } = await caller.send({
        ...{ path: '/version', accept: json, asked, signal },
        ...{ timeoutMs, bytesMax: smallBytesMax },
      })
      return Version.parse(parseJson(body))
    },
    resources: (signal) => discover(caller, signal),
    async list(type, ask) {
      const { body } = await caller.send({
        path: pathOf(type, ask.namespace),
        query: [
          ...selection(ask),
          ['limit', String(ask.limit)],
          ...(ask.continue === undefined ? [] : [['continue', ask.continue] as const]),
          // A token says itself which version it is of, and is refused beside one.
          ...(ask.resourceVersion === undefined || ask.continue !== undefined
            ? []
            : [['resourceVersion', ask.resourceVersion] as const]),
        ],
        accept: ask.metadataOnly ? metadataOf('PartialObjectMetadataList') : json,
        asked: askedOf('list', type, ask.namespace),
        ...{ timeoutMs: listTimeoutMs, bytesMax: pageBytesMax, signal: ask.signal },
      })
      return readListPage(body, deps.clock)
    },
    async watch(type, ask) {
      const asked = askedOf('watch', type, ask.namespace)
      const { body } = await caller.stream({
        path: pathOf(type, ask.namespace),
        query: [
          ...selection(ask),
          ...[['watch', 'true'] as const, ['allowWatchBookmarks', 'true'] as const],
          ['timeoutSeconds', String(ask.timeoutSeconds)],
          ...(ask.resourceVersion === '' ? [] : [['resourceVersion', ask.resourceVersion] as const]),
          ...(ask.sendInitialEvents
            ? [['sendInitialEvents', 'true'] as const, ['resourceVersionMatch', 'NotOlderThan'] as const]
            : []),
        ],
        accept: ask.metadataOnly ? metadataOf('PartialObjectMetadata') : json,
        asked,
        ...{
          timeoutMs: ask.timeoutSeconds * 1_000 + watchSlackMs,
          bytesMax: objectBytesMax,
          signal: ask.signal,
        },
      })
      return watchEvents(body, asked, caller.host)
    },
    async get(type, namespace, name, signal) {
      const { body } = await caller.send({
        path: pathOf(type, namespace, name),
        asked: { ...askedOf('get', type, namespace), object: name },
        ...{ accept: json, timeoutMs, bytesMax: objectBytesMax, signal },
      })
      const object = parseJson(body)
      if (!isObject(object))
        throw new Fault('UPSTREAM_FAILED', `${caller.host} answered with what is no object.`)
      return object
    },
    async read(path, bytesMax, signal) {
      const asked: Asked = { verb: 'get', resource: path.split('?')[0] ?? path }
      const { body } = await caller.send({
        path: checkedPath(path),
        accept: json,
        asked,
        timeoutMs,
        bytesMax,
        signal,
      })
      return parseJson(body)
    },
    async logs(ask) {
      const { body } = await caller.stream({
        path: pathOf(pods, ask.namespace, ask.pod, 'log'),
        query: logQuery(ask),
        accept: '*/*',
        asked: { verb: 'get', resource: 'pods/log', namespace: ask.namespace, object: ask.pod },
        ...{ timeoutMs: ask.follow ? logSilenceMs : listTimeoutMs, bytesMax: 0, signal: ask.signal },
      })
      return body
    },
    exec: (ask) => exec(caller, deps, ask),
    async allowed(asks, signal) {
      const answers: (boolean | null)[] = asks.map(() => null)
      await eachOf(asks.entries(), reviewsParallelMax, async ([at, ask]) => {
        answers[at] = await review(caller, ask, signal)
      })
      return answers
    },
  }
}

const word = z.string().catch('')
const Version = z
  .object({ gitVersion: word, major: word, minor: word, platform: word })
  .catch({ gitVersion: '', major: '', minor: '', platform: '' })

const pods = { group: '', version: 'v1', plural: 'pods', namespaced: true } as const

const askedOf = (verb: Asked['verb'], type: ResourceType, namespace: string | undefined): Asked => ({
  verb,
  resource: type.group === '' ? type.plural : `${type.plural}.${type.group}`,
  ...(type.namespaced && namespace !== undefined ? { namespace } : {}),
})

const selection = ({ labelSelector, fieldSelector }: Selection): (readonly [string, string])[] => [
  ...(labelSelector ? [['labelSelector', labelSelector] as const] : []),
  ...(fieldSelector ? [['fieldSelector', fieldSelector] as const] : []),
]

function logQuery(ask: LogAsk): (readonly [string, string])[] {
  const { container, sinceTime, tailLines, limitBytes } = ask
  const given = { container, sinceTime, tailLines, limitBytes }
  return [
    ...Object.entries(given).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as const],
    ),
    ...(['follow', 'previous', 'timestamps'] as const).flatMap((name) =>
      ask[name] ? [[name, 'true'] as const] : [],
    ),
  ]
}

async function exec(caller: ApiCaller, deps: ClusterApiDeps, ask: ExecAsk): Promise<ExecAnswer> {
  if (!deps.sockets) throw new Fault('UPSTREAM_FAILED', 'Commands cannot be run in containers from here.')
  const asked: Asked = { verb: 'create', resource: 'pods/exec', namespace: ask.namespace, object: ask.pod }
  const until = deadline(deps.clock, ask.timeoutMs, ask.signal)
  try {
    const socket = await caller.open(
      {
        path: pathOf(pods, ask.namespace, ask.pod, 'exec'),
        query: [
          ...ask.command.map((part) => ['command', part] as const),
          ...(ask.container === undefined ? [] : [['container', ask.container] as const]),
          ...[['stdout', 'true'] as const, ['stderr', 'true'] as const],
        ],
        ...{ accept: '*/*', asked, timeoutMs: ask.timeoutMs, bytesMax: execMessageBytesMax },
        signal: until.signal,
      },
      execProtocols,
      deps.sockets,
    )
    return await readExec(socket, ask, asked, caller.host)
  } catch (error) {
    if (!until.isLate()) throw error
    throw new Fault('TIMEOUT', `The command in ${ask.pod} did not end within ${ask.timeoutMs / 1_000} s.`)
  } finally {
    until.end()
  }
}

const Review = z.object({ status: z.object({ allowed: z.boolean(), evaluationError: word }) })

/** https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/ */
async function review(
  caller: ApiCaller,
  ask: AccessAsk,
  signal: AbortSignal | undefined,
): Promise<boolean | null> {
  const { verb, group, resource, subresource, namespace } = ask
  const resourceAttributes = {
    ...{ verb, group, resource },
    ...(subresource === undefined ? {} : { subresource }),
    ...(namespace === undefined ? {} : { namespace }),
  }
  try {
    const { body } = await caller.send({
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      },
      asked: { verb: 'create', resource: 'selfsubjectaccessreviews.authorization.k8s.io' },
      ...{ accept: json, timeoutMs, bytesMax: smallBytesMax, signal },
    })
    const parsed = Review.safeParse(parseJson(body))
    if (!parsed.success) return null
    const { allowed, evaluationError } = parsed.data.status
    return !allowed && evaluationError !== '' ? null : allowed
  } catch (error) {
    // Not served, or not for these credentials: it does not say. What else is wrong, credentials say, the caller is told.
    if (error instanceof ClusterApiFailure && error.httpStatus !== 401 && error.httpStatus < 500) return null
    throw error
  }
}
