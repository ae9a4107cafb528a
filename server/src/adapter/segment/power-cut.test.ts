import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createDurableFiles } from '../../port/durable-files.ts'
import { PowerCut, PowerCutDisk } from '../../port/power-cut-disk.suite.ts'
import { relayEntry } from '../../port/relay-log.suite.ts'
import { openDeadLetterFile } from './index.ts'
import { LossFile, noLoss } from './loss-file.ts'

const cut = fc.record({ afterSteps: fc.nat(80), choices: fc.array(fc.nat(1_000), { minLength: 1 }) })
/** No such folder is on the disk of this machine. */
const folder = '/power-cut/relay'

function after(disk: PowerCutDisk, choices: readonly number[]): PowerCutDisk {
  let at = 0
  return disk.afterPowerCut((options) => choices[at++ % choices.length]! % options)
}
const untilCut = async (work: () => Promise<void>): Promise<void> =>
  work().catch((error) => {
    if (!(error instanceof PowerCut || error.cause instanceof PowerCut)) throw error
  })

it('what a hub refused and a relay let go of is kept, also when the power fails', async () => {
  await fc.assert(
    fc.asyncProperty(cut, async ({ afterSteps, choices }) => {
      const disk = new PowerCutDisk()
      disk.stepsLeft = afterSteps
      const told: string[] = []
      await untilCut(async () => {
        const letters = await openDeadLetterFile(folder, 2_400, createDurableFiles(disk))
        for (let n = 0; n < 8; n += 1) {
          await letters.add(relayEntry(n, 100), 400, `reason ${n}`, 5_000)
          told.push(`reason ${n}`)
        }
      })
      const left = after(disk, choices)
      const text = ['dead-letters.1.jsonl', 'dead-letters.jsonl'].map((name) =>
        left.text(`${folder}/${name}`),
      )
      const kept = told.filter((reason) => text.join('\n').includes(`"${reason}"`))
      // The oldest go where it becomes too much; never one behind them.
      expect(kept).toEqual(told.slice(told.length - kept.length))
      expect(kept.length).toBeGreaterThanOrEqual(Math.min(told.length, 2))
    }),
    { numRuns: 1_000 },
  )
})

it('what a relay gave up stays counted, also when the power fails', async () => {
  await fc.assert(
    fc.asyncProperty(cut, async ({ afterSteps, choices }) => {
      const disk = new PowerCutDisk()
      const files = createDurableFiles(disk)
      await files.makeFolder(folder)
      const losses = await LossFile.open(`${folder}/losses.json`, files)
      disk.stepsLeft = afterSteps
      let told = 0
      await untilCut(async () => {
        for (let n = 0; n < 8; n += 1) {
          await losses.add('dropped', { ...noLoss, requests: 1, bytes: 10 })
          told += 1
        }
      })
      const text = after(disk, choices).text(`${folder}/losses.json`)
      const kept = text === undefined ? 0 : JSON.parse(text).dropped.requests
      expect([told, told + 1]).toContain(kept)
    }),
    { numRuns: 1_000 },
  )
})
