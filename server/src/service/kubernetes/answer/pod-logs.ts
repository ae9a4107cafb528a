import type { PodLogLine } from '@aiops/contract/model/kubernetes'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { ClusterApi } from '../../../port/cluster-api.ts'
import type { LogFilter, PodLogs } from '../index.ts'
import type { ClusterMemory } from '../memory/cluster-memory.ts'
import type { Pod } from '../object/pod.ts'

const bytesMax = 4 * 1_048_576
const timeoutMs = 30_000

/** Lines that are remembered, where there are as many as asked for, or the pod is gone; else those that the cluster has now. */
export async function podLogs(
  memory: Pick<ClusterMemory, 'logTail' | 'view'>,
  api: ClusterApi,
  filter: LogFilter,
): Promise<PodLogs> {
  const { namespace, pod, container, tailLines, sinceMs, previous } = filter
  const known = memory.logTail({
    ...{ namespace, pod, previous, tailLines },
    ...(container === '' ? {} : { container }),
    ...(sinceMs === undefined ? {} : { sinceMs }),
  })
  const remembered = (known?.lines ?? []).map(
    ({ timeMs, container: of, text }): PodLogLine => ({
      at: timeMs === 0 ? null : isoTime(timeMs),
      ...{ container: of, text },
    }),
  )
  const there = memory.view().get('Pod', namespace, pod)
  if (remembered.length >= tailLines || (!there && remembered.length > 0))
    return { lines: remembered, source: 'MEMORY', truncated: remembered.length >= tailLines }
  if (!there)
    throw new Fault('NOT_FOUND', `There is no pod ${namespace}/${pod}, and no line of it is remembered.`)
  return logsNow(api, filter, there)
}

/** As the kubelet has them. Throws what the API server says. */
export async function logsNow(
  api: ClusterApi,
  { namespace, pod, container, tailLines, sinceMs, previous }: LogFilter,
  there: Pod,
): Promise<PodLogs> {
  const of = container || mainContainer(there)
  const signal = AbortSignal.timeout(timeoutMs)
  const body = await api.logs({
    ...{ namespace, pod, container: of, previous, tailLines, limitBytes: bytesMax, timestamps: true, signal },
    ...(sinceMs === undefined ? {} : { sinceTime: isoTime(sinceMs) }),
  })
  const parts: Uint8Array[] = []
  let sizeBytes = 0
  for await (const part of body) {
    parts.push(part)
    sizeBytes += part.length
    if (sizeBytes > bytesMax) break
  }
  const lines = Buffer.concat(parts).toString('utf8').split('\n')
  if (lines.at(-1) === '') lines.pop()
  return {
    lines: lines.slice(-tailLines).map((line) => lineOf(line, of)),
    ...{ source: 'CLUSTER', truncated: sizeBytes > bytesMax || lines.length >= tailLines },
  }
}

/** The one that kubectl shows too: its annotation, else the first. */
function mainContainer({ metadata, spec }: Pod): string {
  const named = metadata.annotations['kubectl.kubernetes.io/default-container']
  return named ?? spec.containers[0]?.name ?? ''
}

function lineOf(line: string, container: string): PodLogLine {
  const [, at, text] = /^(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) ?(.*)$/s.exec(line) ?? []
  const ms = at === undefined ? Number.NaN : Date.parse(at)
  return Number.isNaN(ms)
    ? { at: null, container, text: line }
    : { at: isoTime(ms), container, text: text ?? '' }
}
