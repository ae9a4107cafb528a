import { durationMs } from '@aiops/contract/model/time'
import { Turn } from '../../../kernel/turn.ts'
import { alertQuery } from '../../../pipeline/correlate/index.ts'
import type { AlertFiring } from '../../../port/alert-search-repository.ts'
import { noiseOfRules } from '../../../service/noise/index.ts'
import type { Handler, HandlerDeps } from '../handler-deps.ts'
import { alertFilter } from './alert-filter.ts'
import { searchThrough } from './alert-search-through.ts'

type AlertSearchHandlers = { [K in 'searchAlerts' | 'listRuleNoise']: Handler<K> }

/** Alerts that a count of noise reads, and how many in one step: others are served between two. */
const firingsMax = 100_000
const stepMax = 2_000

export function alertSearchHandlers({
  records,
  clock,
}: Pick<HandlerDeps, 'records' | 'clock'>): AlertSearchHandlers {
  return {
    async searchAlerts({ query }, { tenant }) {
      const { page, page_size, sort } = query
      const cel = query.cel === undefined ? undefined : alertQuery(query.cel)
      const filter = { ...alertFilter(query), where: cel?.where ?? undefined }
      const wanted = {
        sort,
        limit: page_size,
        offset: (page - 1) * page_size,
        facets: query.facets === 'yes',
      }
      const found: Found =
        cel && !cel.exact
          ? await searchThrough(
              records.alertSearch,
              new Turn(clock),
              { tenant, filter, test: cel.test },
              wanted,
            )
          : await records.alertSearch.search(tenant, filter, wanted)
      const total_pages = Math.ceil(found.total / page_size)
      const { alerts: items, total, facets } = found
      const { incomplete } = found
      return { items, total, page, page_size, total_pages, facets, ...(incomplete ? { incomplete } : {}) }
    },
    async listRuleNoise({ query }, { tenant }) {
      const toMs = clock.now()
      const fromMs = Math.max(0, toMs - durationMs(query.duration))
      const range = { fromMs, toMs, sources: query.source }
      const firings: AlertFiring[] = []
      const turn = new Turn(clock)
      let step = stepMax
      while (step === stepMax && firings.length < firingsMax) {
        const found = await records.alertSearch.firings(tenant, {
          ...{ ...range, limit: stepMax, offset: firings.length },
        })
        firings.push(...found)
        step = found.length
        await turn.give()
      }
      const truncated = step === stepMax
      const used = await records.alertSearch.usedIncidents(tenant, fromMs)
      const rules = noiseOfRules(firings, used)
      const oldestMs = truncated ? (firings.at(-1)?.receivedMs ?? fromMs) : fromMs
      return {
        ...{ from: new Date(oldestMs).toISOString(), to: new Date(toMs).toISOString() },
        ...{ rules: rules.slice(0, query.limit), total: rules.length, firings: firings.length, truncated },
      }
    },
  }
}

type Found = Awaited<ReturnType<HandlerDeps['records']['alertSearch']['search']>> & { incomplete?: string }
