import type { Labels } from '@aiops/contract/model/label'
import { z } from 'zod'
import { isoTime } from '../../../kernel/clock.ts'
import { Fault } from '../../../kernel/fault.ts'
import type { PlainAlert } from '../index.ts'
import { Rejections } from '../rejection.ts'
import { labelFingerprint } from './fingerprint.ts'
import { textsOf } from './text-map.ts'

const Moment = z.union([z.literal(''), z.iso.datetime({ offset: true })]).nullish()

/** `postableAlerts` of the Alertmanager API v2 (its openapi.yaml); labels are read by hand, as a parser may lose a name such as __proto__. */
const Posted = z.array(
  z.object({
    labels: z.unknown(),
    annotations: z.unknown().optional(),
    startsAt: Moment,
    endsAt: Moment,
    generatorURL: z.string().max(8_192).nullish(),
  }),
)

/**
 * The alerts of a `POST /api/v2/alerts`, as Alertmanager reads them: no start is now; no end is one resolve timeout from now; an end in
 * the past is resolved, one to come is when it resolves by itself. What is wrong with one is in `rejections`. Throws for a body that is
 * none at all.
 */
export function postedAlerts(
  body: unknown,
  nowMs: number,
  resolveTimeoutMs: number,
): { alerts: PlainAlert[]; rejections: Rejections } {
  const parsed = Posted.safeParse(body)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Fault('INVALID_REQUEST', `alerts.${issue?.path.join('.')}: ${issue?.message}`)
  }
  const rejections = new Rejections()
  const alerts: PlainAlert[] = []
  for (const [at, posted] of parsed.data.entries()) {
    const labels = withoutEmpty(textsOf(posted.labels, `alerts.${at}.labels`))
    const annotations = withoutEmpty(textsOf(posted.annotations, `alerts.${at}.annotations`))
    const startMs = timeOf(posted.startsAt)
    const endMs = timeOf(posted.endsAt)
    if (Object.keys(labels).length === 0)
      rejections.add(new Fault('INVALID_LABELS', 'at least one label pair required'))
    else if (startMs !== undefined && endMs !== undefined && endMs < startMs)
      rejections.add(new Fault('VALIDATION_FAILED', 'start time must be before end time'))
    else {
      const url = posted.generatorURL ?? undefined
      alerts.push({
        ...described(labels, annotations),
        ...stretch(startMs, endMs, nowMs, resolveTimeoutMs),
        generator_url: url,
      })
    }
  }
  return { alerts, rejections }
}

function described(labels: Labels, annotations: Labels) {
  const name = labels.alertname || 'alert'
  return {
    name,
    severity: labels.severity ?? '',
    message: annotations.summary || annotations.description || annotations.message || name,
    labels,
    annotations,
    fingerprint: labelFingerprint(labels),
    joins: true,
  }
}

function stretch(startMs: number | undefined, endMs: number | undefined, nowMs: number, timeoutMs: number) {
  const end = endMs ?? nowMs + timeoutMs
  const starts_at = startMs === undefined ? undefined : isoTime(startMs)
  return end > nowMs
    ? { status: 'FIRING' as const, starts_at, expires_at: isoTime(end) }
    : { status: 'RESOLVED' as const, starts_at, ends_at: isoTime(end) }
}

/** Go writes the zero time for none. */
function timeOf(text: string | null | undefined): number | undefined {
  if (!text || text.startsWith('0001-01-01')) return undefined
  return Date.parse(text)
}

function withoutEmpty(texts: Labels): Labels {
  for (const name of Object.keys(texts)) if (texts[name] === '') delete texts[name]
  return texts
}
