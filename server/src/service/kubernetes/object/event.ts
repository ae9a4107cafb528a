import { z } from 'zod'
import { count, moment, part, text, word } from './field.ts'
import { Meta, Reference } from './meta.ts'

/** Of both APIs: core/v1 has involvedObject, message and count; events.k8s.io/v1 regarding, note and series. */
const Raw = z.object({
  metadata: Meta,
  type: word,
  reason: word,
  message: text,
  note: text,
  count,
  deprecatedCount: count,
  firstTimestamp: moment,
  lastTimestamp: moment,
  deprecatedFirstTimestamp: moment,
  deprecatedLastTimestamp: moment,
  eventTime: moment,
  series: part(z.object({ count, lastObservedTime: moment })),
  involvedObject: part(Reference),
  regarding: part(Reference),
  source: part(z.object({ component: word, host: word })),
  reportingComponent: text,
  reportingController: text,
})

/** An event in one form, whichever API it came by. Its times may be missing in neither. */
export const KubeEvent = Raw.transform((raw) => {
  const first =
    raw.firstTimestamp ?? raw.deprecatedFirstTimestamp ?? raw.eventTime ?? raw.metadata.creationTimestamp
  const last =
    raw.series?.lastObservedTime ?? raw.lastTimestamp ?? raw.deprecatedLastTimestamp ?? raw.eventTime ?? first
  return {
    metadata: raw.metadata,
    /** Normal or Warning. */
    type: raw.type,
    reason: raw.reason,
    message: raw.message ?? raw.note ?? '',
    /** How often it was seen. */
    count: raw.series?.count ?? raw.count ?? raw.deprecatedCount ?? 1,
    firstMs: msOf(first),
    lastMs: msOf(last),
    about: raw.involvedObject ??
      raw.regarding ?? { apiVersion: undefined, kind: '', namespace: '', name: '', uid: '' },
    source: raw.reportingComponent || raw.reportingController || raw.source?.component || '',
    host: raw.source?.host ?? '',
  }
})
export type KubeEvent = z.infer<typeof KubeEvent>

/** 0 where there is no time. */
function msOf(time: string | undefined): number {
  const ms = time === undefined ? Number.NaN : Date.parse(time)
  return Number.isNaN(ms) ? 0 : ms
}
