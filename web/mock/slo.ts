/** Objectives of the stand-in: one of each state, and enough to fill a page. */
import {
  type Slo,
  SloInput,
  type SloPoint,
  type SloState,
  type SloStatus,
  type SloView,
} from '@aiops/contract/model/slo'
import { type Input, Refusal } from './refusal.ts'

const hourMs = 3_600_000
const at = (fromNowMs: number): string => new Date(Date.now() + fromNowMs).toISOString()
const reasons: Record<SloState, string> = {
  OK: '62 % of the budget is left; it burns at 0.4 times what the window allows.',
  BURNING:
    'The budget burns 8.1 times as fast as the window allows over 6h and 30m; at this rate it is used up in 9 hours.',
  EXHAUSTED: 'The budget is overspent by 12 %.',
  NO_DATA: 'Nothing came from its query in the last 10 minutes.',
  DISABLED: 'It is switched off.',
}

export function sloHandlers(empty: boolean) {
  const states: SloState[] = ['EXHAUSTED', 'BURNING', 'NO_DATA', 'DISABLED', 'OK', 'OK', 'OK']
  const slos = empty ? [] : Array.from({ length: 60 }, (_, i) => made(i, states[Math.min(i, 6)] ?? 'OK'))
  const find = (id: string | undefined): SloView => {
    const one = slos.find(({ slo }) => slo.id === id)
    if (!one) throw new Refusal(404, 'NOT_FOUND', `There is no objective ${id}.`)
    return one
  }
  const viewOf = (body: unknown, id: string): SloView => {
    const input = SloInput.parse(body)
    const slo: Slo = {
      ...input,
      ...{ id, document: null, created_at: at(0), updated_at: at(0), created_by: 'you' },
    }
    const fresh = statusOf('OK', 0)
    return { slo, status: { ...fresh, notices: ['The window is not full yet: 1 hour of 30 days is known.'] } }
  }
  return {
    listSlos: ({ query }: Input) => {
      const wanted = (query.state ?? []).flatMap((one) => one.split(',')).filter(Boolean)
      const text = (query.search?.[0] ?? '').toLowerCase()
      const found = slos.filter(
        ({ slo, status }) =>
          (wanted.length === 0 || wanted.includes(status.state)) &&
          `${slo.name} ${slo.service} ${slo.team}`.toLowerCase().includes(text),
      )
      const [page, size] = [Number(query.page?.[0] ?? 1), Number(query.page_size?.[0] ?? 20)]
      return {
        ...{ items: found.slice((page - 1) * size, page * size), total: found.length, page, page_size: size },
        total_pages: Math.ceil(found.length / size),
        problems: empty
          ? []
          : [{ file: 'slo/checkout.yaml', message: 'line 4: objective 100 leaves no budget.' }],
      }
    },
    getSlo: ({ params }: Input) => ({ ...find(params.id), history: historyOf(find(params.id).status.state) }),
    checkSlo: ({ body }: Input) => viewOf(body, 'check'),
    createSlo: ({ body }: Input) => {
      const view = viewOf(body, `new-${slos.length}`)
      if (slos.some(({ slo }) => slo.name === view.slo.name))
        throw new Refusal(409, 'CONFLICT', `name: there is an objective ${view.slo.name} already.`)
      slos.unshift(view)
      return view
    },
    updateSlo: ({ params, body }: Input) => Object.assign(find(params.id), viewOf(body, String(params.id))),
    deleteSlo: ({ params }: Input) => {
      slos.splice(slos.indexOf(find(params.id)), 1)
      return null
    },
  }
}

const names = [
  'Checkout answers',
  'Carts open within 300 ms',
  'Queue of orders is short',
  'A name as long as only a committee of three teams in two time zones can agree on',
]

function made(i: number, state: SloState): SloView {
  const service = ['checkout', 'cart', 'orders', 'payments'][i % 4] ?? ''
  const indicators = [
    { kind: 'ERRORS', service },
    { kind: 'LATENCY', service, below: 0.3 },
    { kind: 'VALUE', query: 'sum(kafka_consumergroup_lag{group="orders"})', below: 500 },
    { kind: 'RATIO', bad: 'http_requests_total{code=~"5.."}', total: 'http_requests_total' },
  ]
  const input = SloInput.parse({
    ...{ name: `${names[i % 4]}${i > 3 ? ` ${i}` : ''}`, service, team: i % 2 ? 'storefront' : 'payments' },
    ...{
      indicator: indicators[i % 4],
      objective: [99.9, 99, 99.95, 99.5][i % 4],
      window: i % 5 ? '30d' : '7d',
    },
    alerting: { runbook_url: 'https://runbooks.example/slo' },
  })
  const document = i % 6 === 5 ? 'slo/storefront.yaml' : null
  return {
    slo: {
      ...input,
      id: `slo-${i}`,
      document,
      created_at: at(-90 * hourMs),
      updated_at: at(-5 * hourMs),
      created_by: 'anna',
    },
    status: statusOf(state, i),
  }
}

function statusOf(state: SloState, i: number): SloStatus {
  const left = { OK: 0.62 - (i % 5) / 20, BURNING: 0.31, EXHAUSTED: -0.12, NO_DATA: null, DISABLED: null }[
    state
  ]
  const burn = { OK: 0.4, BURNING: 8.1, EXHAUSTED: 1.2, NO_DATA: null, DISABLED: null }[state]
  const rate = (window: string, factor: number) => ({
    ...{
      window,
      burn_rate: burn === null ? null : burn * factor,
      error_ratio: burn === null ? null : burn * factor * 0.001,
    },
    ...{ events: 12_400 * factor, coverage: burn === null ? 0 : 1 },
  })
  const alert = (severity: 'PAGE' | 'TICKET', burn_rate: number, long: string, short: string) => ({
    ...{ severity, burn_rate, long_window: long, short_window: short, held_back: null },
    ...{ long_burn_rate: burn, short_burn_rate: burn === null ? null : burn * 1.3 },
    ...{ firing: (burn ?? 0) > burn_rate, since: (burn ?? 0) > burn_rate ? at(-hourMs) : null },
  })
  return {
    ...{ state, reason: reasons[state], evaluated_at: at(-20_000) },
    ratio: left === null ? null : 1 - 0.001 * (1 - left),
    window: { start: at(-720 * hourMs), end: at(0), coverage: left === null ? 0 : 0.98, full: false },
    events: { total: 8_400_000, bad: 3_200 },
    budget: {
      ...{
        unit: i % 4 === 2 ? 'MINUTES' : 'EVENTS',
        total: left === null ? null : 8_400,
        used: 8_400 * (1 - (left ?? 1)),
      },
      ...{
        left: left === null ? null : 8_400 * left,
        used_ratio: left === null ? null : 1 - left,
        left_ratio: left,
      },
    },
    burn_rates: [rate('5m', 1.4), rate('30m', 1.2), rate('1h', 1), rate('6h', 0.8), rate('3d', 0.5)],
    alerts: [alert('PAGE', 14.4, '1h', '5m'), alert('PAGE', 6, '6h', '30m'), alert('TICKET', 1, '3d', '6h')],
    exhaustion:
      state === 'BURNING'
        ? {
            method: 'FORECAST',
            at: at(9 * hourMs),
            earliest: at(5 * hourMs),
            latest: null,
            horizon: at(180 * hourMs),
          }
        : null,
    notices:
      state === 'NO_DATA' ? ['The query has no series: sum(kafka_consumergroup_lag{group="orders"})'] : [],
  }
}

const historyOf = (state: SloState): SloPoint[] =>
  Array.from({ length: 200 }, (_, i) => ({
    at: at((i - 200) * 3.6 * hourMs),
    budget_left_ratio:
      state === 'NO_DATA' || i < 12 ? null : 1 - (state === 'EXHAUSTED' ? 1.12 : 0.6) * ((i - 12) / 188) ** 2,
    error_ratio: 0.0004,
  }))
