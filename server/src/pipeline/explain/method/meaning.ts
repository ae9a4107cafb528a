/** What a metric says about its entity, read from generic words of its name and its unit, never from the entity's name. */
export type Role = 'LATENCY' | 'ERRORS' | 'TRAFFIC' | 'CPU' | 'MEMORY' | 'POOL' | 'DISK' | 'NETWORK' | 'OTHER'

/**
 * Whose doing the metric shows. SERVER: what the entity's callers get from it. CLIENT: what it gets from others.
 * SELF: its own part alone, with dependencies taken out. RESOURCE: what it uses.
 */
export type Scope = 'SERVER' | 'CLIENT' | 'SELF' | 'RESOURCE'

export type Meaning = {
  role: Role
  scope: Scope
  /** The direction in which it hurts. */
  bad: 'UP' | 'DOWN' | 'EITHER'
  /** A share of something, counted as failures when `bad` is DOWN. */
  ratio: boolean
  /** Of a resource: that it was waited for. Who takes it all is somebody else, or the same. */
  waited: boolean
  /** The least difference that can matter, in the metric's unit; 0 where the unit is not known. */
  step: number
  /** The least difference that can matter, as a share of the usual level. */
  floor: number
  /** 0..1, how much the metric can say at all. */
  weight: number
}

/**
 * Words by OpenTelemetry's semantic conventions and Prometheus' naming practice
 * (https://opentelemetry.io/docs/specs/semconv/, https://prometheus.io/docs/practices/naming/).
 */
export function meaningOf(
  metric: string,
  unit: string | undefined,
  labels: Readonly<Record<string, string>>,
  atEdge: boolean,
): Meaning {
  const words = new Set(wordsOf(metric))
  const has = (...some: readonly string[]) => some.some((word) => words.has(word))
  const rate = /(:rate|_count)$/.test(metric)
  const timed = unit === undefined || unit === '' || /^(s|ms|us|ns|min)$/.test(unit)
  const meaning = (role: Role, scope: Scope, bad: Meaning['bad'], weight = 1, ratio = false): Meaning => ({
    role,
    scope,
    bad,
    ratio,
    waited: scope === 'RESOURCE' && has(...waitingWords),
    weight,
    step: stepOf(role, ratio, unit),
    floor: role === 'LATENCY' && isQuantile(words) ? quantileFloor : usualFloor,
  })
  const outward: Scope = atEdge || has('client', 'outbound', 'egress') ? 'CLIENT' : 'SERVER'

  if (metric === 'up') return meaning('ERRORS', 'SELF', 'DOWN', 1, true)
  if (has('uptime', 'timestamp', 'info', 'build', 'version', 'max', 'limit', 'start', 'quota'))
    return meaning('OTHER', 'RESOURCE', 'EITHER', 0)
  if (has('self') && !has('error', 'errors')) return meaning('LATENCY', 'SELF', 'UP')
  const ratio = has('ratio', 'percent', 'percentage', 'availability') || unit === '1' || unit === '%'
  if (has('origin') && has('error', 'errors')) return meaning('ERRORS', 'SELF', 'UP', 1, ratio)
  if (has(...successWords)) return meaning('ERRORS', outward, 'DOWN', 1, true)
  // What is left rather than used, by name or by the state that a label tells.
  const free =
    has('idle', 'available', 'free') ||
    Object.values(labels).some((value) => /^(idle|free|available)$/.test(value))
  const looped = has('eventloop') || (has('event') && has('loop'))
  const pooled = !looped && has(...poolWords)
  if (pooled && rate && !has('timeouts', 'timeout', ...errorWords))
    return meaning('OTHER', 'RESOURCE', 'EITHER', 0.3)
  if (pooled) {
    return meaning('POOL', 'RESOURCE', free ? 'DOWN' : 'UP', free ? 0.6 : 1)
  }
  if (has(...errorWords)) return meaning('ERRORS', outward, 'UP', 1, ratio || has('error_ratio'))
  if (looped || has(...cpuWords) || (has('load') && has('1', '5', '15', 'average')))
    return meaning('CPU', 'RESOURCE', free ? 'DOWN' : 'UP', has('gc') ? 0.6 : 1, ratio)
  if (has(...memoryWords)) return meaning('MEMORY', 'RESOURCE', free ? 'DOWN' : 'UP')
  if (has(...diskWords)) return meaning('DISK', 'RESOURCE', 'UP', 0.8)
  if (has(...networkWords)) return meaning('NETWORK', 'RESOURCE', 'EITHER', 0.5)
  const slow = has(...latencyWords)
  if (slow && !rate && timed) return meaning('LATENCY', outward, 'UP')
  if (slow || rate || has(...trafficWords)) return meaning('TRAFFIC', outward, 'DOWN')
  if (unit === 's' || unit === 'ms') return meaning('LATENCY', outward, 'UP', 0.7)
  if (unit === 'By') return meaning('MEMORY', 'RESOURCE', 'UP', 0.5)
  return meaning('OTHER', 'RESOURCE', 'EITHER', 0.7)
}

/** A change smaller than this share of the usual level is no change, however quiet the series was. */
export const usualFloor = 0.05
/** A quantile is read off the bounds of histogram buckets, and one request more or less moves it within them. */
const quantileFloor = 0.15

const isQuantile = (words: ReadonlySet<string>): boolean =>
  ['quantile', 'percentile'].some((word) => words.has(word)) ||
  (words.has('p') && [...words].some((word) => /^\d{2,4}$/.test(word)))

/** `90` of `latency.p90`; empty where the name tells none. Of two metrics that tell the same, one may be held against the other. */
export const quantileOf = (metric: string): string =>
  wordsOf(metric)
    .filter((word) => /^\d+$/.test(word))
    .join()

/** Two scheduler slices of a busy machine, a hundredth of failures, a millisecond, one connection: less is not worth telling. */
function stepOf(role: Role, ratio: boolean, unit: string | undefined): number {
  if (ratio) return role === 'CPU' ? 0.03 : 0.005
  const seconds = role === 'CPU' ? 0.01 : role === 'POOL' ? 0.005 : 0.001
  if (unit === 's') return seconds
  // Seconds a second: a share of one processor or device.
  if (unit === 's/s') return 0.05
  if (unit === 'ms') return seconds * 1_000
  return unit?.startsWith('{') && !unit.includes('/') ? 1 : 0
}

const successWords = ['success', 'successful', 'availability', 'healthy', 'ready', 'apdex'] as const
const errorWords = [
  'error',
  'errors',
  'err',
  'fail',
  'failed',
  'failure',
  'failures',
  'exception',
  'exceptions',
  'xx',
  'rejected',
  'refused',
  'dropped',
  'aborted',
  'panic',
  'crash',
  'restarts',
  'timeouts',
  'timeout',
] as const
const poolWords = [
  'pool',
  'connection',
  'connections',
  'pending',
  'wait',
  'waiting',
  'waiters',
  'queue',
  'queued',
  'backlog',
  'lag',
  'thread',
  'threads',
  'worker',
  'workers',
  'inflight',
  'active',
  'saturation',
  'semaphore',
  'slots',
  'acquire',
] as const
const cpuWords = [
  'cpu',
  'processor',
  'throttled',
  'throttling',
  'throttle',
  'gc',
  'runqueue',
  'scheduler',
] as const
/** `node_pressure_cpu_waiting`, `nodejs.eventloop.delay`, `container_cpu_cfs_throttled`, what a hypervisor steals. */
const waitingWords = [
  ...['delay', 'lag', 'wait', 'waiting', 'stalled', 'pressure', 'steal', 'stolen', 'runqueue'],
  ...['throttled', 'throttling', 'throttle', 'latency', 'latencies'],
] as const
const memoryWords = ['memory', 'mem', 'heap', 'rss', 'oom', 'swap', 'alloc', 'pagefault', 'ram'] as const
const diskWords = [
  'disk',
  'fs',
  'filesystem',
  'io',
  'iops',
  'inode',
  'inodes',
  'volume',
  'storage',
  'fsync',
  'syscall',
  'blkio',
] as const
const networkWords = [
  'network',
  'net',
  'tcp',
  'udp',
  'packet',
  'packets',
  'rx',
  'tx',
  'retransmit',
  'retransmits',
  'socket',
  'sockets',
  'bandwidth',
  'dns',
] as const
const latencyWords = [
  'latency',
  'lat',
  'duration',
  'time',
  'response',
  'rt',
  'elapsed',
  'delay',
  'seconds',
  'milliseconds',
] as const
const trafficWords = [
  'rate',
  'request',
  'requests',
  'rps',
  'qps',
  'tps',
  'throughput',
  'workload',
  'calls',
  'ops',
  'operations',
  'hits',
  'messages',
  'traffic',
  'load',
  'total',
  'received',
  'sent',
] as const

/** Lower-case words: at punctuation, at a change of case, between letters and digits. */
export function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/([A-Za-z])(\d)/g, '$1 $2')
    .replace(/(\d)([A-Za-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
}
