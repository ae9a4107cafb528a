import { describe, expect, it } from 'vitest'
import { Fault } from '../../../kernel/fault.ts'
import { firing, GroupRig } from './rule.suite.ts'

const minuteMs = 60_000
const alerting = (more = '', group = ''): string =>
  `groups: [{name: g, ${group} rules: [{alert: Slow, expr: metric > 1${more === '' ? '' : `, ${more}`}}]}]`

describe('an alerting rule, as the alert generator specification has it', () => {
  it('without `for` fires at once, with its own labels over those of the series', async () => {
    const rig = new GroupRig(
      alerting(
        'labels: {severity: page, job: other, alertname: x}, annotations: {summary: "{{ $labels.job }} is {{ $value }} in {{ $externalLabels.cluster }}"}',
      ),
    )
    rig.answers.set('metric > 1', [firing({ __name__: 'metric', job: 'a' }, 2)])
    expect(await rig.at(1)).toEqual([
      {
        labels: { alertname: 'Slow', job: 'other', severity: 'page' },
        annotations: { summary: 'a is 2 in eu' },
        phase: 'FIRING',
        startsMs: minuteMs,
        endsMs: 5 * minuteMs,
        query: 'metric > 1',
      },
    ])
    expect(rig.written()).toEqual([
      'ALERTS{alertname="Slow",alertstate="firing",job="other",severity="page"} 1 @1m',
      'ALERTS_FOR_STATE{alertname="Slow",job="other",severity="page"} 60 @1m',
    ])
  })

  it('with `for` is pending until it has held so long, and tells of nothing before', async () => {
    const rig = new GroupRig(alerting('for: 2m'))
    rig.answers.set('metric > 1', [firing({ a: 'b' })])
    expect(await rig.at(1)).toEqual([])
    expect(rig.rule).toMatchObject({ phase: 'PENDING', alerts: [{ activeMs: minuteMs, phase: 'PENDING' }] })
    expect(await rig.at(2)).toEqual([])
    expect(await rig.at(3)).toMatchObject([{ phase: 'FIRING', startsMs: 3 * minuteMs }])
    expect(rig.written().filter((line) => line.startsWith('ALERTS{'))).toEqual([
      'ALERTS{a="b",alertname="Slow",alertstate="pending"} 1 @1m',
      'ALERTS{a="b",alertname="Slow",alertstate="pending"} 1 @2m',
      'ALERTS{a="b",alertname="Slow",alertstate="firing"} 1 @3m',
      'ALERTS{a="b",alertname="Slow",alertstate="pending"} stale @3m',
    ])
  })

  it('with a `for` shorter than the interval fires at the next evaluation, not between', async () => {
    const rig = new GroupRig(alerting('for: 1s'))
    rig.answers.set('metric > 1', [firing()])
    expect(await rig.at(1)).toEqual([])
    expect(await rig.at(2)).toMatchObject([{ phase: 'FIRING' }])
  })

  it('that stops while pending is forgotten; it begins anew next time', async () => {
    const rig = new GroupRig(alerting('for: 2m'))
    rig.answers.set('metric > 1', [firing()])
    await rig.at(1)
    rig.answers.set('metric > 1', [])
    expect(await rig.at(2)).toEqual([])
    expect(rig.rule).toMatchObject({ phase: 'INACTIVE', alerts: [] })
    rig.answers.set('metric > 1', [firing()])
    await rig.at(3)
    expect(rig.rule.alerts).toMatchObject([{ activeMs: 3 * minuteMs }])
  })

  it('that fired and stops is told of as over, for fifteen minutes, and its series end', async () => {
    const rig = new GroupRig(alerting())
    rig.answers.set('metric > 1', [firing()])
    await rig.at(1)
    rig.answers.set('metric > 1', [])
    rig.written()
    expect(await rig.at(2)).toMatchObject([{ phase: 'INACTIVE', startsMs: minuteMs, endsMs: 2 * minuteMs }])
    expect(rig.written()).toEqual([
      'ALERTS{alertname="Slow",alertstate="firing"} stale @2m',
      'ALERTS_FOR_STATE{alertname="Slow"} stale @2m',
    ])
    expect(await rig.at(3)).toEqual([])
    expect(await rig.at(4)).toMatchObject([{ phase: 'INACTIVE', endsMs: 2 * minuteMs }])
    const told: number[] = []
    for (let minute = 5; minute < 25; minute += 1) if ((await rig.at(minute)).length > 0) told.push(minute)
    expect(told).toEqual([6, 8, 10, 12, 14, 16])
  })

  it('is told of again only after the resend delay, and an end of its validity of four times it', async () => {
    const rig = new GroupRig(alerting(), { resendMs: 3 * minuteMs })
    rig.answers.set('metric > 1', [firing()])
    const told: number[] = []
    for (let minute = 1; minute < 12; minute += 1) {
      const [alert] = await rig.at(minute)
      if (alert) told.push(minute)
      if (alert) expect(alert.endsMs).toBe((minute + 12) * minuteMs)
    }
    expect(told).toEqual([1, 5, 9])
  })

  it('is told of again at the next evaluation when it could not be told', async () => {
    const rig = new GroupRig(alerting(), { resendMs: 60 * minuteMs })
    rig.answers.set('metric > 1', [firing()])
    rig.failTelling = true
    await expect(rig.at(1)).rejects.toThrow('unreachable')
    rig.failTelling = false
    expect(await rig.at(2)).toMatchObject([{ phase: 'FIRING', startsMs: minuteMs }])
  })

  it('keeps its moment and takes new annotations and values while it is active', async () => {
    const rig = new GroupRig(alerting('annotations: {v: "{{ $value }}"}'))
    rig.answers.set('metric > 1', [firing({}, 2)])
    await rig.at(1)
    rig.answers.set('metric > 1', [firing({}, 3)])
    await rig.at(2)
    expect(rig.rule.alerts).toEqual([
      {
        labels: { alertname: 'Slow' },
        annotations: { v: '3' },
        phase: 'FIRING',
        activeMs: minuteMs,
        value: 3,
      },
    ])
  })

  it('keeps firing for `keep_firing_for`, and starts to count anew when it holds again', async () => {
    const rig = new GroupRig(alerting('keep_firing_for: 2m'))
    rig.answers.set('metric > 1', [firing()])
    await rig.at(1)
    rig.answers.set('metric > 1', [])
    await rig.at(2)
    expect(rig.rule.alerts).toMatchObject([{ phase: 'FIRING', keepFiringSinceMs: 2 * minuteMs }])
    rig.answers.set('metric > 1', [firing()])
    await rig.at(3)
    expect(rig.rule.alerts[0]).not.toHaveProperty('keepFiringSinceMs')
    rig.answers.set('metric > 1', [])
    await rig.at(4)
    await rig.at(5)
    expect(rig.rule.phase).toBe('FIRING')
    expect(await rig.at(6)).toMatchObject([{ phase: 'INACTIVE', endsMs: 6 * minuteMs }])
  })

  it('fails where two series give one alert, and says so until it works again', async () => {
    const rig = new GroupRig(alerting('labels: {job: same}'))
    rig.answers.set('metric > 1', [firing({ job: 'a' }), firing({ job: 'b' })])
    expect(await rig.at(1)).toEqual([])
    expect(rig.rule).toMatchObject({
      health: 'ERR',
      lastError: 'vector contains metrics with the same labelset after applying alert labels',
    })
    expect(rig.written()).toEqual([])
    rig.answers.set('metric > 1', [])
    await rig.at(2)
    expect(rig.rule).toMatchObject({ health: 'OK', lastError: '' })
  })

  it('over its limit fails and forgets its alerts', async () => {
    const rig = new GroupRig(alerting('', 'limit: 1,'))
    rig.answers.set('metric > 1', [firing({ a: '1' }), firing({ a: '2' })])
    await rig.at(1)
    expect(rig.rule).toMatchObject({ lastError: 'exceeded limit of 1 with 2 alerts', alerts: [] })
  })

  it('leaves everything as it is when its query fails', async () => {
    const rig = new GroupRig(alerting())
    rig.answers.set('metric > 1', [firing()])
    await rig.at(1)
    rig.answers.set('metric > 1', () => {
      throw new Fault('QUERY_FAILED', 'no')
    })
    expect(await rig.at(2)).toEqual([])
    expect(rig.rule).toMatchObject({ health: 'ERR', phase: 'FIRING' })
  })
})

describe('a group of rules', () => {
  const two = `groups:
  - name: g
    labels: {team: x, level: group}
    query_offset: 1m
    rules:
      - {record: sum:metric, expr: sum(metric), labels: {level: rule}}
      - {record: second, expr: "sum:metric"}
`
  it('evaluates its rules in order at one moment, its offset earlier', async () => {
    const rig = new GroupRig(two, { queryOffsetMs: minuteMs })
    rig.answers.set('sum(metric)', [firing({}, 7)])
    await rig.at(5)
    expect(rig.asked).toEqual([
      { query: 'sum(metric)', timeMs: 4 * minuteMs },
      { query: 'sum:metric', timeMs: 4 * minuteMs },
    ])
    expect(rig.written()).toEqual(['sum:metric{level="rule",team="x"} 7 @4m'])
  })

  it('goes on with the next rule where one fails', async () => {
    const rig = new GroupRig(two)
    rig.answers.set('sum(metric)', () => {
      throw new Fault('QUERY_TOO_LARGE', 'too much')
    })
    rig.answers.set('sum:metric', [firing({}, 1)])
    await rig.at(1)
    expect(rig.written()).toEqual(['second{level="group",team="x"} 1 @1m'])
    expect(rig.group.errors()).toEqual([{ name: 'sum:metric', error: 'too much' }])
  })

  it('ends series that its rules do not give any more', async () => {
    const rig = new GroupRig('groups: [{name: g, rules: [{record: r, expr: m}]}]')
    rig.answers.set('m', [firing({ a: '1' }), firing({ a: '2' })])
    await rig.at(1)
    rig.answers.set('m', [firing({ a: '2' })])
    rig.written()
    await rig.at(2)
    expect(rig.written()).toEqual(['r{a="2"} 1 @2m', 'r{a="1"} stale @2m'])
    await rig.group.end(3 * minuteMs)
    expect(rig.written()).toEqual(['r{a="2"} stale @3m'])
  })

  it('whose file changed keeps the alerts of rules that stayed, and ends the series of those that went', async () => {
    const rig = new GroupRig(
      'groups: [{name: g, rules: [{record: r, expr: m}, {alert: A, expr: m, for: 5m}]}]',
    )
    rig.answers.set('m', [firing()])
    await rig.at(1)
    rig.written()
    const next = rig.made('groups: [{name: g, rules: [{alert: A, expr: m, for: 1m}]}]')
    next.adopt(rig.group)
    expect(await rig.at(2, next)).toMatchObject([{ phase: 'FIRING', startsMs: 2 * minuteMs }])
    expect(rig.written()).toContain('r{} stale @2m')
  })
})
