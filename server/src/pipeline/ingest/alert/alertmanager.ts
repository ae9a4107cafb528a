import type { ProtocolFactory, ProtocolHandler } from '../protocol.ts'
import { decompress, encodingOf, formatOf, parseJson } from '../wire/body.ts'
import { alertsOfWebhook } from './alertmanager-webhook.ts'

/** Alertmanager as a sender: its webhook notifications. */
export const alertmanager: ProtocolFactory = ({ alerts, bodyLimits, countAlerts }) => {
  const webhook: ProtocolHandler = async ({ tenant, headers, params, body }) => {
    formatOf(headers, ['json'])
    const encoding = encodingOf(headers, ['identity', 'gzip', 'zstd']) ?? 'identity'
    const parsed = parseJson(decompress(body, encoding, 'json', bodyLimits))
    const stored = await alerts.accept(tenant, 'alertmanager', alertsOfWebhook(parsed, params.cluster_id))
    countAlerts(tenant, stored.length)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' }
  }
  return {
    receivers: ['/api/v1/alerts/webhook', '/api/v1/alerts/webhook/{cluster_id}'].map((path) => ({
      path,
      summary: 'Alertmanager webhook, version 4.',
      handle: webhook,
    })),
    readers: {},
  }
}
