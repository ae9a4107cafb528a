/** What the stand-in says of senders, rules, series and silences. */
import type { ScrapeTargets } from '@aiops/contract/model/scrape'
import type { Sender } from '@aiops/contract/model/sender'
import type { Silence } from '@aiops/contract/model/silence'

const silence = (id: string, state: Silence['state'], comment: string): Silence => ({
  id,
  tenant_id: 'default',
  matchers: [{ name: 'service.name', op: '=~', value: 'cart|checkout' }],
  starts_at: new Date(Date.now() - 1_800_000).toISOString(),
  ends_at: new Date(Date.now() + (state === 'EXPIRED' ? -60_000 : 5_400_000)).toISOString(),
  created_by: 'anna',
  comment,
  annotations: {},
  state,
  updated_at: new Date(Date.now() - 1_800_000).toISOString(),
})

export const sourceHandlers = (empty: boolean) => ({
  listSilences: () => {
    const silences = empty
      ? []
      : [silence('1', 'ACTIVE', 'Planned maintenance of the store'), silence('2', 'EXPIRED', 'Load test')]
    return { silences, total: silences.length }
  },
  createSilence: () => silence('3', 'ACTIVE', 'new'),
  expireSilence: () => silence('1', 'EXPIRED', 'Planned maintenance of the store'),
  listSenders: () => ({
    senders: empty
      ? []
      : [
          sender('host', { samples: 212 }),
          sender('otlp', { samples: 1_840, logs: 96, spans: 412 }),
          {
            ...sender('remote-write', { samples: 20_400 }),
            refused: [{ code: 'INVALID_SAMPLE', count: 12 }],
            last_refusal: {
              code: 'INVALID_SAMPLE',
              message: 'A sample with timestamp 1699990000000 ms is older than the 3600 s that are taken',
              at: new Date(Date.now() - 95_000).toISOString(),
            },
          },
          sender('alertmanager', { alerts: 0.2 }),
        ],
  }),
  listScrapeTargets: () => ({
    targets: empty
      ? []
      : [
          target('node', 'http://10.0.0.4:9100/metrics', ''),
          target('cart', 'http://10.0.0.7:8080/metrics', 'connect ECONNREFUSED 10.0.0.7:8080'),
        ],
    dropped: empty ? 0 : 3,
    problems: [],
    notes: [],
  }),
  listStreamRules: () => ({
    rules: empty
      ? []
      : [
          { name: 'no debug logs', action: 'drop', signals: ['logs'] },
          { name: 'teams of the shop', action: 'lookup', signals: ['metrics', 'logs', 'traces'] },
        ],
    problems: empty ? [] : [{ file: 'draft.yaml', message: 'rule "x": thin is not for logs' }],
  }),
  getCardinality: () => ({
    series_total: empty ? 0 : 4_210,
    labels: [],
    metrics: empty
      ? []
      : [
          {
            name: 'http.server.request.duration_bucket',
            series: 2_300,
            share: 2_300 / 4_210,
            labels: [{ name: 'session', values: 1_150, without: 2, examples: ['a', 'b', 'c'] }],
          },
          { name: 'up', series: 1, share: 1 / 4_210, labels: [] },
        ],
  }),
})

const sender = (protocol: string, perSecond: Partial<Sender['per_second']>): Sender => {
  const per_second = { samples: 0, logs: 0, spans: 0, alerts: 0, ...perSecond }
  const taken = Object.fromEntries(
    Object.entries(per_second).map(([name, rate]) => [name, Math.round(rate * 3_600)]),
  ) as Sender['taken']
  return {
    protocol,
    taken,
    per_second,
    last_received_at: new Date().toISOString(),
    refused: [],
    last_refusal: null,
  }
}

const target = (job: string, url: string, last_error: string): ScrapeTargets['targets'][number] => ({
  job,
  url,
  labels: { job, instance: new URL(url).host },
  discovered_labels: {},
  health: last_error === '' ? 'UP' : 'DOWN',
  last_error,
  last_scrape: new Date().toISOString(),
  last_scrape_duration_seconds: 0.012,
  samples_scraped: last_error === '' ? 507 : 0,
  scrape_interval_seconds: 15,
})
