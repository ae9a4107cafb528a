import { expect, it } from 'vitest'
import { seededRandom } from '../../../kernel/random.ts'
import { LogWatchConfig } from './config.ts'
import { logSettingsOf } from './log-settings.ts'
import type { PatternGroup } from './pattern-group.ts'
import { type SequenceFinding, SequenceWatch } from './sequence-watch.ts'

const groups = ['began', 'read', 'wrote', 'committed', 'rolled back'].map(
  (template, place): PatternGroup => ({
    ...{ place, id: `E${place}`, template, words: [], example: template },
    ...{ level: 3, minedId: place, count: 1, firstMs: 0, lastMs: 0, candidate: undefined },
  }),
)
const [began, read, wrote, committed, rolledBack] = groups as [
  PatternGroup,
  PatternGroup,
  PatternGroup,
  PatternGroup,
  PatternGroup,
]

function world() {
  const watch = new SequenceWatch(logSettingsOf(LogWatchConfig.parse({})))
  const random = seededRandom(3)
  let [nowMs, next] = [1_700_000_000_000, 1]
  const told: SequenceFinding[] = []
  const session = (...lines: PatternGroup[]) => {
    next += 1
    for (const line of lines) watch.add(next, line, nowMs)
    nowMs += 500
    const found = watch.tell(nowMs, true, true)
    if (found) told.push(found)
  }
  const healthy = () =>
    random.next() < 0.05
      ? session(began, read, rolledBack)
      : session(began, ...(random.next() < 0.5 ? [read] : [read, read]), wrote, committed)
  const wait = (ms: number) => {
    nowMs += ms
    const found = watch.tell(nowMs, true, true)
    if (found) told.push(found)
  }
  return { session, healthy, told, wait, watch }
}

it('sessions that end before their usual last line are told as a share, not one by one', () => {
  const w = world()
  for (let at = 0; at < 600; at += 1) w.healthy()
  for (let at = 0; at < 5; at += 1) w.session(began, read, wrote)
  for (let at = 0; at < 60; at += 1) w.healthy()
  expect(w.told).toEqual([])
  for (let at = 0; at < 80; at += 1) w.session(began, read, wrote)
  expect(w.told.map(({ kind, shape }) => [kind, shape])).toEqual([['OPENED', 'BROKEN_SEQUENCE']])
  expect(w.told[0]).toMatchObject({ pattern: { template: 'wrote' } })
  expect(w.told[0]?.sentence).toMatch(
    /^\d+ % of sessions do not go as usual \(usually \d %\), in \d+ s; they stop at/,
  )
  for (let at = 0; at < 300; at += 1) w.healthy()
  w.wait(130_000)
  expect(w.told.at(-1)).toMatchObject({ kind: 'ENDED' })
})

it('a step never seen breaks a session', () => {
  const w = world()
  for (let at = 0; at < 600; at += 1) w.healthy()
  for (let at = 0; at < 120; at += 1) w.session(began, committed, read, wrote, committed)
  expect(w.told.map(({ kind }) => kind)).toContain('OPENED')
})

it('lines that belong to sessions of one line each teach and tell nothing, and memory stays bounded', () => {
  const w = world()
  for (let at = 0; at < 5_000; at += 1) w.session(groups[at % 5] as PatternGroup)
  expect(w.told).toEqual([])
  expect(w.watch.sizeBytes).toBeLessThan(2_000 * 160 + 100_000)
})
