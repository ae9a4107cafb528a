import { describe, expect, it, onTestFinished } from 'vitest'
import { ManualClock } from '../../../kernel/clock.ts'
import { silentLog } from '../../../kernel/log.ts'
import { createMetrics } from '../../../kernel/metric.ts'
import type { DocumentFile } from '../../../port/document-source.ts'
import { createPromqlEngine } from '../promql/engine.ts'
import { MemorySource } from '../promql/suite/memory-source.ts'
import { RulesConfig } from './config.ts'
import { GroupLoop } from './group-loop.ts'
import type { RuleAlert } from './index.ts'
import { promqlLanguage } from './language.ts'
import { createRules } from './rules.ts'

const minuteMs = 60_000

/** Rules over a memory, whose files and clock the test holds; `restart` is a new process over the same samples. */
async function open(files: DocumentFile[], config: Partial<RulesConfig> = {}) {
  const clock = new ManualClock()
  const memory = new MemorySource()
  const told: RuleAlert[] = []
  const metrics = createMetrics()
  const begin = async () => {
    const rules = createRules(
      {
        ...{ promql: createPromqlEngine(), language: promqlLanguage, source: () => memory },
        documents: [{ tenant: 'default', source: { load: async () => [...files] } }],
        record: async (_, samples) => {
          for (const one of samples) {
            const point =
              'stale' in one
                ? ({ kind: 'stale' } as const)
                : ({ kind: 'number', value: 'value' in one ? one.value : 0 } as const)
            memory.add(one.labels, [point], 1, one.timeMs)
          }
        },
        alert: async (_, alerts) => void told.push(...alerts),
        publicUrl: () => 'http://localhost',
        ...{ clock, metrics, log: silentLog },
      },
      RulesConfig.parse(config),
    )
    await rules.start()
    onTestFinished(() => rules.stop())
    return rules
  }
  /** In steps, so that what an evaluation waits for has come before the next. */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= minuteMs / 2) {
      await clock.advance(Math.min(left, minuteMs / 2))
      for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  return { clock, memory, told, metrics, begin, pass }
}

const fileOf = (text: string): DocumentFile => ({ file: 'a.yml', text })

describe('rules in force', () => {
  it('are evaluated at their intervals, each seeing what those before it recorded', async () => {
    const files = [
      fileOf(
        'groups: [{name: g, rules: [{record: a, expr: vector(1)}, {record: b, expr: a + 1}, {alert: A, expr: b == 2}]}]',
      ),
    ]
    const rig = await open(files)
    const rules = await rig.begin()
    await rig.pass(2 * minuteMs)
    expect(rules.groups('default')).toMatchObject([
      { intervalMs: minuteMs, rules: [{ health: 'OK' }, { health: 'OK' }, { phase: 'FIRING' }] },
    ])
    expect(rig.told[0]).toMatchObject({ phase: 'FIRING', labels: { alertname: 'A' } })
    expect(rules.groups('other')).toEqual([])
  })

  it('keep their last good state where a file is broken, and say what is wrong', async () => {
    const files = [fileOf('groups: [{name: g, rules: [{record: a, expr: vector(1)}]}]')]
    const rig = await open(files)
    const rules = await rig.begin()
    files[0] = fileOf('groups: [{name: g, rules: [{record: a, expr: vector(}]}]')
    await rig.pass(minuteMs)
    expect(rules.groups('default')).toHaveLength(1)
    expect(rules.problems('default')).toEqual([
      { file: 'a.yml', message: expect.stringContaining('could not parse expression') },
    ])
    files.pop()
    await rig.pass(minuteMs)
    expect(rules.groups('default')).toEqual([])
    expect(rules.problems('default')).toEqual([])
  })

  it('go on waiting after a restart where they were, with the grace period at the end', async () => {
    const files = [fileOf('groups: [{name: g, rules: [{alert: Slow, expr: vector(1), for: 30m}]}]')]
    const rig = await open(files)
    const before = await rig.begin()
    await rig.pass(25 * minuteMs)
    await before.stop()
    const [alert] = alertsOf(before.groups('default'))
    expect(alert?.phase).toBe('PENDING')
    await rig.pass(3 * minuteMs)
    const after = await rig.begin()
    await rig.pass(2 * minuteMs)
    const [restored] = alertsOf(after.groups('default'))
    // About six minutes were left, less than the ten of grace: it fires ten minutes after it was seen again.
    expect(restored?.phase).toBe('PENDING')
    expect(restored?.activeMs).toBeGreaterThan((alert?.activeMs ?? 0) + minuteMs)
    expect(restored?.activeMs).toBeLessThan((alert?.activeMs ?? 0) + 12 * minuteMs)
    expect(rig.told).toEqual([])
    await rig.pass(11 * minuteMs)
    expect(alertsOf(after.groups('default'))[0]?.phase).toBe('FIRING')
  })
})

const alertsOf = (
  groups: ReturnType<Awaited<ReturnType<Awaited<ReturnType<typeof open>>['begin']>>['groups']>,
) => groups.flatMap(({ rules }) => rules.flatMap((rule) => (rule.kind === 'ALERTING' ? rule.alerts : [])))

describe('a loop', () => {
  it('counts evaluations that it missed, and goes on at its own moments', async () => {
    const clock = new ManualClock()
    const times: number[] = []
    let missed = 0
    const loop = new GroupLoop('g', minuteMs, {
      clock,
      missed: (count) => {
        missed += count
      },
      evaluate: async (timeMs) => {
        times.push(timeMs)
        if (times.length === 2) await clock.sleep(3.5 * minuteMs)
      },
    })
    loop.start()
    for (let step = 0; step < 20; step += 1) await clock.advance(minuteMs / 2)
    await loop.stop()
    expect(missed).toBe(2)
    expect(times.slice(0, 4).map((time) => (time - times[0]!) / minuteMs)).toEqual([0, 1, 4, 5])
  })
})
