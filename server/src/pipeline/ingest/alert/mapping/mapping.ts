import { Fault } from '../../../../kernel/fault.ts'
import type { ProtocolFactory, ProtocolHandler } from '../../protocol.ts'
import { decompress, encodingOf, parseJson } from '../../wire/body.ts'
import { webhookCredential } from '../credential.ts'
import { mapBody } from './map-body.ts'

const json = { 'content-type': 'application/json' }

/** Webhooks of whoever sends alerts, each read by the mapping that the path names. */
export const mapping: ProtocolFactory = ({ alerts, bodyLimits, clock, countAlerts, mappings, sns }) => {
  // Whatever type a sender gives its JSON: SNS says text/plain.
  const receive: ProtocolHandler = async ({ tenant, headers, params, body }) => {
    const id = params.mapping ?? ''
    const known = mappings.get(id)
    if (!known) {
      const names = mappings.all.map((one) => one.id).join(', ')
      throw new Fault(
        'NOT_FOUND',
        `There is no mapping ${JSON.stringify(id.slice(0, 64))}; there are ${names}.`,
      )
    }
    const encoding = encodingOf(headers, ['identity', 'gzip', 'zstd']) ?? 'identity'
    const parsed = parseJson(decompress(body, encoding, 'json', bodyLimits))
    const incoming = (await sns.admit(parsed, headers, id)) ? [] : mapBody(known, parsed, clock.now())
    const { stored, rejections } = await alerts.acceptEach(tenant, id, incoming)
    countAlerts(tenant, stored.length, rejections)
    const refused = stored.length === 0 ? rejections.fault(0, 'alerts') : undefined
    const reply = { accepted: stored.length, rejected: rejections.count, reason: rejections.sentence }
    return refused ?? { status: 200, headers: json, body: JSON.stringify(reply) }
  }
  return {
    receivers: [
      {
        path: '/api/v1/alerts/from/{mapping}',
        summary:
          'Alerts of any sender, read by a declarative mapping: grafana, datadog, cloudwatch and others.',
        handle: receive,
        credential: webhookCredential,
      },
      {
        method: 'GET',
        path: '/api/v1/alerts/from',
        summary: 'The mappings in force, and what is wrong with documents that are not.',
        permission: 'telemetry:read',
        handle: async () => {
          const list = mappings.all.map(({ id, description, file }) => ({
            id,
            description,
            file: file || null,
          }))
          return {
            status: 200,
            headers: json,
            body: JSON.stringify({ mappings: list, problems: mappings.problems }),
          }
        },
      },
    ],
    readers: {},
  }
}
