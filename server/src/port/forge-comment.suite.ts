import { describe, expect, it } from 'vitest'
import type { ForgeRig } from './forge-seed.suite.ts'

/** Reading what people wrote under a request. */
export function commentConformance(rig: () => ForgeRig, opened: () => Promise<{ number: number }>): void {
  describe('a comment', () => {
    it('of others is given once it is asked for what came after the last, and says whether it was edited', async () => {
      const { number } = await opened()
      await rig().forge.note(number, 'plan', 'Plan: 1 to change')
      await rig().comment(number, 'anna', 'aiops plan')
      await rig().approve(number, 'anna')
      await rig().comment(number, 'ben', 'hello', 'aiops unlock')
      const notes = await rig().forge.notes(number, 0)
      expect(notes).toMatchObject([
        { by: 'anna', text: 'aiops plan', edited: false },
        { by: 'ben', text: 'aiops unlock', edited: true },
      ])
      for (const { atMs } of notes) expect(atMs).toBeGreaterThan(Date.UTC(2020, 0))
      expect(await rig().forge.notes(number, notes[0]?.number ?? 0)).toEqual(notes.slice(1))
      expect(await rig().forge.notes(number, notes[1]?.number ?? 0)).toEqual([])
    })

    it('of others is given a hundred at a time, the oldest first', async () => {
      const { number } = await opened()
      for (let index = 0; index < 130; index += 1) await rig().comment(number, 'anna', `say ${index}`)
      const first = await rig().forge.notes(number, 0)
      expect(first.map(({ text }) => text)).toEqual(Array.from({ length: 100 }, (_, at) => `say ${at}`))
      const rest = await rig().forge.notes(number, first.at(-1)?.number ?? 0)
      expect(rest.map(({ text }) => text)).toEqual(Array.from({ length: 30 }, (_, at) => `say ${100 + at}`))
    })
  })
}
