import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileCondition } from '../condition.ts'
import type { SignalView } from '../signal-view.ts'
import { readAlertmanagerConfiguration } from './configuration.ts'

const nowMs = Date.parse('2026-05-06T12:00:00Z')
const read = (text: string) => readAlertmanagerConfiguration(text, nowMs)
const viewOf = (labels: Record<string, string>): SignalView => ({
  ...{ labels, annotations: {}, name: labels.alertname ?? '', severity: 'HIGH', entity: '' },
  ...{ service: '', source: 'prometheus', kind: 'ALERT' },
})

const configuration = `
global: { resolve_timeout: 5m }
templates: [ 'x.tmpl' ]
route:
  receiver: everyone
  group_by: [alertname, cluster]
  group_wait: 30s
  routes:
    - receiver: database
      group_wait: 10s
      matchers: [ 'service=~"mysql|postgres"' ]
    - receiver: shop
      group_by: [product, environment]
      matchers: [ team="shop", 'tier!=c' ]
      continue: true
      routes:
        - match: { page: "yes" }
          receiver: shop-pager
          mute_time_intervals: [nights, paydays]
    - match_re: { zone: "eu-.*" }
      group_by: ['...']
      active_time_intervals: [nights]
receivers:
  - name: everyone
inhibit_rules:
  - source_matchers: [ severity = "critical" ]
    target_matchers: [ 'severity=~"warning|info"' ]
    equal: [ alertname, cluster ]
  - source_match: { alertname: NodeDown }
    target_match_re: { alertname: "Pod.*" }
    equal: [node]
  - source_matchers: [ "{a='x'" ]
    target_matchers: [ b="y" ]
time_intervals:
  - name: nights
    time_intervals:
      - times: [ { start_time: "22:00", end_time: "24:00" }, { start_time: "00:00", end_time: "06:00" } ]
        weekdays: [ 'monday:friday', sunday ]
        location: Europe/Berlin
      - months: [ december ]
  - name: paydays
    time_intervals:
      - days_of_month: [ '1:2' ]
      - days_of_month: [ '-1' ]
`

describe("an Alertmanager's configuration", () => {
  const { rules, windows, notTaken } = read(configuration)
  const first = (action: string, labels: Record<string, string>) =>
    rules
      .filter(({ input }) => input.action === action)
      .sort((a, b) => a.input.order - b.input.order)
      .find(({ input }) => compileCondition(input.when).test(viewOf(labels)))?.input

  it('gives INHIBIT rules of matchers in the old and the new form', () => {
    const [a, b] = rules.filter(({ input }) => input.action === 'INHIBIT').map(({ input }) => input)
    expect([a?.by, b?.by]).toEqual([['alertname', 'cluster'], ['node']])
    const fits = (text: string | undefined, labels: Record<string, string>): boolean =>
      compileCondition(text ?? '').test(viewOf(labels))
    expect(fits(a?.source_when, { severity: 'critical' })).toBe(true)
    expect(fits(a?.when, { severity: 'warning' }) && !fits(a?.when, { severity: 'warnings' })).toBe(true)
    expect(fits(b?.when, { alertname: 'PodCrash' }) && fits(b?.source_when, { alertname: 'NodeDown' })).toBe(
      true,
    )
  })

  it.each([
    [{ service: 'mysql' }, 'database', ['alertname', 'cluster']],
    [{ team: 'shop' }, 'shop', ['product', 'environment']],
    [{ team: 'shop', page: 'yes' }, 'shop-pager', ['product', 'environment']],
    [{ team: 'shop', tier: 'c' }, undefined, undefined],
    [{ team: 'shop', service: 'mysql' }, 'database', ['alertname', 'cluster']],
    [{ zone: 'eu-west' }, 'everyone', undefined],
    [{}, undefined, undefined],
  ])(
    'sends %j to %s, as the tree does, and to nobody in particular what only the default receiver gets',
    (labels, receiver, by) => {
      expect([first('ROUTE', labels)?.route, first('GROUP', labels)?.by]).toEqual([receiver, by])
    },
  )

  it('mutes by maintenance windows where they can say it', () => {
    expect(
      windows.map(({ input }) => [
        input.name,
        input.starts_at,
        input.duration,
        input.time_zone,
        input.recurrence,
      ]),
    ).toEqual([
      [
        'Alertmanager nights',
        '2026-05-06T20:00:00.000Z',
        '120m',
        'Europe/Berlin',
        { frequency: 'WEEKLY', interval: 1, by_day: ['MO', 'TU', 'WE', 'TH', 'FR', 'SU'], until: null },
      ],
      [
        'Alertmanager nights 0.1',
        '2026-05-05T22:00:00.000Z',
        '360m',
        'Europe/Berlin',
        { frequency: 'WEEKLY', interval: 1, by_day: ['MO', 'TU', 'WE', 'TH', 'FR', 'SU'], until: null },
      ],
      [
        'Alertmanager paydays',
        '2026-01-01T00:00:00.000Z',
        '1440m',
        'UTC',
        { frequency: 'MONTHLY', interval: 1, by_day: [], until: null },
      ],
      [
        'Alertmanager paydays 0.1',
        '2026-01-02T00:00:00.000Z',
        '1440m',
        'UTC',
        { frequency: 'MONTHLY', interval: 1, by_day: [], until: null },
      ],
    ])
    expect(windows[0]?.input.matchers).toEqual([
      { name: 'team', op: '=', value: 'shop' },
      { name: 'tier', op: '!=', value: 'c' },
      { name: 'page', op: '=', value: 'yes' },
    ])
  })

  it('tells every part that it leaves, and why', () => {
    expect(notTaken.map(({ place }) => place)).toEqual([
      'global',
      'templates',
      'receivers',
      'inhibit_rules[2]',
      'route.routes[0].group_wait',
      'route.routes[1].routes[0].mute_time_intervals nights[1]',
      'route.routes[1].routes[0].mute_time_intervals paydays[1]',
      'route.routes[1].continue',
      'route.routes[2].active_time_intervals',
      'route.routes[2].group_by',
      'route.group_wait',
      'route.receiver',
      'route.group_by',
    ])
    expect(notTaken.every(({ why }) => why.endsWith('.') || why.includes('matcher'))).toBe(true)
  })

  it('never makes a rule that every alert fits, and says where the default receiver goes', () => {
    const everything = rules.filter(({ input }) => compileCondition(input.when).test(viewOf({})))
    expect(everything.map(({ input }) => input.name)).toEqual([])
    const why = notTaken.find(({ place }) => place === 'route.receiver')?.why
    expect(why).toContain('everyone is the default receiver')
    expect(why).toContain('act.notify.webhooks')
  })

  it('leaves what stands after a node that takes everything, as it is never reached', () => {
    const left = read(`
route:
  receiver: root
  routes:
    - receiver: first
      match: { a: b }
    - receiver: all
      group_by: [region]
      routes: [ { receiver: low, matchers: [ x="y" ] } ]
    - receiver: late
      match: { c: d }
    - receiver: later
`)
    expect(left.rules.map(({ input }) => [input.action, input.route, input.by])).toEqual([
      ['ROUTE', 'first', []],
      ['ROUTE', 'low', []],
      ['GROUP', '', ['region']],
    ])
    expect(left.notTaken.map(({ place }) => place)).toContain('route.routes[2] and after')
  })

  it('gives the same ids again', () => {
    expect(read(configuration).rules).toEqual(rules)
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length)
    expect(new Set(rules.map(({ input }) => input.name)).size).toBe(rules.length)
  })

  it.each(['a: [', '- a', 'text', 'a: *b'])('%s is refused', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'VALIDATION_FAILED' }))
  })

  it('never makes the reader fail', () => {
    const part = fc.jsonValue({ maxDepth: 3 })
    fc.assert(
      fc.property(part, part, part, (a, b, c) => {
        const text = JSON.stringify({
          route: {
            receiver: a,
            group_by: b,
            matchers: c,
            mute_time_intervals: ['x'],
            routes: [{ match: a, match_re: b, matchers: ['a="b"'], mute_time_intervals: ['x'] }, a],
          },
          inhibit_rules: [{ target_matchers: a, source_match: b, equal: c }, b],
          time_intervals: [
            {
              name: 'x',
              time_intervals: [{ times: [a], weekdays: b, location: c }, { days_of_month: [a, b] }, c],
            },
          ],
        })
        expect(read(text).notTaken).toBeInstanceOf(Array)
      }),
      { numRuns: 100 },
    )
  })
})
