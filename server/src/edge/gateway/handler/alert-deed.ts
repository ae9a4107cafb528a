import { deedLimits } from '@aiops/contract/api/alert-deed'
import type { Alert } from '@aiops/contract/model/alert'
import type { TenantId } from '@aiops/contract/model/tenant'
import { Fault } from '../../../kernel/fault.ts'
import { Turn } from '../../../kernel/turn.ts'
import { alertQuery } from '../../../pipeline/correlate/index.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { type AlertConditions, alertFilter } from './alert-filter.ts'
import { searchThrough } from './alert-search-through.ts'

type DeedHandlers = { actOnAlerts: Handler<'actOnAlerts'> }

/** Read at once: others are served between two. */
const stepMax = 500

export function alertDeedHandlers({
  records,
  correlate,
  clock,
}: Pick<HandlerDeps, 'records' | 'correlate' | 'clock'>): DeedHandlers {
  async function fitting(tenant: TenantId, conditions: AlertConditions): Promise<Alert[]> {
    const limit = deedLimits.fittingMax
    const cel = conditions.cel === undefined ? undefined : alertQuery(conditions.cel)
    const filter = { ...alertFilter(conditions), where: cel?.where ?? undefined }
    const turn = new Turn(clock)
    const page = { sort: '-received_at', facets: false } as const
    if (cel && !cel.exact) {
      const asked = { tenant, filter, test: cel.test }
      const found = await searchThrough(records.alertSearch, turn, asked, { ...page, limit, offset: 0 })
      if ('incomplete' in found && found.incomplete) throw new Fault('INVALID_REQUEST', found.incomplete)
      return mayBeSoMany(found.alerts, found.total)
    }
    const alerts = new Map<string, Alert>()
    for (let offset = 0; offset < limit; offset += stepMax) {
      const found = await records.alertSearch.search(tenant, filter, { ...page, limit: stepMax, offset })
      mayBeSoMany(found.alerts, found.total)
      // One that came meanwhile moves the others down a page.
      for (const alert of found.alerts) alerts.set(alert.id, alert)
      if (found.alerts.length < stepMax) break
      await turn.give()
    }
    return [...alerts.values()]
  }

  return {
    async actOnAlerts({ body }, { tenant, actor }) {
      check(body)
      const { action, into, comment, dry_run, count_max } = body
      const ids = [...new Set(body.ids ?? [])]
      const alerts = body.filter
        ? await fitting(tenant, body.filter)
        : await records.alertSearch.byIds(tenant, ids)
      if (!dry_run && count_max !== undefined && alerts.length > count_max)
        throw new Fault(
          'CONFLICT',
          `By now ${alerts.length} alerts fit, and ${count_max} were seen. Nothing was done; look again.`,
        )
      const deed = { action, into, comment, dryRun: dry_run }
      const results = await correlate.deeds.act(tenant, actor, deed, alerts)
      const count = (outcome: string): number =>
        results.reduce((sum, one) => sum + (one.outcome === outcome ? one.ids.length : 0), 0)
      const there = new Set(alerts.map(({ id }) => id))
      return {
        ...{ dry_run, matched: alerts.length, results },
        ...{ done: count('DONE'), unchanged: count('UNCHANGED'), failed: count('FAILED') },
        missing: ids.filter((id) => !there.has(id)),
      }
    },
  }
}

type Body = Parameters<DeedHandlers['actOnAlerts']>[0]['body']

function check({ action, ids, filter, count_max, into, dry_run }: Body): void {
  if ((ids === undefined) === (filter === undefined)) throw wrong('ids', 'either ids or a filter')
  if ((action === 'JOIN') !== (into !== undefined)) throw wrong('into', 'an incident, for JOIN alone')
  if (filter !== undefined && !dry_run && count_max === undefined)
    throw wrong('count_max', 'with a filter the count that was seen; ask with dry_run first')
}

const wrong = (path: string, message: string): Fault =>
  new Fault('VALIDATION_FAILED', `${path}: ${message}`, { details: [{ path, message }] })

function mayBeSoMany(alerts: Alert[], total: number): Alert[] {
  if (total > deedLimits.fittingMax)
    throw new Fault(
      'INVALID_REQUEST',
      `${total} alerts fit; ${deedLimits.fittingMax} at once is the most. Narrow the filter.`,
    )
  return alerts
}
