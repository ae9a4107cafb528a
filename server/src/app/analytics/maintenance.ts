import type { Labels } from '@aiops/contract/model/label'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Clock } from '../../kernel/clock.ts'
import type { Log } from '../../kernel/log.ts'
import { labelTest } from '../../kernel/matcher.ts'
import type { Metrics } from '../../kernel/metric.ts'
import type { Random } from '../../kernel/random.ts'
import { type Correlate, labelsOfSeries } from '../../pipeline/correlate/index.ts'
import type { MaintenanceSpan } from '../../pipeline/detect/index.ts'
import type { RecordStore } from '../../port/record-store.ts'
import { createMaintenance, type Maintenance } from '../../service/maintenance/index.ts'
import type { Config } from '../config.ts'

type Parts = {
  clock: Clock
  random: Random
  metrics: Metrics
  log: Log
  records: RecordStore
  silences: Correlate['silences']
}

/** Maintenance windows over the silences of correlation; reminders go the way of every notification. */
export const openMaintenance = ({ records, ...parts }: Parts, config: Config): Maintenance => {
  const { log, webhooks } = config.act.notify
  return createMaintenance(
    {
      ...{ ...parts, repository: records.maintenance, outbox: records.outbox },
      notifiers: [...(log ? ['log'] : []), ...webhooks.filter(isReminded).map(({ name }) => name)],
    },
    config.maintenance,
  )
}

/** Occurrences of a tenant's windows as detection sees them; one that somebody ended by hand has ended. */
export function maintenanceSpans(silences: Correlate['silences'], tenant: TenantId): MaintenanceSpan[] {
  return silences
    .list(tenant)
    .filter(({ annotations }) => annotations.maintenance !== undefined)
    .map(({ id, starts_at, ends_at, matchers }) => {
      let test: ((labels: Labels) => boolean) | undefined
      return {
        ...{ id, startMs: Date.parse(starts_at), endMs: Date.parse(ends_at) },
        covers(labels) {
          test ??= labelTest(matchers)
          return test(labelsOfSeries(labels))
        },
      }
    })
}

type Webhook = Config['act']['notify']['webhooks'][number]

/** As the ledger has it for what is about no incident: it goes nowhere, and programs are told of incidents alone. */
const isReminded = ({ kinds, format, routes }: Webhook): boolean =>
  (kinds.length > 0 ? kinds.includes('MAINTENANCE_ENDING') : format !== 'STANDARD') &&
  (routes.length === 0 || routes.includes(''))
