import { Finding } from '@aiops/contract/model/finding'
import { describe, expect, it } from 'vitest'
import { createPlayer } from './exposition-reading.suite.ts'
import type { Sighting, Signature } from './signature.ts'

const minute = 60_000

/** Sees a metric of that name that is not 0. */
const rule = (
  id: string,
  specificity: number,
  more: Partial<Signature & { sighting: Partial<Sighting> }> = {},
): Signature => ({
  ...{ id, area: 'GPU', analyzer: 'test', kind: 'GPU', severity: 'MEDIUM', condition: '', not_when: '' },
  ...{ documentation_url: 'https://example.org', alert_name: null },
  *check(history) {
    for (const { value, labels } of history.samples(id)) {
      if (value === 0) continue
      const object = { kind: 'GPU', namespace: '', name: labels.gpu ?? '' }
      yield {
        ...{ object, title: `${id} of ${object.name}`, sinceMs: history.now.timeMs, specificity },
        evidence: [{ kind: 'METRIC', object, source: id, text: String(value), at: null }],
        ...{ remediation: [], ...more.sighting },
      }
    }
  },
  ...more,
})

describe('Judge', () => {
  it('lets the most specific speak and makes its consequences evidence', async () => {
    const player = createPlayer([rule('hot', 0.3), rule('fan', 0.9)])
    const { opened } = await player.step('hot{gpu="a"} 1\nfan{gpu="a"} 1')
    expect(opened.map((finding) => finding.rule)).toEqual(['fan'])
    expect(opened[0]?.evidence.map(({ text }) => text)).toEqual(['1', 'hot of a (1)'])
    expect(Finding.parse(opened[0])).toEqual(opened[0])
  })

  it('keeps apart what is no consequence, and things of different names', async () => {
    const player = createPlayer([
      rule('full', 0.3, { consequenceOf: [] }),
      rule('hot', 0.2),
      rule('fan', 0.9),
    ])
    await player.step('full{gpu="a"} 1\nfan{gpu="a"} 1\nhot{gpu="b"} 1')
    expect(player.rules().sort()).toEqual(['fan', 'full', 'hot'])
  })

  it('makes what happens to a GPU a symptom of what happens to its node', async () => {
    const node = { kind: 'Node', namespace: '', name: 'n' }
    const gone = rule('gone', 0.9, { sighting: { object: node } })
    const player = createPlayer([rule('lost', 0.8, { sighting: { within: [node] } }), gone])
    await player.step('lost{gpu="a"} 1\nlost{gpu="b"} 1\ngone 1')
    expect(player.rules()).toEqual(['gone'])
    expect(player.open()[0]?.evidence).toHaveLength(3)
  })

  it('opens what was seen for as long as the signature says, without a break', async () => {
    const player = createPlayer([rule('x', 0.5, { openAfterMs: minute })], { stepMs: minute / 2 })
    expect(await player.play(minute / 2, 'x 1')).toEqual([])
    await player.step('x 0')
    expect(await player.play(minute / 2, 'x 1')).toEqual([])
    await player.step('x 1')
    expect(player.rules()).toEqual(['x'])
  })

  it('closes what is gone for two minutes, once, and gives it the same id when it comes back', async () => {
    const player = createPlayer([rule('x', 0.5)], { stepMs: minute })
    const { opened } = await player.step('x 1')
    expect((await player.step('x 0')).closed).toEqual([])
    expect((await player.step('x 1')).opened).toEqual([])
    await player.step('x 0')
    const { closed } = await player.step('x 0')
    expect(closed.map(({ id }) => id)).toEqual([opened[0]?.id])
    expect((await player.step('x 0')).closed).toEqual([])
    const again = await player.step('x 1')
    expect(again.opened[0]?.id).toBe(opened[0]?.id)
    expect(again.opened[0]?.found_at).not.toBe(opened[0]?.found_at)
  })

  it('keeps consequences quiet while their reason is gone for a moment only', async () => {
    const player = createPlayer([rule('hot', 0.3), rule('fan', 0.9)], { stepMs: minute })
    await player.step('hot 1\nfan 1')
    await player.step('hot 1\nfan 0')
    expect(player.rules()).toEqual(['fan'])
    await player.play(3 * minute, 'hot 1\nfan 0')
    expect(player.rules()).toEqual(['hot'])
  })

  it('closes a finding for which a more specific one begins to speak', async () => {
    const player = createPlayer([rule('hot', 0.3), rule('fan', 0.9)], { stepMs: minute })
    await player.step('hot 1')
    const { opened, closed } = await player.step('hot 1\nfan 1')
    expect([opened.map((one) => one.rule), closed.map((one) => one.rule)]).toEqual([['fan'], ['hot']])
  })

  it('goes on with the others where a signature has a defect, and names it', async () => {
    const broken = rule('broken', 0.5, {
      check() {
        throw new Error('a defect')
      },
    })
    const player = createPlayer([broken, rule('x', 0.5)])
    await player.step('x 1')
    expect(player.rules()).toEqual(['x'])
    expect([...player.judge.defects]).toEqual([['broken', 'a defect']])
  })
})
