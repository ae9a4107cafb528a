import { stringify } from 'yaml'
import type { Shop } from './shop.ts'

/** Name of the secret that holds the shop's admin key. */
export const secretName = 'SHOP_ADMIN'

/**
 * What the shop's operators would write for it: one runbook that restores whichever service the diagnosis names.
 * It covers every service and every kind of trouble alike, so that it tells the platform nothing about the fault.
 */
export function shopRunbook(shop: Shop): string {
  const call = (verb: string) => ({
    name: verb === 'restore' ? 'Restore the service' : 'Undo the restore',
    type: 'http',
    method: 'POST',
    url: `${shop.admin}/services/{{service}}/${verb}`,
    headers: { authorization: `Bearer {{secret.${secretName}}}` },
    timeout: '20s',
    idempotent: true,
  })
  return stringify({
    id: 'restore-service',
    name: 'Restore a service of the shop',
    description: 'Asks the service’s admin endpoint to put it back to its last good state.',
    match: { categories: [], entities: shop.services.map((s) => `service/${s.name}`), min_probability: 0.3 },
    blast_radius: { max_affected_services: shop.services.length },
    steps: [call('restore')],
    verify: { conditions: [], anomalies_ended: true, hold: '6s', within: '60s' },
    rollback: [call('undo')],
  })
}
