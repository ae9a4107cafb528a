import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { ClusterWatchEvent } from '../../port/cluster-api.ts'
import { type Asked, failureOf, statusOf } from './api-failure.ts'
import { linesOf } from './line.ts'
import { isObject, parseJson } from './list-page.ts'

const eventBytesMax = 16 * 1_048_576

const Meta = z.object({
  resourceVersion: z.string().catch(''),
  annotations: z.record(z.string(), z.unknown()).catch({}),
})

/** One JSON document a line. Types of events that are not known are left out. */
export async function* watchEvents(
  body: AsyncIterable<Uint8Array>,
  asked: Asked,
  host: string,
): AsyncGenerator<ClusterWatchEvent> {
  for await (const line of linesOf(body, eventBytesMax, host)) {
    const event = eventOf(line, asked, host)
    if (event) yield event
  }
}

function eventOf(line: Uint8Array, asked: Asked, host: string): ClusterWatchEvent | undefined {
  const event = parseJson(line)
  if (!isObject(event) || typeof event.type !== 'string' || !isObject(event.object))
    throw new Fault('UPSTREAM_FAILED', `${host} told within a watch what is no event.`)
  const { type, object } = event
  if (type === 'ERROR') {
    const status = statusOf(object)
    throw failureOf(status.code || 500, status, asked, host)
  }
  if (type === 'BOOKMARK') {
    const meta = Meta.safeParse(object.metadata)
    return {
      type,
      resourceVersion: meta.data?.resourceVersion ?? '',
      initialEventsEnd: meta.data?.annotations['k8s.io/initial-events-end'] === 'true',
    }
  }
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return undefined
  const version = isObject(object.metadata) ? object.metadata.resourceVersion : ''
  return { type, object, resourceVersion: typeof version === 'string' ? version : '' }
}
