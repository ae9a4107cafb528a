import type { ServiceTime, SpanTime, TraceAnalysis, TraceProblem } from '@aiops/contract/model/trace-analysis'
import { isoTime } from '../../../kernel/clock.ts'
import { isStep, type Steps } from '../../../kernel/steps.ts'
import type { StoredSpan } from '../../../port/trace-store.ts'
import { criticalPath, type Segment } from './critical-path.ts'
import { errorOrigins, type Origin } from './error-origin.ts'
import { selfTimes } from './self-time.ts'
import { onOneClock, type SpanClock } from './span-clock.ts'
import { mainRoot, type SpanForest, spanForest } from './span-forest.ts'

const spansMax = 1_000
const segmentsMax = 10_000
const namedMax = 20
const originsMax = 100

/** A trace taken apart; what makes it uncertain is among its problems. `spans` hold one each of an id, and at least one. */
export function* analyzeTrace(traceId: string, spans: readonly StoredSpan[]): Steps<TraceAnalysis> {
  const forest = yield* spanForest(spans)
  const clock = yield* onOneClock(forest)
  const root = mainRoot(forest)
  const path = yield* criticalPath(forest, clock, root)
  const times = yield* timesOf(forest, clock, path)
  let [startMs, endMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const i of spans.keys()) {
    startMs = Math.min(startMs, clock.starts[i] ?? 0)
    endMs = Math.max(endMs, clock.ends[i] ?? 0)
  }
  yield
  const longestSelf = times.toSorted((a, b) => b.self_ms - a.self_ms).slice(0, spansMax)
  yield
  const offset = root < 0 ? startMs : (clock.starts[root] ?? 0)
  return {
    trace_id: traceId,
    start_time: isoTime(startMs),
    duration_ms: rounded(endMs - startMs),
    span_count: spans.length,
    critical_path: path.slice(0, segmentsMax).map(({ span, fromMs, toMs }) => ({
      ...nameOf(forest, span),
      offset_ms: rounded(fromMs - offset),
      duration_ms: rounded(toMs - fromMs),
    })),
    spans: longestSelf,
    services: yield* servicesOf(spans, times),
    errors: errorOrigins(forest)
      .slice(0, originsMax)
      .map((origin) => originOf(forest, origin)),
    problems: yield* problemsOf(forest, clock, root),
  }
}

/** Whole nanoseconds. */
const rounded = (ms: number): number => Math.round(ms * 1e6) / 1e6

function nameOf({ spans }: SpanForest, i: number) {
  const { spanId = '', service = '', name = '' } = spans[i] ?? {}
  return { span_id: spanId, service_name: service, operation_name: name }
}

function* timesOf(forest: SpanForest, clock: SpanClock, path: readonly Segment[]): Steps<SpanTime[]> {
  const self = yield* selfTimes(forest, clock)
  const critical = new Float64Array(forest.spans.length)
  for (const { span, fromMs, toMs } of path) critical[span]! += toMs - fromMs
  const times: SpanTime[] = []
  for (const [i, span] of forest.spans.entries()) {
    times.push({
      ...nameOf(forest, i),
      duration_ms: span.durationMs,
      self_ms: rounded(self[i] ?? 0),
      critical_ms: rounded(critical[i] ?? 0),
    })
    if (isStep(i)) yield
  }
  return times
}

function* servicesOf(spans: readonly StoredSpan[], times: readonly SpanTime[]): Steps<ServiceTime[]> {
  const found = new Map<string, ServiceTime>()
  for (const [i, { service_name, self_ms, critical_ms }] of times.entries()) {
    if (isStep(i)) yield
    const service = found.get(service_name) ?? {
      ...{ service_name, span_count: 0, error_count: 0, self_ms: 0, critical_ms: 0 },
    }
    found.set(service_name, service)
    service.span_count += 1
    service.error_count += spans[i]?.status === 'ERROR' ? 1 : 0
    service.self_ms = rounded(service.self_ms + self_ms)
    service.critical_ms = rounded(service.critical_ms + critical_ms)
  }
  return [...found.values()].sort((a, b) => b.critical_ms - a.critical_ms || b.self_ms - a.self_ms)
}

function originOf(
  forest: SpanForest,
  { span, propagated, handledBy }: Origin,
): TraceAnalysis['errors'][number] {
  const { statusMessage = '', events = [] } = forest.spans[span] ?? {}
  // The last exception is the one that left the span (OpenTelemetry semantic conventions, "Exceptions in spans").
  const { 'exception.type': type, 'exception.message': message } =
    events.findLast(({ name }) => name === 'exception')?.attributes ?? {}
  return {
    ...nameOf(forest, span),
    ...(statusMessage === '' ? {} : { status_message: statusMessage }),
    ...(type === undefined ? {} : { exception_type: type }),
    ...(message === undefined ? {} : { exception_message: message }),
    propagated: propagated.map((i) => nameOf(forest, i)),
    ...(handledBy < 0 ? {} : { handled_by: nameOf(forest, handledBy) }),
  }
}

function* problemsOf(forest: SpanForest, clock: SpanClock, root: number): Steps<TraceProblem[]> {
  const { spans, roots, orphans, cyclic, parents } = forest
  const found: TraceProblem[] = []
  const add = (kind: TraceProblem['kind'], of: readonly number[], message: string): void => {
    if (of.length === 0) return
    const span_ids = of.slice(0, namedMax).map((i) => spans[i]?.spanId ?? '')
    found.push({ kind, message, span_ids, count: of.length })
  }
  if (roots.length === 0)
    add(
      'MISSING_ROOT',
      root < 0 ? [...spans.keys()] : [root],
      'No span without a parent has come; the longest of those whose parent is missing stands in for the root.',
    )
  if (roots.length > 1)
    add('SEVERAL_ROOTS', roots, 'Several spans have no parent; the longest is taken for the root.')
  add(
    'ORPHAN_SPANS',
    orphans,
    'The parents of these spans have not come: spans were lost, sampled out, or are late.',
  )
  add('CYCLE', cyclic, 'These spans are their own ancestors, or below such; they are left out.')
  for (const [pair, skews] of Map.groupBy(clock.skews, ({ from, to }) => `${from}\0${to}`)) {
    const [from, to] = pair.split('\0')
    const middle = skews.map(({ skewMs }) => skewMs).sort((a, b) => a - b)[skews.length >> 1] ?? 0
    const sign = middle < 0 ? 'behind' : 'ahead of'
    add(
      'CLOCK_SKEW',
      skews.map(({ span }) => span),
      `The clock of ${to} seems ${rounded(Math.abs(middle))} ms ${sign} that of ${from}, since its answers lie outside of the calls; they are shown as if in the middle of them.`,
    )
  }
  yield
  const late = forest.order.filter((i) => {
    const parent = parents[i] ?? -1
    return parent >= 0 && spans[i]?.kind !== 'CONSUMER' && (clock.ends[i] ?? 0) > (clock.ends[parent] ?? 0)
  })
  add(
    'OUTLIVES_PARENT',
    late,
    'These spans end after their parent, which did not wait for them; they are not on the critical path.',
  )
  return found
}
