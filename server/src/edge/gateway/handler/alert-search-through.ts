import type { Alert } from '@aiops/contract/model/alert'
import type { TenantId } from '@aiops/contract/model/tenant'
import type { Turn } from '../../../kernel/turn.ts'
import type {
  AlertSearchFilter,
  AlertSearchRepository,
  AlertSort,
} from '../../../port/alert-search-repository.ts'

type Asked = { tenant: TenantId; filter: AlertSearchFilter; test: (alert: Alert) => boolean }
type Wanted = { sort: AlertSort; limit: number; offset: number; facets: boolean }

/** Alerts looked at for one answer, and how many at once: others are served between two. */
const lookedMax = 20_000
const stepMax = 500

/**
 * What only a test can tell: the alerts that may fit are read in their order until enough do. Beyond `lookedMax` it stops, and says so;
 * counts of each kind are those of what may fit, and that is said too.
 */
export async function searchThrough(
  search: Pick<AlertSearchRepository, 'search'>,
  turn: Turn,
  { tenant, filter, test }: Asked,
  { sort, limit, offset, facets }: Wanted,
) {
  const fitting: Alert[] = []
  let looked = 0
  let total = 0
  const first = await search.search(tenant, filter, { sort, limit: stepMax, offset: 0, facets })
  let { alerts } = first
  while (alerts.length > 0) {
    for (const alert of alerts) {
      if (!test(alert)) continue
      total += 1
      if (total > offset && fitting.length < limit) fitting.push(alert)
    }
    looked += alerts.length
    if (alerts.length < stepMax || looked >= lookedMax) break
    await turn.give()
    alerts = (await search.search(tenant, filter, { sort, limit: stepMax, offset: looked, facets: false }))
      .alerts
  }
  return { alerts: fitting, total, facets: first.facets, ...saidOf(looked, first.total, facets) }
}

function saidOf(looked: number, all: number, facets: boolean): { incomplete?: string } {
  const parts = [
    ...(looked < all
      ? [`Only the first ${looked} of ${all} alerts were looked at; narrow the search, by time for example.`]
      : []),
    ...(facets ? ['The counts of each kind leave out what only reading each alert can tell.'] : []),
  ]
  return parts.length === 0 ? {} : { incomplete: parts.join(' ') }
}
