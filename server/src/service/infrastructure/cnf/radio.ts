import type { ReadingHistory } from '../signature/signature.ts'
import { type PmCounter, pmCounterOf } from './names.ts'
import { periodLabel } from './pm-file.ts'
import { byName, keyOf, labelOf, nodeOf, oncePerReading, type Series, viewMax } from './series.ts'

/** A cell, a DU or a radio unit, with what is counted of it. */
export type RadioObject = {
  namespace: string
  /** Pod that counts; '' where the values came by file. */
  pod: string
  node: string
  /** Distinguished name, cell or radio unit; '' where the pod counts one thing only. */
  name: string
  counters: Map<PmCounter, Series[]>
}

const nameLabels = [
  'object',
  'measObjLdn',
  'meas_obj_ldn',
  'cell',
  'cell_id',
  'nrcelldu',
  'ru',
  'ru_id',
  'eaxc',
  'carrier',
]

export const radioObjects = oncePerReading(({ now }: ReadingHistory): RadioObject[] => {
  const found = new Map<string, RadioObject>()
  for (const [metric, samples] of byName(now)) {
    const counter = pmCounterOf(metric)
    if (!counter) continue
    for (const sample of samples) {
      const { labels } = sample
      const name = nameLabels.map((label) => labels[label]).find((value) => value) ?? ''
      const namespace = labelOf(labels, 'namespace') ?? ''
      const pod = labelOf(labels, 'pod') ?? ''
      const node = nodeOf(labels)
      const element = labels.managed_element ?? ''
      const key = keyOf(namespace, pod || node || element, name)
      let object = found.get(key)
      if (!object) {
        if (found.size >= viewMax) break
        const title = element && name ? `${element},${name}` : name || element
        object = { namespace, pod, node, name: title, counters: new Map() }
        found.set(key, object)
      }
      const list = object.counters.get(counter)
      if (list) list.push(sample)
      else object.counters.set(counter, [sample])
    }
  }
  return [...found.values()]
})

/** What was counted lately: the rise of a running total, or the newest period of a report. Undefined where that is not known. */
export function countOf(
  history: ReadingHistory,
  { counters }: RadioObject,
  counter: PmCounter,
  windowMs: number,
): number | undefined {
  let sum: number | undefined
  for (const series of counters.get(counter) ?? []) {
    const count = series.labels[periodLabel] ? series.value : history.increase(series, windowMs)
    if (count !== undefined && count >= 0) sum = (sum ?? 0) + count
  }
  return sum
}
