import { describe, expect, it } from 'vitest'
import { SloRig, sloInput } from './slo-rig.suite.ts'

describe('an objective over counters', () => {
  it('counts every event once, in good times and in bad', async () => {
    const rig = new SloRig()
    await rig.run(2, { ok: 600, bad: 0 }, false)
    await rig.create({})
    await rig.run(10, { ok: 594, bad: 6 })
    const { events, budget, ratio, window } = rig.status
    // The first sample of a counter says nothing; from then on 11.75 minutes of 600, of which 10 minutes have 6 bad ones.
    expect(events.total).toBeCloseTo(11.75 * 600, 6)
    expect(events.bad).toBeCloseTo(60, 6)
    expect(ratio).toBeCloseTo(1 - 60 / 7_050, 9)
    expect(budget.total).toBeCloseTo(7.05, 6)
    expect(budget.left).toBeCloseTo(7.05 - 60, 6)
    expect(rig.status.state).toBe('EXHAUSTED')
    expect(window.full).toBe(false)
    expect(rig.status.notices.join()).toContain('The window is not full')
  })

  it('counts through a counter that begins anew', async () => {
    const rig = new SloRig()
    await rig.run(2, { ok: 600, bad: 6 }, false)
    await rig.create({})
    await rig.run(3, { ok: 600, bad: 6 })
    rig.resetCounters()
    await rig.run(3, { ok: 600, bad: 6 })
    expect(rig.status.events.bad).toBeCloseTo(7.75 * 6, 6)
    expect(rig.status.events.total).toBeCloseTo(7.75 * 606, 6)
  })

  it('takes missing data for missing, not for good', async () => {
    const rig = new SloRig()
    await rig.create({})
    await rig.run(10, { ok: 60, bad: 0 })
    const before = rig.status.events
    await rig.run(11, null)
    expect(rig.status).toMatchObject({ state: 'NO_DATA', events: before })
    expect(rig.status.reason).toContain('No data for 11 minutes')
    expect(rig.status.burn_rates[0]).toMatchObject({ window: '5m', burn_rate: null, coverage: 0 })
    await rig.run(5, { ok: 60, bad: 0 })
    expect(rig.status.state).toBe('OK')
    // What grew while nothing was heard is nobody's to judge.
    expect(rig.status.events.total).toBeCloseTo(before.total + 4.75 * 60, 6)
  })

  it('counts what came late, as long as the minute is open', async () => {
    const rig = new SloRig()
    await rig.create({})
    await rig.run(5, { ok: 60, bad: 0 })
    const at = rig.clock.now()
    // Evaluated without the samples of the last minute, which come after.
    await rig.clock.advance(60_000)
    await rig.slos.evaluate()
    for (let i = 1; i <= 4; i += 1)
      rig.source.add(
        { __name__: 'http_requests_total', job: 'cart', code: '200' },
        at + i * 15_000,
        300 + 15 * i,
      )
    await rig.slos.evaluate()
    expect(rig.status.events.total).toBeCloseTo(4.75 * 60 + 60, 6)
  })

  it('goes on after a restart where it was', async () => {
    const rig = new SloRig()
    await rig.create({})
    await rig.run(130, { ok: 60, bad: 1 })
    const before = rig.status
    await rig.restart()
    await rig.slos.evaluate()
    expect(rig.status.events).toEqual(before.events)
    expect(rig.status.budget).toEqual(before.budget)
    await rig.run(20, { ok: 60, bad: 1 }, false)
    await rig.restart()
    await rig.slos.evaluate()
    expect(rig.status.events.total).toBeCloseTo(149.75 * 61, 4)
  })

  it('records what could not be recorded for a while with the next minute', async () => {
    const rig = new SloRig()
    await rig.create({})
    await rig.run(5, { ok: 60, bad: 0 })
    rig.failRecording = true
    await rig.run(5, { ok: 60, bad: 6 })
    rig.failRecording = false
    await rig.run(5, { ok: 60, bad: 0 })
    const before = rig.status.events
    await rig.restart()
    await rig.slos.evaluate()
    expect(rig.status.events).toEqual(before)
  })

  it('reads no raw query over more than the minutes since its last look', async () => {
    const rig = new SloRig()
    await rig.create({})
    await rig.run(5, { ok: 60, bad: 0 })
    rig.asked.length = 0
    await rig.run(1, { ok: 60, bad: 0 })
    expect(rig.asked).toEqual([
      'sum(rate(http_requests_total{job="cart"}[1m] anchored))',
      'sum(rate(http_requests_total{job="cart",code=~"5.."}[1m] anchored))',
    ])
  })

  it('says when a query has no data, and where one is wrong', async () => {
    const rig = new SloRig()
    const made = await rig.create({
      indicator: { kind: 'RATIO', bad: 'nothing_total', total: 'nowhere_total' },
    })
    expect(made.status).toMatchObject({ state: 'NO_DATA', ratio: null })
    expect(made.status.reason).toBe('Nothing is known: `total` has no data.')
    await expect(
      rig.create({
        name: 'wrong',
        indicator: { kind: 'RATIO', bad: 'sum(rate(a[{{.window}}]))', total: 'sum(rate(a[{{.window}}]) +' },
      }),
    ).rejects.toMatchObject({
      ...{ code: 'INVALID_PROMQL', message: expect.stringMatching(/^indicator\.total: 1:/) },
      details: [{ path: 'indicator.total' }],
    })
    await expect(rig.create({})).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('does not take good events that never were for an outage', async () => {
    const rig = new SloRig()
    await rig.create({
      indicator: { kind: 'RATIO', good: 'typo_total', total: 'http_requests_total{job="cart"}' },
    })
    await rig.run(5, { ok: 60, bad: 0 })
    expect(rig.status).toMatchObject({ state: 'NO_DATA', reason: 'Nothing is known: `good` has no data.' })
    expect(rig.told).toEqual([])
  })
})

describe('alerts of burn rates', () => {
  it('page within two minutes of a total outage, and end with the short window', async () => {
    const rig = new SloRig()
    await rig.create({})
    await rig.run(65, { ok: 600, bad: 0 })
    expect(rig.told).toEqual([])
    await rig.run(1, { ok: 0, bad: 600 })
    // 1 of 61 minutes: 16 times what the budget allows.
    const [page] = rig.told
    expect(page).toMatchObject({
      labels: { alertname: 'SloBurnRateFast', slo: 'cart', service: 'cart', severity: 'critical' },
      annotations: { windows: '1h, 5m', objective: '99.9 % over 30d' },
      firing: true,
    })
    expect(rig.status.alerts[0]).toMatchObject({ burn_rate: 14.4, firing: true })
    rig.told.length = 0
    // The fast rule ends after its 5 minutes, the slow one after its 30.
    await rig.run(6, { ok: 600, bad: 0 })
    expect(rig.told.findLast(({ key }) => key === page?.key)).toMatchObject({
      ...{ firing: true, labels: { severity: 'high' } },
    })
    await rig.run(25, { ok: 600, bad: 0 })
    expect(rig.told.filter(({ key, firing }) => key === page?.key && !firing)).toHaveLength(1)
  })

  it('have the same key after a restart, and a severity that falls with the rule', async () => {
    const rig = new SloRig()
    await rig.create({})
    await rig.run(65, { ok: 600, bad: 0 })
    await rig.run(2, { ok: 0, bad: 600 })
    const key = rig.told[0]?.key
    await rig.restart()
    rig.told.length = 0
    await rig.slos.evaluate()
    expect(rig.told.map((one) => one.key)).toContain(key)
  })

  it('wait for enough events', async () => {
    const rig = new SloRig()
    await rig.create({})
    await rig.run(60, { ok: 1, bad: 0 })
    await rig.run(3, { ok: 0, bad: 1 })
    expect(rig.status.alerts[0]).toMatchObject({ firing: false, held_back: 'LOW_TRAFFIC' })
    expect(rig.status.notices.join()).toContain('100 events')
    expect(rig.told).toEqual([])
  })

  it('go on while no data says otherwise, and end with the objective', async () => {
    const rig = new SloRig()
    await rig.create({})
    await rig.run(65, { ok: 600, bad: 0 })
    await rig.run(3, { ok: 0, bad: 600 })
    rig.told.length = 0
    await rig.run(8, null)
    expect(rig.told.every(({ firing }) => firing)).toBe(true)
    const [view] = rig.slos.list('default')
    await rig.slos.delete('default', view?.slo.id ?? '')
    rig.told.length = 0
    await rig.slos.evaluate()
    expect(rig.told.length).toBeGreaterThan(0)
    expect(rig.told.every(({ firing }) => !firing)).toBe(true)
  })
})

describe('objectives in minutes', () => {
  it('count those in which a value is out', async () => {
    const rig = new SloRig()
    await rig.create({ indicator: { kind: 'VALUE', query: 'max(lag_seconds)', below: 10 }, objective: 99 })
    for (let minute = 0; minute < 20; minute += 1) {
      await rig.clock.advance(60_000)
      rig.source.add({ __name__: 'lag_seconds' }, rig.clock.now(), minute < 15 ? 1 : 30)
      await rig.slos.evaluate()
    }
    expect(rig.status.budget).toMatchObject({ unit: 'MINUTES', total: 432, used: 5, left: 427 })
    expect(rig.status.events).toEqual({ total: 20, bad: 5 })
  })

  it('call a minute down in which too few requests succeed', async () => {
    const rig = new SloRig()
    const labels = { __name__: 'http.server.request.duration_count', 'service.name': 'cart' }
    await rig.create({ indicator: { kind: 'AVAILABILITY', service: 'cart' }, objective: 99 })
    const minute = async (ok: number, bad: number) => {
      await rig.clock.advance(60_000)
      rig.send({ ...labels, 'http.response.status_code': '200' }, ok)
      rig.send({ ...labels, 'http.response.status_code': '503' }, bad)
      await rig.slos.evaluate()
    }
    for (const [ok, bad] of [
      ...[
        [10, 0],
        [100, 0],
        [100, 5],
        [100, 6],
        [0, 0],
        [0, 1],
      ],
    ] as [number, number][])
      await minute(ok, bad)
    // The first sample says nothing; 5 of 105 are few enough, 6 of 106 are not, and nobody asked in the fifth.
    expect(rig.status.events).toEqual({ total: 4, bad: 2 })
  })
})

describe('objectives of a service without PromQL', () => {
  it('count requests below a latency by its histogram', async () => {
    const rig = new SloRig()
    await rig.create({ indicator: { kind: 'LATENCY', service: 'cart', below: 0.3 }, objective: 95 })
    for (let minute = 0; minute < 11; minute += 1) {
      await rig.clock.advance(60_000)
      for (const [le, count] of [
        ['0.1', 60],
        ['0.3', 90],
        ['1', 99],
        ['+Inf', 100],
      ] as const)
        rig.send({ __name__: 'http.server.request.duration_bucket', 'service.name': 'cart', le }, count)
      rig.send({ __name__: 'http.server.request.duration_count', 'service.name': 'cart' }, 100)
      await rig.slos.evaluate()
    }
    expect(rig.status.events.total).toBeCloseTo(1_000, 6)
    expect(rig.status.events.bad).toBeCloseTo(100, 6)
  })

  it('count failures by its spans where there is nothing better', async () => {
    const rig = new SloRig()
    await rig.create({ indicator: { kind: 'ERRORS', service: 'cart' } })
    for (let minute = 0; minute < 10; minute += 1)
      for (let at = 0; at < 30; at += 1) {
        await rig.clock.advance(2_000)
        rig.source.add({ __name__: 'traces.span.rate', 'service.name': 'cart' }, rig.clock.now(), 5)
        rig.source.add({ __name__: 'traces.span.error_ratio', 'service.name': 'cart' }, rig.clock.now(), 0.1)
        if (at === 29) await rig.slos.evaluate()
      }
    expect(rig.status.ratio).toBeCloseTo(0.9, 9)
    expect(rig.status.events.total).toBeCloseTo(3_000, 6)
  })
})

describe('documents of objectives', () => {
  it('are in force beside the others, and a bad one disturbs nobody', async () => {
    const rig = new SloRig()
    await rig.create({})
    const good = `slos:\n  - name: pay\n    service: pay\n    objective: 99\n    indicator: { kind: ERRORS, service: pay }\n`
    rig.files.push({ file: 'a.yaml', text: good }, { file: 'b.yaml', text: 'slos:\n  - name: x\n' })
    rig.files.push({ file: 'c.yaml', text: good.replaceAll('pay', 'cart') })
    await rig.restart()
    expect(rig.slos.list('default').map(({ slo }) => [slo.name, slo.document])).toEqual([
      ['cart', null],
      ['pay', 'a.yaml'],
    ])
    expect(rig.slos.problems('default').map(({ file }) => file)).toEqual(['b.yaml', 'b.yaml', 'c.yaml'])
    const pay = rig.slos.list('default')[1]?.slo.id ?? ''
    await expect(rig.slos.update('default', pay, sloInput({}))).rejects.toMatchObject({ code: 'CONFLICT' })
    await rig.restart()
    expect(rig.slos.list('default')[1]?.slo.id).toBe(pay)
  })
})

describe('the course of a budget', () => {
  it('is told by what was recorded, with holes where nothing was', async () => {
    const rig = new SloRig()
    await rig.create({})
    await rig.run(10, { ok: 1_000, bad: 0 })
    await rig.run(30, null, false)
    await rig.run(10, { ok: 999, bad: 1 })
    const id = rig.slos.list('default')[0]?.slo.id ?? ''
    const points = await rig.slos.history('default', id, { lengthMs: 50 * 60_000, points: 50 })
    expect(points).toHaveLength(50)
    expect(points[8]?.budget_left_ratio).toBe(1)
    expect(points[20]).toMatchObject({ budget_left_ratio: null, error_ratio: null })
    expect(points.at(-4)?.error_ratio).toBeCloseTo(0.001, 9)
    const { status, history } = await rig.slos.get('default', id)
    expect(history.length).toBeLessThanOrEqual(120)
    expect(status.exhaustion?.method).toBe('BURN_RATE')
  })
})
