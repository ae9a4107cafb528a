import { ManualClock } from '../../server/src/kernel/clock.ts'
import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { type ApiServer, type ApiServerOptions, createApiServer } from './index.ts'

/** What tests of the server ask it, in process. */
export type Answer = {
  status: number
  headers: Readonly<Record<string, string>>
  body: Record<string, unknown>
}
export const pod = (name: string, labels: Record<string, string> = {}, spec: RawObject = {}): RawObject => ({
  metadata: { name, namespace: 'a', labels },
  spec: { containers: [{ name: 'main', image: 'x' }], ...spec },
})
export const withPods = (count: number, options: ApiServerOptions = {}): ApiServer => {
  const server = createApiServer({ clock: new ManualClock(), ...options })
  server.put('Namespace', { metadata: { name: 'a' } })
  for (let at = 0; at < count; at++) server.put('Pod', pod(`p-${at}`))
  return server
}
export const ask = (path: string, headers: Record<string, string> = {}) => ({
  method: 'GET' as const,
  url: `http://server${path}`,
  headers,
  timeoutMs: 3_600_000,
  bytesMax: 1 << 28,
})
export async function get(
  server: ApiServer,
  path: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const { body, ...head } = await server.http.send(ask(path, headers))
  return { ...head, body: JSON.parse(body.toString()) }
}
/** POST, PUT, PATCH and DELETE, which the program under test never sends. */
export function write(
  server: ApiServer,
  method: string,
  url: string,
  body: unknown,
  type = 'application/json',
) {
  const answer = server.handle({
    method,
    url,
    headers: { 'content-type': type },
    body: Buffer.from(JSON.stringify(body)),
  })
  return { status: answer?.status, body: JSON.parse(Buffer.from(answer?.body as Uint8Array).toString()) }
}
/** As many events as are asked for, or all up to the end. */
export async function events(
  server: ApiServer,
  path: string,
  count = Number.POSITIVE_INFINITY,
): Promise<RawObject[]> {
  const { body, status } = await server.http.stream(ask(path))
  if (status !== 200) throw new Error(`The watch was refused with ${status}.`)
  const found: RawObject[] = []
  let rest = Buffer.alloc(0)
  for await (const part of body) {
    rest = Buffer.concat([rest, part])
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      found.push(JSON.parse(rest.subarray(0, at).toString()))
      rest = rest.subarray(at + 1)
    }
    if (found.length >= count) break
  }
  return found
}
export const namesIn = (body: unknown): string[] =>
  (body as { items: { metadata: { name: string } }[] }).items.map((item) => item.metadata.name)
export const versionIn = (body: unknown): string =>
  (body as { metadata: { resourceVersion: string } }).metadata.resourceVersion
export const pods = '/api/v1/namespaces/a/pods'
