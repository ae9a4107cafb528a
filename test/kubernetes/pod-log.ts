import type { RawObject } from '../../server/src/port/cluster-api.ts'
import { Channel } from './channel.ts'
import { badRequest } from './status.ts'

type Line = { timeMs: number; text: string }
type Follower = { channel: Channel; timestamps: boolean }
type Run = { lines: Line[]; followers: Set<Follower> }
type Container = { current: Run; previous: Run | undefined }

const waitingBytesMax = 1 << 24

/** What containers wrote: the file of the present run, and that of the one before. */
export class PodLogs {
  readonly #containers = new Map<string, Container>()
  append(namespace: string, pod: string, container: string, text: string, timeMs: number): void {
    const { current } = this.#of(namespace, pod, container)
    const line = { timeMs, text }
    current.lines.push(line)
    for (const { channel, timestamps } of current.followers) channel.push([bytesOf(line, timestamps)])
  }
  /** The container ended and was started again: who follows is told the end. */
  restart(namespace: string, pod: string, container: string): void {
    const held = this.#of(namespace, pod, container)
    endAll(held.current)
    held.previous = held.current
    held.current = newRun()
  }
  /** The kubelet began a new file and reads no more of the old one. */
  rotate(namespace: string, pod: string, container: string): void {
    const held = this.#of(namespace, pod, container)
    endAll(held.current)
    held.current = newRun()
  }
  /** `pod` as stored. Throws 400 where there is nothing to read. */
  read(pod: RawObject, query: URLSearchParams, now: number): Uint8Array | Channel {
    const { namespace, name } = pod.metadata as { namespace: string; name: string }
    const container = containerOf(pod, name, query.get('container'))
    const held = this.#of(namespace, name, container)
    const isPrevious = query.get('previous') === 'true'
    const run = isPrevious ? held.previous : held.current
    if (!run) throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`)
    const timestamps = query.get('timestamps') === 'true'
    const text = Buffer.concat(chosen(run.lines, query, now).map((line) => bytesOf(line, timestamps)))
    const limit = query.has('limitBytes') ? positive(query, 'limitBytes') : text.length
    const start = text.subarray(0, limit)
    if (query.get('follow') !== 'true' || isPrevious || limit < text.length) return start
    const channel = new Channel(waitingBytesMax)
    const follower = { channel, timestamps }
    run.followers.add(follower)
    channel.onClose(() => run.followers.delete(follower))
    channel.push([start])
    return channel
  }
  #of(namespace: string, pod: string, container: string): Container {
    const key = `${namespace}/${pod}/${container}`
    let held = this.#containers.get(key)
    if (!held) {
      held = { current: newRun(), previous: undefined }
      this.#containers.set(key, held)
    }
    return held
  }
}

const newRun = (): Run => ({ lines: [], followers: new Set() })
function endAll(run: Run): void {
  for (const { channel } of [...run.followers]) channel.end()
}

/** RFC 3339 with nanoseconds, as the kubelet writes it. */
const bytesOf = ({ timeMs, text }: Line, timestamps: boolean): Buffer =>
  Buffer.from(`${timestamps ? `${new Date(timeMs).toISOString().replace('Z', '000000Z')} ` : ''}${text}\n`)

function chosen(lines: readonly Line[], query: URLSearchParams, now: number): readonly Line[] {
  const [sinceTime, sinceSeconds] = [query.get('sinceTime'), query.get('sinceSeconds')]
  if (sinceTime !== null && sinceSeconds !== null)
    throw badRequest('at most one of sinceTime or sinceSeconds may be specified')
  const from =
    sinceTime !== null
      ? Date.parse(sinceTime)
      : sinceSeconds !== null
        ? now - positive(query, 'sinceSeconds') * 1_000
        : Number.NEGATIVE_INFINITY
  if (Number.isNaN(from)) throw badRequest(`invalid sinceTime ${sinceTime}`)
  const later = lines.filter(({ timeMs }) => timeMs >= from)
  const tail = query.get('tailLines')
  if (tail === null) return later
  if (!/^\d+$/.test(tail)) throw badRequest(`invalid tailLines ${tail}`)
  return Number(tail) === 0 ? [] : later.slice(-Number(tail))
}

function positive(query: URLSearchParams, name: string): number {
  const value = query.get(name) ?? ''
  if (!/^[1-9]\d*$/.test(value)) throw badRequest(`${name} must be greater than 0`)
  return Number(value)
}

function containerOf(pod: RawObject, name: string, asked: string | null): string {
  const spec = (pod.spec ?? {}) as Record<string, { name: string }[] | undefined>
  const all = [
    ...(spec.initContainers ?? []),
    ...(spec.containers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ]
  if (asked === null && (spec.containers ?? []).length !== 1) {
    const names = (spec.containers ?? []).map((container) => container.name)
    throw badRequest(
      `a container name must be specified for pod ${name}, choose one of: [${names.join(' ')}]`,
    )
  }
  const container = asked ?? spec.containers?.[0]?.name ?? ''
  if (!all.some((one) => one.name === container))
    throw badRequest(`container ${container} is not valid for pod ${name}`)
  const status = (pod.status ?? {}) as { containerStatuses?: { name: string; state?: RawObject }[] }
  const waiting = status.containerStatuses?.find((one) => one.name === container)?.state?.waiting
  const reason = (waiting as { reason?: string } | undefined)?.reason
  if (reason === 'ContainerCreating' || reason === 'PodInitializing')
    throw badRequest(`container "${container}" in pod "${name}" is waiting to start: ${reason}`)
  return container
}
