import { isStep, type Steps } from '../../../kernel/steps.ts'
import type { Chunk, Column } from './chunk.ts'
import { clusterOf, keyOf, nodeOf } from './directory.ts'

/** One container, or one pod where only pods are known, over the steps of a stretch. Undefined: no source tells of it. */
export type ContainerColumns = {
  cluster: string
  namespace: string
  pod: string
  /** Empty for a whole pod. */
  container: string
  node: string
  cpuRequest?: Float64Array
  cpuUsage?: Float64Array
  cpuAllocated?: Float64Array
  ramRequest?: Float64Array
  ramUsage?: Float64Array
  ramAllocated?: Float64Array
  gpu?: Float64Array
}
type Field = Exclude<keyof ContainerColumns, 'cluster' | 'namespace' | 'pod' | 'container' | 'node'>

/** Series by the container that they are of. A pod that its containers tell of is not counted again as a whole. */
export function* containersOf({ columns, count }: Chunk): Steps<ContainerColumns[]> {
  const all = new Map<string, ContainerColumns>()
  let taken = 0
  function* take(source: Column[], field: Field): Steps<void> {
    for (const { labels, values } of source) {
      taken += 1
      if (isStep(taken)) yield
      const { namespace = '', pod = '', container = '' } = labels
      const cluster = clusterOf(labels)
      const key = keyOf(cluster, namespace, pod, container)
      let one = all.get(key)
      if (!one) {
        one = { cluster, namespace, pod, container, node: '' }
        all.set(key, one)
      }
      one.node ||= nodeOf(labels)
      const there = one[field]
      one[field] = there ? larger(there, values, count) : values
    }
  }
  yield* take(columns.cpuRequest, 'cpuRequest')
  yield* take(columns.ramRequest, 'ramRequest')
  yield* take(columns.cpuAllocated, 'cpuAllocated')
  yield* take(columns.ramAllocated, 'ramAllocated')
  yield* take(columns.gpuRequest, 'gpu')
  yield* take(columns.gpuAllocated, 'gpu')
  const told = new Set([...all.values()].map((one) => keyOf(one.cluster, one.namespace, one.pod)))
  const isNew = ({ labels }: Column): boolean =>
    !told.has(keyOf(clusterOf(labels), labels.namespace ?? '', labels.pod ?? ''))
  const watched = columns.watchedCpu.filter(isNew)
  const whole = new Set(
    watched.map(({ labels }) => keyOf(clusterOf(labels), labels.namespace ?? '', labels.pod ?? '')),
  )
  yield* take(watched, 'cpuRequest')
  yield* take(columns.watchedRam.filter(isNew), 'ramRequest')
  yield* take(columns.watchedGpu.filter(isNew), 'gpu')
  yield* take(ofWholePods(columns.cpuUsage, whole, count), 'cpuUsage')
  yield* take(ofWholePods(columns.ramUsage, whole, count), 'ramUsage')
  return [...all.values()]
}

/** Usage of containers whose pod is known only as a whole is usage of the pod. */
function ofWholePods(source: Column[], whole: ReadonlySet<string>, count: number): Column[] {
  if (whole.size === 0) return source
  const sums = new Map<string, Column>()
  const others: Column[] = []
  for (const column of source) {
    const { namespace = '', pod = '', container: _container, ...rest } = column.labels
    const key = keyOf(clusterOf(column.labels), namespace, pod)
    if (!whole.has(key)) {
      others.push(column)
      continue
    }
    const sum = sums.get(key)
    if (!sum) sums.set(key, { labels: { ...rest, namespace, pod }, values: column.values.slice() })
    else for (let k = 0; k < count; k += 1) sum.values[k] = plus(sum.values[k]!, column.values[k]!)
  }
  return [...others, ...sums.values()]
}

const plus = (a: number, b: number): number => (Number.isNaN(a) ? b : Number.isNaN(b) ? a : a + b)

function larger(a: Float64Array, b: Float64Array, count: number): Float64Array {
  const both = new Float64Array(count)
  for (let k = 0; k < count; k += 1) both[k] = largest(a[k]!, b[k]!)
  return both
}

/** The greater of what is known; NaN where neither is. */
export const largest = (a: number, b: number): number =>
  Number.isNaN(a) ? b : Number.isNaN(b) ? a : a > b ? a : b
