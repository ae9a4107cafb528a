import { durationMs } from '@aiops/contract/model/time'
import type { Fault } from '../../../kernel/fault.ts'
import type { IngestReply } from '../index.ts'
import type { ProtocolFactory, ProtocolHandler } from '../protocol.ts'
import { decompress, encodingOf, formatOf, parseJson } from '../wire/body.ts'
import { alertsOfWebhook } from './alertmanager-webhook.ts'
import { postedAlerts } from './posted-alert.ts'

const json = { 'content-type': 'application/json' }

/** Alertmanager as a sender, its webhook notifications; and what is sent to an Alertmanager, by Prometheus, rulers and amtool. */
export const alertmanager: ProtocolFactory = ({ alerts, bodyLimits, clock, config, countAlerts }) => {
  const read = ({ headers, body }: Parameters<ProtocolHandler>[0]): unknown => {
    formatOf(headers, ['json'])
    const encoding = encodingOf(headers, ['identity', 'gzip', 'zstd']) ?? 'identity'
    return parseJson(decompress(body, encoding, 'json', bodyLimits))
  }
  const webhook: ProtocolHandler = async (request) => {
    const { tenant, params } = request
    const incoming = alertsOfWebhook(read(request), params.cluster_id)
    const stored = await alerts.accept(tenant, 'alertmanager', incoming)
    countAlerts(tenant, stored.length)
    return { status: 200, headers: json, body: '{}' }
  }
  const timeoutMs = durationMs(config.alert_resolve_timeout)
  /** As Alertmanager does, the sound ones of a request are taken and the answer is 400 all the same. */
  const post: ProtocolHandler = async (request) => {
    const { tenant } = request
    const { alerts: incoming, rejections } = postedAlerts(read(request), clock.now(), timeoutMs)
    const { stored, rejections: refused } = await alerts.acceptEach(tenant, 'alertmanager', incoming)
    rejections.addAll(refused)
    countAlerts(tenant, stored.length, rejections)
    return rejections.fault(stored.length, 'alerts') ?? { status: 200, headers: json, body: '' }
  }
  return {
    receivers: [
      ...['/api/v1/alerts/webhook', '/api/v1/alerts/webhook/{cluster_id}'].map((path) => ({
        path,
        summary: 'Alertmanager webhook, version 4.',
        handle: webhook,
      })),
      ...['/api/v2/alerts', '/alertmanager/api/v2/alerts'].map((path) => ({
        path,
        summary: 'Alertmanager API v2: alerts, as Prometheus sends them.',
        handle: post,
        refuse: refusal,
      })),
    ],
    readers: {},
  }
}

/** Alertmanager says what is wrong as one JSON string, and 400 for all that the sender did wrong. */
export function refusal(fault: Fault): IngestReply {
  const status = fault.status === 422 ? 400 : fault.status
  return { status, headers: json, body: JSON.stringify(fault.message) }
}
