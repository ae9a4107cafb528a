import { z } from 'zod'
import { Fault } from '../../../../kernel/fault.ts'
import type { HttpRequest } from '../../../../port/http-client.ts'
import { parseJson } from '../../wire/body.ts'
import { type Access, accessOf } from '../http-access.ts'
import type { KubernetesSd } from '../scrape-document.ts'
import { KubernetesObject } from './kubernetes-object.ts'
import type { DiscoveryDeps } from './target-group.ts'

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount'
const listTimeoutMs = 30_000
const listBytesMax = 64 * 1_048_576
const pageItems = 500
const pagesMax = 1_000
/** One event of a watch: an object is 1.5 MB at most where etcd keeps it. */
const eventBytesMax = 16 * 1_048_576
const watchSeconds = 300
/** Beyond the time that a watch was asked for. */
const silenceMs = 30_000

const List = z.object({
  metadata: z
    .object({ continue: z.string().optional(), resourceVersion: z.string().default('') })
    .prefault({}),
  items: z.array(KubernetesObject).nullish(),
})
const Event = z.object({ type: z.string(), object: z.looseObject({}) })
const Versioned = z.object({ metadata: z.object({ resourceVersion: z.string() }) })
const Status = z.object({ code: z.number().default(0), message: z.string().default('') })

/** What a watch tells; `version` is where it may be taken up again. */
export type WatchEvent =
  | { type: 'PUT' | 'DELETED'; object: KubernetesObject; version: string }
  | { type: 'BOOKMARK'; version: string }

/** The version that was asked for is not kept any more: everything is to be listed anew. */
export class Expired extends Error {}

/** Objects of one kind, in one namespace or in all (https://kubernetes.io/docs/reference/using-api/api-concepts/). */
export interface ObjectSource {
  /** `latest`: not from the API server's cache, which may be behind what was seen already. */
  list(latest: boolean, signal: AbortSignal): Promise<{ objects: KubernetesObject[]; version: string }>
  /** Resolves once the watch is open. Both throw `Expired`, or a Fault. */
  watch(version: string, signal: AbortSignal): Promise<AsyncIterable<WatchEvent>>
}

type Selector = { label: string; field: string }

/** `path` as `/api/v1/namespaces/shop/pods`, asked for anew each time, like the credentials, as both may be replaced while this runs. */
export function objectSource(
  config: KubernetesSd,
  document: string,
  path: () => Promise<string>,
  selector: Selector | undefined,
  deps: DiscoveryDeps,
): ObjectSource {
  const asked = async (
    query: Record<string, string>,
  ): Promise<Pick<HttpRequest, 'url' | 'headers' | 'tls'>> => {
    const { origin, access } = await apiOf(config, document, deps)
    const { headers, tls } = access
    const text = new URLSearchParams({
      ...query,
      ...(selector?.label ? { labelSelector: selector.label } : {}),
      ...(selector?.field ? { fieldSelector: selector.field } : {}),
    })
    const url = `${origin}${await path()}?${text}`
    return { url, headers: { accept: 'application/json', ...headers }, ...(tls ? { tls } : {}) }
  }
  return {
    async list(latest, signal) {
      const objects: KubernetesObject[] = []
      let next = ''
      for (let page = 0; page < pagesMax; page += 1) {
        const request = await asked({
          limit: String(pageItems),
          ...(next !== '' ? { continue: next } : latest ? {} : { resourceVersion: '0' }),
        })
        const answer = await deps.http.send({
          ...{ method: 'GET', ...request, signal },
          ...{ timeoutMs: listTimeoutMs, bytesMax: listBytesMax },
        })
        checkStatus(answer.status, request.url)
        const parsed = List.safeParse(parseJson(answer.body))
        if (!parsed.success)
          throw new Fault('UPSTREAM_FAILED', `The Kubernetes API answered ${request.url} with no list.`)
        for (const object of parsed.data.items ?? []) objects.push(slim(object))
        const { resourceVersion, continue: more = '' } = parsed.data.metadata
        next = more
        if (next === '') return { objects, version: resourceVersion }
      }
      throw new Fault(
        'UPSTREAM_FAILED',
        `The Kubernetes API lists more than ${pagesMax * pageItems} objects at ${await path()}.`,
      )
    },
    async watch(version, signal) {
      const request = await asked({
        ...{ watch: '1', allowWatchBookmarks: 'true', resourceVersion: version },
        timeoutSeconds: String(watchSeconds),
      })
      const { status, body } = await deps.http.stream({
        ...{ method: 'GET', ...request, signal },
        ...{ timeoutMs: watchSeconds * 1_000 + silenceMs, bytesMax: eventBytesMax },
      })
      if (status !== 200) {
        // Reads the first part alone, which ends the connection.
        for await (const _ of body) break
        checkStatus(status, request.url)
      }
      return eventsOf(body)
    },
  }
}

function checkStatus(status: number, url: string): void {
  if (status === 410) throw new Expired()
  if (status !== 200)
    throw new Fault('UPSTREAM_FAILED', `The Kubernetes API answered ${url} with HTTP status ${status}.`)
}

/** One JSON document a line. */
async function* eventsOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent> {
  let parts: Uint8Array[] = []
  let sizeBytes = 0
  for await (const part of body) {
    let from = 0
    for (let end = part.indexOf(10); end >= 0; end = part.indexOf(10, from)) {
      const line = Buffer.concat([...parts, part.subarray(from, end)])
      from = end + 1
      parts = []
      sizeBytes = 0
      if (line.length > 0) yield eventOf(line)
    }
    if (from < part.length) parts.push(part.subarray(from))
    sizeBytes += part.length - from
    if (sizeBytes > eventBytesMax)
      throw new Fault(
        'UPSTREAM_FAILED',
        `An event of the Kubernetes API is larger than ${eventBytesMax} bytes.`,
      )
  }
}

function eventOf(line: Buffer): WatchEvent {
  const event = Event.safeParse(parseJson(line))
  if (!event.success) throw new Fault('UPSTREAM_FAILED', 'The Kubernetes API told what is no event.')
  const { type, object } = event.data
  if (type === 'ERROR') {
    const { code, message } = Status.catch({ code: 0, message: '' }).parse(object)
    if (code === 410) throw new Expired()
    throw new Fault('UPSTREAM_FAILED', `The Kubernetes API ended a watch: ${code} ${message.slice(0, 200)}`)
  }
  const versioned = Versioned.safeParse(object)
  if (!versioned.success)
    throw new Fault('UPSTREAM_FAILED', 'The Kubernetes API told of an object without a version.')
  const version = versioned.data.metadata.resourceVersion
  if (type === 'BOOKMARK') return { type, version }
  const known = KubernetesObject.safeParse(object)
  if (!known.success) throw new Fault('UPSTREAM_FAILED', 'The Kubernetes API told of what is no object.')
  return { type: type === 'DELETED' ? 'DELETED' : 'PUT', object: slim(known.data), version }
}

/** Without what the API server writes down about who set which field, often the larger half of an object. */
function slim(object: KubernetesObject): KubernetesObject {
  delete object.metadata.managedFields
  return object
}

async function apiOf(
  config: KubernetesSd,
  document: string,
  deps: DiscoveryDeps,
): Promise<{ origin: string; access: Access }> {
  if (config.api_server)
    return { origin: config.api_server.replace(/\/$/, ''), access: await accessOf(config, document, deps) }
  if (deps.kubernetesApi === '')
    throw new Fault(
      'VALIDATION_FAILED',
      'kubernetes_sd_configs without api_server needs a process that runs in a cluster (KUBERNETES_SERVICE_HOST is not set).',
    )
  const [token, ca] = await Promise.all([
    deps.files.read(`${accountFolder}/token`),
    deps.files.read(`${accountFolder}/ca.crt`),
  ])
  return {
    origin: `https://${deps.kubernetesApi}`,
    access: { headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } },
  }
}

export const ownNamespace = async (deps: Pick<DiscoveryDeps, 'files'>): Promise<string> =>
  (await deps.files.read(`${accountFolder}/namespace`)).trim()
