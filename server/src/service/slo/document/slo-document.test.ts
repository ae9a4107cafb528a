import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import type { SloLanguage } from '../index.ts'
import { readSlos } from './slo-document.ts'

/** Knows that a query ends, and a bare name. */
const language: SloLanguage = {
  parse(query) {
    if (query.endsWith('+')) throw new Fault('INVALID_PROMQL', `1:${query.length}: unexpected end`)
  },
  selector(text) {
    if (!/^\w+$/.test(text)) throw new Fault('INVALID_REQUEST', 'no selector')
    return [{ name: '__name__', op: '=', value: text }]
  },
}
const read = (text: string) => readSlos(text, language)

describe('a document of objectives in our form', () => {
  it('is read with defaults', () => {
    const { slos, problems } = read(
      'slos:\n  - name: cart\n    objective: 99.9\n    indicator: { kind: LATENCY, service: cart, below: 0.3 }\n',
    )
    expect(problems).toEqual([])
    expect(slos).toMatchObject([
      { name: 'cart', window: '30d', enabled: true, alerting: { minimum_events: 100 } },
    ])
  })

  it.each([
    ['slos:\n  - name: a\n', 'slos[0]: indicator'],
    ['slos: [{ name: a, objective: 100, indicator: { kind: ERRORS, service: a } }]', 'less than 100'],
    ['slos: [{ name: a, objective: 99, goal: 1, indicator: { kind: ERRORS, service: a } }]', 'goal'],
    [
      'slos: [{ name: a, objective: 99, indicator: { kind: RATIO, total: a, bad: "b +" } }]',
      'indicator.bad: 1:3',
    ],
    ['slos: [{ name: a, objective: 99, indicator: { kind: RATIO, total: a } }]', 'either `good` or `bad`'],
    [
      'slos: [{ name: a, objective: 99, indicator: { kind: ERRORS, service: a }, alerting: { rules: [{ severity: PAGE, burn_rate: 2, long_window: 1h, short_window: 1h }] } }]',
      'must be shorter',
    ],
    ['- a', 'A mapping is expected'],
    ['a: [', 'Flow sequence'],
    ['kind: Deployment', 'holds neither'],
  ])('%s is refused', (text, why) => {
    const { slos, problems } = read(text)
    expect(slos).toEqual([])
    expect(problems.join('\n')).toContain(why)
  })

  it('never makes the reader fail', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('our', 'open', 'sloth'), (value, form) => {
        const root =
          form === 'our'
            ? { slos: [value] }
            : form === 'sloth'
              ? { version: 'prometheus/v1', service: value, slos: [value, { sli: value, alerting: value }] }
              : { apiVersion: 'openslo/v1', kind: 'SLO', metadata: value, spec: value }
        expect(read(JSON.stringify(root)).problems).toBeInstanceOf(Array)
      }),
      { numRuns: 200 },
    )
  })
})

describe('OpenSLO v1', () => {
  it('is read, with its indicator elsewhere in the file', () => {
    const { slos, problems } = read(`apiVersion: openslo/v1
kind: SLO
metadata: { name: web, labels: { team: [identity, rbac], tier: "1" } }
spec:
  description: pages
  service: web
  indicatorRef: web-good
  timeWindow: [{ duration: 4w, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.995 }]
---
apiVersion: openslo/v1
kind: SLI
metadata: { name: web-good }
spec:
  ratioMetric:
    counter: true
    good: { metricSource: { type: Prometheus, spec: { query: sum(http_good_total) } } }
    total: { metricSource: { type: Prometheus, spec: { query: sum(http_all_total) } } }
---
apiVersion: openslo/v1
kind: Service
metadata: { name: web }
`)
    expect(problems).toEqual([])
    expect(slos).toMatchObject([
      {
        ...{
          name: 'web',
          service: 'web',
          objective: 99.5,
          window: '28d',
          labels: { team: 'identity,rbac', tier: '1' },
        },
        indicator: { kind: 'RATIO', good: 'http_good_total', total: 'http_all_total', bad: null },
      },
    ])
  })

  const slo = (spec: string) => `apiVersion: openslo/v1
kind: SLO
metadata: { name: web }
spec: { service: web, ${spec} }
`
  const metric = '{ metricSource: { spec: { query: lag } } }'
  it('counts minutes for a threshold, and months by the calendar', () => {
    const { slos, problems } = read(
      slo(
        `indicator: { spec: { thresholdMetric: ${metric} } }, timeWindow: [{ duration: 1M, isRolling: false }], objectives: [{ op: lte, value: 2, targetPercent: 99 }]`,
      ),
    )
    expect(problems).toEqual([])
    expect(slos[0]).toMatchObject({
      window: 'CALENDAR_MONTH',
      indicator: { kind: 'VALUE', query: 'lag', below: 2 },
    })
  })

  it.each([
    [`objectives: [{ target: 0.9 }, { target: 0.8 }]`, 'one is expected'],
    [`objectives: [{ target: 0.9 }], indicatorRef: nowhere`, 'no SLI "nowhere"'],
    [
      `objectives: [{ target: 0.9 }], budgetingMethod: Timeslices, timeWindow: [{ duration: 1w, isRolling: true }], indicator: { spec: { ratioMetric: { good: ${metric}, total: ${metric} } } }`,
      'only Occurrences',
    ],
    [
      `objectives: [{ target: 0.9 }], timeWindow: [{ duration: 1Q, isRolling: false }], indicator: { spec: { ratioMetric: { good: ${metric}, total: ${metric} } } }`,
      'months (1M)',
    ],
  ])('%s cannot be carried over, and says why', (spec, why) => {
    expect(read(slo(spec)).problems.join('\n')).toContain(why)
  })
})

describe("Sloth's prometheus/v1", () => {
  it('is read: events, a ratio, labels', () => {
    const { slos, problems } = read(`version: prometheus/v1
service: shop
labels: { owner: core }
slos:
  - name: requests
    objective: 99.9
    description: good enough
    labels: { tier: 2 }
    sli: { events: { error_query: "errors[{{.window}}]", total_query: "all[{{ .window }}]" } }
    alerting: { name: X, annotations: { runbook: "https://example.test/r" } }
  - name: ratio
    objective: 95
    sli: { raw: { error_ratio_query: ratio } }
    alerting: { page_alert: { disable: true }, ticket_alert: { disable: true } }
`)
    expect(problems).toEqual([])
    expect(slos).toMatchObject([
      {
        ...{ name: 'shop-requests', service: 'shop', labels: { owner: 'core', tier: '2' } },
        indicator: { kind: 'RATIO', bad: 'errors[{{.window}}]' },
        alerting: { enabled: true, runbook_url: 'https://example.test/r' },
      },
      { name: 'shop-ratio', indicator: { bad: 'ratio', total: 'vector(1)' }, alerting: { enabled: false } },
    ])
  })

  it('says that plugins are not read', () => {
    expect(
      read(
        'version: prometheus/v1\nservice: a\nslos: [{ name: b, objective: 9, sli: { plugin: { id: x } } }]',
      ).problems.join(),
    ).toContain('plugins are not read')
  })
})
