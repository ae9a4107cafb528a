import { z } from 'zod'
import { Fault } from '../../../kernel/fault.ts'
import type { PlainAlert } from '../index.ts'
import { fingerprintOf } from './fingerprint.ts'
import { textsOf } from './text-map.ts'

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config; fields that are not used are not looked at. */
const Webhook = z.object({
  version: z.literal('4'),
  alerts: z.array(
    z.object({
      status: z.enum(['firing', 'resolved']),
      // Read by hand below: an object built by a parser would lose or mistake a name such as __proto__.
      labels: z.unknown(),
      annotations: z.unknown(),
      startsAt: z.iso.datetime({ offset: true }),
      endsAt: z.iso.datetime({ offset: true }).optional(),
      generatorURL: z.string().max(8_192).optional(),
      fingerprint: z.string().max(128).optional(),
    }),
  ),
})

/**
 * The alerts of an Alertmanager notification, version 4. `clusterId` from the path becomes the label `cluster`; then the
 * sender's fingerprint, made without it, would collide between clusters, and ours replaces it.
 */
export function alertsOfWebhook(body: unknown, clusterId: string | undefined): PlainAlert[] {
  const parsed = Webhook.safeParse(body)
  if (!parsed.success) {
    const details = parsed.error.issues
      .slice(0, 20)
      .map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
    throw new Fault(
      'VALIDATION_FAILED',
      `This is not an Alertmanager webhook of version 4: ${details[0]?.path || 'body'}: ${details[0]?.message}.`,
      { details },
    )
  }
  return parsed.data.alerts.map((alert, at) => {
    const labels = textsOf(alert.labels, `alerts.${at}.labels`)
    const annotations = textsOf(alert.annotations, `alerts.${at}.annotations`)
    const name = labels.alertname || 'alert'
    if (clusterId !== undefined) labels.cluster = clusterId
    return {
      name,
      severity: labels.severity ?? '',
      status: alert.status === 'firing' ? 'FIRING' : 'RESOLVED',
      message: annotations.summary || annotations.description || annotations.message || name,
      labels,
      annotations,
      starts_at: alert.startsAt,
      ends_at: alert.endsAt?.startsWith('0001-') ? null : alert.endsAt,
      fingerprint: clusterId === undefined ? alert.fingerprint : fingerprintOf(name, labels),
      generator_url: alert.generatorURL,
    }
  })
}
